"""Automata written as the source of a Cajal module."""

from __future__ import annotations

import unicodedata
from collections import Counter
from shlex import quote
from textwrap import fill

from cajal_core.program.regex.expression import automaton
from cajal_core.syntax.formatter import format

#: Of a line without its indentation.
_WIDTH = 104
_CONTROLS = {"\n": "Newline", "\r": "Return", "\t": "Tab"}


def module(expression: str, length: int = 64) -> str:
    """A module whose `accepts` tells whether a whole word, of at most so many letters, matches an expression.

    Each character that the expression names is a constructor of `Letter`, and `Other` stands for all others.

    Raises:
        CajalError: if it is no regular expression, or one that is not compiled.
    """
    built = automaton(expression)
    letters = [*[letter_name(character) for character in built.characters], "Other"]
    count = len(built.moves)
    states = [f"S{state - (built.dead is not None and built.dead < state)}" for state in range(count)]
    if built.dead is not None:
        states[built.dead] = "Dead"
    steps = [_step(letters, [states[target] for target in targets]) for targets in built.moves]
    moves = [_wrapped(f"{state} => {step}", 4) for state, step in zip(states, steps, strict=True)]
    arms = "\n  | ".join(moves)
    answers = ["true" if state in built.accepting else "false" for state in range(count)]
    shown = "".join([c if c.isprintable() else repr(c)[1:-1] for c in expression])
    command = f"regex {'-- ' if shown.startswith('-') else ''}{quote(shown)}"
    return format(f"""\
-- Whether a word matches a regular expression, from its first letter to its last.
-- python -m cajal_core {command}

-- The letters that the expression names. Other stands for every other one.
{_wrapped(f"data Letter = {' | '.join(letters)}", 2)}

-- The states of the smallest automaton{", where no word is accepted from Dead" if "Dead" in states else ""}.
{_wrapped(f"data State = {' | '.join(states)}", 2)}

-- The state after one more letter.
def next (state : State) (letter : Letter) : State =
  case state {{
    {arms}
  }}

-- Whether the word matches.
def accepts (word : List[{length}] Letter) : Bool =
  case fold word {{ nil => {states[0]} | snoc state letter => next state letter }} {{
{_wrapped("    " + _arms(states, answers), 4)}
  }}
""")


def letter_name(character: str) -> str:
    """The constructor for a character: `A` for a, `CapitalA` for A, `Digit0`, `Comma`, `Space`.

    No two characters have one name: those of Unicode differ without spaces, and without hyphens in words.
    """
    lower = character.lower()
    upper = lower.upper()
    if character in (lower, upper) and _is_pair(lower, upper):
        return upper if character == lower else f"Capital{upper}"
    if character.isascii() and character.isdigit():
        return f"Digit{character}"
    words = unicodedata.name(character, "").replace(" -", " Hyphen ").replace("-", " ")
    return words.title().replace(" ", "") or _CONTROLS.get(character) or f"Code{ord(character)}"


def _is_pair(lower: str, upper: str) -> bool:
    """Whether two characters are the small and the capital form of one letter, and of no other."""
    is_name = upper.isidentifier() and unicodedata.normalize("NFC", upper) == upper
    return is_name and len(upper) == len(lower) == 1 and lower != upper and upper.lower() == lower


def _step(letters: list[str], targets: list[str]) -> str:
    """The state that a letter leads to."""
    if len({*targets}) == 1:
        return f"drop letter in {targets[0]}"
    return f"case letter {{ {_arms(letters, targets)} }}"


def _arms(constructors: list[str], results: list[str]) -> str:
    """Arms of a `case`. The last one is for the most frequent result."""
    [(most, count)] = Counter(results).most_common(1)
    pairs = zip(constructors, results, strict=True)
    arms = [f"{constructor} => {result}" for constructor, result in pairs if result != most or count == 1]
    return " | ".join([*arms, *([f"_ => {most}"] if count > 1 else [])])


def _wrapped(line: str, indent: int) -> str:
    """A line, and lines behind it for what does not fit."""
    behind = " " * indent
    return fill(line, _WIDTH, subsequent_indent=behind, break_long_words=False, break_on_hyphens=False)
