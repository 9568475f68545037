"""The settings of a program, and the comment that states them in a file: `{-# OPTIONS nat=12 auto=on #-}`.

To a reader that does not know it, it is a block comment. It holds for the items behind it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from cajal_core.base.source import Span
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.diagnostics.runtime import BadNatSize, BadOverflow
from cajal_core.diagnostics.syntax import BadOption
from cajal_core.terms.values import OverflowMode

_OPTIONS = re.compile(r"\{-#\s*OPTIONS\b")
_WORD = re.compile(r"[^\s,]+")
_NAT = re.compile(r"nat=0*([1-9]\d{0,17})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a program is elaborated and evaluated with, as in `Program`.

    Example:
        >>> import cajal_core as cajal
        >>> cajal.Program(nat_size=4).state.settings
        Settings(nat_size=4, overflow='truncate', auto=False)
    """

    nat_size: int = 10
    overflow: OverflowMode = "truncate"
    auto: bool = False


def checked_size(size: int) -> int:
    """A size of Nat, if it is one."""
    if type(size) is not int or size < 1:
        raise CajalError(BadNatSize(size))
    return size


def checked_overflow(mode: OverflowMode) -> OverflowMode:
    """What becomes of the successor of the last number, if it is said so."""
    if mode not in ("truncate", "saturate"):
        raise CajalError(BadOverflow(mode))
    return mode


def states_options(comment: Span) -> bool:
    """Whether a comment states settings."""
    return _OPTIONS.match(comment.text) is not None


def with_options(settings: Settings, comment: Span) -> tuple[Settings, list[Mistake]]:
    """The settings behind a comment that states some, and what is wrong with it."""
    mistakes = list[Mistake]()
    begin = _OPTIONS.match(comment.text)
    assert begin
    text = comment.text.removesuffix("-}").removesuffix("#")
    words = list(_WORD.finditer(text, begin.end()))
    if not words or not comment.text.endswith("#-}"):
        mistakes.append(BadOption(comment))
    for word in words:
        if nat := _NAT.fullmatch(word[0]):
            settings = replace(settings, nat_size=int(nat[1]))
        elif word[0] in ("auto=on", "auto=off"):
            settings = replace(settings, auto=word[0] == "auto=on")
        elif word[0] == "overflow=truncate":
            settings = replace(settings, overflow="truncate")
        elif word[0] == "overflow=saturate":
            settings = replace(settings, overflow="saturate")
        else:
            span = Span(comment.source, comment.start + word.start(), comment.start + word.end())
            mistakes.append(BadOption(span))
    return settings, mistakes


def options(before: Settings, after: Settings) -> str:
    """The comment that turns settings into others; empty where they are the same."""
    words = {
        f"nat={after.nat_size}": before.nat_size != after.nat_size,
        f"auto={'on' if after.auto else 'off'}": before.auto != after.auto,
        f"overflow={after.overflow}": before.overflow != after.overflow,
    }
    stated = [word for word, is_other in words.items() if is_other]
    return f"{{-# OPTIONS {' '.join(stated)} #-}}" if stated else ""
