"""The mistakes that a user of the command can make, and how errors of a user's code are told."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from traceback import walk_tb

import cajal_core as cajal


class ExperimentError(Exception):
    """A wrong name, file or option. Its text says what is wrong and what to do.

    Example:
        >>> from cajal_experiments.registry import find
        >>> find("string")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        cajal_experiments.errors.ExperimentError: There is no experiment `string`. Did you mean `strings`? ...
    """


def described(error: BaseException) -> str:
    """What an error says, and the last line of a user's own file that it came through.

    The code of libraries, and that of this package but for its experiments, is nobody's own.
    """
    text = str(error) if isinstance(error, ExperimentError) else f"{type(error).__name__}: {error}"
    for frame, line in reversed(list(walk_tb(cajal.users_frames(error.__traceback__)))):
        code = frame.f_code
        package = str(frame.f_globals.get("__name__", ""))
        ours = package.startswith("cajal_experiments.") and ".experiments." not in package
        if "site-packages" not in code.co_filename and not ours and Path(code.co_filename).is_file():
            return f"{text}\n{code.co_filename}, line {line}, in {code.co_name}"
    return text


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """That there is no such name, with what may be meant, and what there is."""
    names = [other for other in known if other]
    near = cajal.nearest(name, names)
    meant = f" Did you mean {' or '.join(f'`{other}`' for other in near)}?" if near else ""
    return f"There is no {kind} `{name}`.{meant} There are {', '.join(names) or 'none'}."
