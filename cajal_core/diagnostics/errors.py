"""What can go wrong. A `CajalError` is the user's to mend, an `InternalError` is ours."""

from __future__ import annotations

from collections.abc import Iterable

from cajal_core.diagnostics.mistake import Mistake
from cajal_core.diagnostics.render import render


class CajalError(Exception):
    """One or more mistakes of the user.

    `errors` lists them, each with `.title` and `.span` (None where no source is to blame); `str()`
    is the text that a terminal shows, with a caret for each.
    """

    def __init__(self, *errors: Mistake) -> None:
        if not errors:
            raise InternalError("a CajalError without a mistake")
        super().__init__(*errors)
        self.errors = errors

    def __str__(self) -> str:
        return "\n\n".join(map(render, self.errors))

    def _render_traceback_(self) -> list[str]:
        """What IPython prints: the text alone, since no Python frame helps to mend a program."""
        return str(self).split("\n")


class InternalError(Exception):
    """A bug in Cajal itself, never the user's mistake."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}. This is a bug in Cajal; please report it with the program that shows it")


def raise_all(mistakes: Iterable[Mistake]) -> None:
    """Raise the mistakes together, if there are any."""
    if errors := tuple(mistakes):
        raise CajalError(*errors)
