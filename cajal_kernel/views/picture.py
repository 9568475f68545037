"""What a picture is of, and the forms that it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import cajal_core as cajal
from cajal_kernel.views.live.picture import Live
from cajal_kernel.views.paint import Bundle


@dataclass(frozen=True, eq=False)
class Subject:
    """A neuron to be shown, as it is now: with its links and its learned tensors.

    `inputs` is a batch that it was given, a tensor for each of its first arguments, as in a call of the
    neuron. `prefix` begins this notebook's magics, for advice.
    """

    title: str
    neuron: cajal.Neuron
    inputs: Sequence[Any] = ()
    prefix: str = "cajal_"


def called(title: str) -> str:
    """How a message names a neuron. One that Python made has no title."""
    return f"`{title}`" if title else "the neuron"


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture in all of its forms: as text, as HTML that a saved notebook keeps, and live in a page.

    The HTML is static, and complete: an image in it is embedded. It stands in no other form once more.
    """

    text: str
    html: str
    live: Live | None = None

    def bundle(self, slot: str) -> Bundle:
        """The output of a notebook. Where a kernel is alive, `slot` is where the page puts the live form."""
        html = f'<div class="cajal-view {escape(slot)}">{self.html}</div>' if slot else self.html
        return {"text/plain": self.text, "text/html": html}
