"""What a page needs to show the values on the wires: the neuron, which runs in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.views.explorer.run import run_live

if TYPE_CHECKING:
    from cajal_kernel.views.live.picture import Live
    from cajal_kernel.views.picture import Subject


def run_of(subject: Subject) -> tuple[Live | None, str]:
    """What runs the neuron in a page, or else why none can, in a line."""
    try:
        return run_live(subject), ""
    except MagicError as error:
        return None, error.what
    except cajal.CajalError as error:
        return None, str(error).partition("\n")[0]
    except Exception as error:
        if cajal.raised_by_link(error):  # a network of the user fails: the graph is drawn all the same
            return None, f"What is linked fails: {type(error).__name__}: {error}".partition("\n")[0]
        raise
