"""Characters that are not those of the language but are read, pasted or typed as if they were."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

#: What is written for them.
MEANT = {
    "→": "->", "⟶": "->", "↦": "->", "⇝": "->", "⇒": "=>", "⟹": "=>", "×": "*", "⨂": "*", "∗": "*",
    "：": ":", "∶": ":", "≔": ":=", "＝": "=", "；": ";", "，": ",", "、": ",", "。": ".", "．": ".",
    "（": "(", "）": ")", "｛": "{", "｝": "}", "［": "[", "］": "]", "｜": "|", "∣": "|",
    "！": "!", "＼": "\\", "＜": "<", "＞": ">", "⟨": "<", "⟩": ">", "←": "in", "<-": "in",
    "‐o": "-o", "‑o": "-o", "‒o": "-o", "–o": "-o", "—o": "-o", "―o": "-o", "−o": "-o",
    "‐>": "->", "‑>": "->", "‒>": "->", "–>": "->", "—>": "->", "―>": "->", "−>": "->",
}  # fmt: skip

_COMMENT = "a comment starts with `--`"
_DASH = f"{_COMMENT}, a function type is written `-o`; numbers are not negative; `use nat` has `sub m n`"
_PRIME = "a prime in a name is written `'`"
_STRING = "there are no strings; a name is written without quotes"


def operator(module: str, use: str) -> str:
    """What stands for an operator: a call of a function that a module of the library has."""
    return f"there are no operators; `use {module}` has `{use.split(maxsplit=1)[0]}`: write `{use}`"


EQUALITY = "there are no operators; `use logic` has `eq x y` for Bools, `use nat` has `equal m n` for numbers"

#: What to do about those that stand for nothing, or for too much.
ADVICE = {
    **dict.fromkeys("-‐‑‒–—―−", _DASH),
    **dict.fromkeys("#/%", _COMMENT),
    **dict.fromkeys("’‘′`", _PRIME),
    **dict.fromkeys('"“”„«»', _STRING),
    **dict.fromkeys("∧", operator("logic", "and x y")),
    "?": "a choice is written `if c then t else e`",
    "∨": operator("logic", "or x y"),
    **dict.fromkeys("¬~", operator("logic", "not x")),
    "+": operator("nat", "add m n"),
    "++": "lists are joined by a fold: `fold xs { nil => ys | cons x r => cons x r }`",
    **dict.fromkeys("≤", operator("nat", "less m n")),
    **dict.fromkeys("≥", operator("nat", "less n m")),
    **dict.fromkeys("≠≡", EQUALITY),
}

#: Letters of other scripts that look like Latin ones.
_LATIN = str.maketrans(
    "аАВсСеЕһНіІјЈКМоОрРԛѕЅТхХуУΑΒΕΖΗΙΚΜΝοΟΡΤΥΧν",
    "aABcCeEhHiIjJKMoOpPqsSTxXyYABEZHIKMNoOPTYXv",
)


def plain(name: str) -> str:
    """A name in the letters that it looks like: full-width, Cyrillic and Greek ones made Latin."""
    return name if name.isascii() else unicodedata.normalize("NFKC", name).translate(_LATIN)


def described(char: str) -> str:
    """A character by number and name, for those that look like another, or like nothing."""
    return f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()


def twin(name: str, names: Iterable[str]) -> str | None:
    """The one of some names that looks the same as a name but is spelled with other letters."""
    looks = plain(name)
    return next((other for other in names if other != name and plain(other) == looks), None)


def difference(name: str, other: str) -> str:
    """Which letter tells a name from its twin."""
    pairs = [(ours, theirs) for ours, theirs in zip(name, other, strict=False) if ours != theirs]
    ours, theirs = pairs[0] if pairs else (name[-1], other[-1])
    odd, place = (theirs, "there") if ours.isascii() else (ours, "here")
    return f"`{other}` looks the same, but the letter {place} is {described(odd)}"
