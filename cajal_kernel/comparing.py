"""What `compare` gives: a comparison that shows itself where it is displayed."""

from __future__ import annotations

import os
from functools import cached_property

import cajal_core as cajal
from cajal_kernel.errors import MagicError, Refused
from cajal_kernel.showing import display_pictures
from cajal_kernel.views.comparison.data import Compared, Difference, neurons, programs
from cajal_kernel.views.comparison.picture import comparison_pictures
from cajal_kernel.views.picture import Picture
from cajal_kernel.views.saving import save


class Comparison:
    """What differs between two programs or two neurons, the most important first. It shows itself.

    `differences` has each difference as data: its `kind`, `name`, `before`, `after`, `what`, and for numbers
    `size`, the greatest difference. `str` is the table as text.

    Example:
        >>> import cajal_core as cajal
        >>> from cajal_kernel import compare
        >>> first, second = (cajal.load(f"def f : Bool = {value}") for value in ("true", "false"))
        >>> [(each.kind, each.name, each.size) for each in compare(first, second).differences]
        [('numbers', 'f', 1.0)]
    """

    def __init__(self, compared: Compared) -> None:
        self._compared = compared

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Each difference, in the order in which they are shown."""
        return self._compared.differences

    @cached_property
    def _pictures(self) -> list[Picture]:
        return list(comparison_pictures(self._compared))

    def save(self, file: str | os.PathLike[str]) -> None:
        """Writes all of it as one page, `.html`; or its images, `.png`, where matrices are large enough.

        Raises:
            CajalError: if the file has another ending or cannot be written.
        """
        try:
            save("comparison", self._pictures, file)
        except MagicError as error:
            raise cajal.CajalError(Refused(error)) from None

    def __str__(self) -> str:
        return self._pictures[0].text

    __repr__ = __str__

    def _ipython_display_(self) -> None:
        display_pictures(self._pictures)


def compared(before: object, after: object) -> Comparison:
    """The comparison of two of a kind.

    Raises:
        CajalError: if they are not two programs or two neurons.
    """
    if isinstance(before, cajal.Program) and isinstance(after, cajal.Program):
        return Comparison(programs(before, after))
    if isinstance(before, cajal.Neuron) and isinstance(after, cajal.Neuron):
        return Comparison(neurons(before, after))
    what = " and ".join(type(each).__name__ for each in (before, after))
    raise cajal.CajalError(Refused(MagicError(f"two programs or two neurons are compared, got {what}.")))
