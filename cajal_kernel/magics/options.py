"""The options of magics, as argparse reads them. What is wrong with them fails the cell, with the usage."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NoReturn

import cajal_core as cajal
from cajal_kernel.errors import MagicError

COMMENT = "a comment starts with `--`"
LONGEST = 10_000
"""The most characters of a line of words or options: `shlex` and `argparse` take a time that is a square."""

DIGITS = 1_000
"""The most digits of a number: Python refuses to read some thousands."""


#: A word of a line, or an option with a value in quotes, in which there may be blanks.
WORD = re.compile(r"""(?P<option>--\w[\w-]*)(?:=|\s+)(?P<quote>["'])(?P<value>.*?)(?P=quote)(?!\S)|\S+""")


class Parser(argparse.ArgumentParser):
    """A parser that raises where argparse would print and end the process."""

    def __init__(self, name: str, usage: str | None = None, about: str | None = None) -> None:
        super().__init__(name, usage, add_help=False, allow_abbrev=False)
        self.about = about

    def read(self, words: list[str]) -> argparse.Namespace | None:
        """The options; None where they ask for help, which is printed."""
        if "--help" not in words:
            for word in words:
                self._refuse_unknown(word.partition("=")[0])
            return self.parse_args(words)
        print(self._usage(), *filter(None, [self.about]), sep="\n\n")
        return None

    def _refuse_unknown(self, option: str) -> None:
        known = [name for name in self._option_string_actions if name.startswith("--")]
        if not option.startswith("--") or option in known:
            return
        meant = [name for name in known if len(option) > 2 and name.startswith(option)]
        for name in meant or cajal.nearest(option.lstrip("-"), [name.lstrip("-") for name in known]):
            self.error(f"there is no option `{option}`; did you mean `--{name.lstrip('-')}`?")
        self.error(f"there is no option `{option}`")

    def error(self, message: str) -> NoReturn:
        stop = "" if message.endswith("?") else "."
        raise MagicError(f"{self.prog}: {message}{stop}", self._usage())

    def _usage(self) -> str:
        # argparse reads a usage as a format, in which a percent sign is written twice.
        return self.format_usage().strip().replace("%%%%", "%%")


def split(line: str) -> tuple[str, list[str]]:
    """A term and the options around it. Every option takes a value; a `--` alone begins a comment.

    >>> split("not true --save 'my page.html'")
    ('not true', ['--save=my page.html'])
    """
    words: list[str] = []
    options: list[str] = []
    found = (
        f"{word['option']}={word['value']}" if word["option"] else word[0] for word in WORD.finditer(line)
    )
    for word in uncommented(found):
        waiting = options and options[-1].startswith("--") and "=" not in options[-1]
        (options if word.startswith("--") or waiting else words).append(word)
    return " ".join(words), options


def bounded(where: str, line: str) -> str:
    """The line, unless it is longer than any that a person writes."""
    if len(line) > LONGEST:
        raise MagicError(f"{where}: its line has more than {LONGEST:,} characters.", f"See `{where}?`")
    return line


def words(where: str, line: str) -> list[str]:
    """The words of a line as a shell reads them: quotes hold a word together, `~` is the home folder.

    A `--` alone begins a comment.

    >>> words("%save", "'my file' --force -- what's done")
    ['my file', '--force']
    """
    read = shlex.shlex(bounded(where, line), posix=True)
    read.whitespace_split, read.commenters = True, ""
    try:
        return [os.path.expanduser(word) for word in uncommented(read)]  # noqa: PTH111  # `~` of no user stays
    except ValueError as error:
        raise MagicError(
            f"{where}: {error}.", "A quote inside a name is written after a backslash."
        ) from error


def uncommented(words: Iterable[str]) -> Iterator[str]:
    """The words before a comment."""
    for word in words:
        if word == "--":
            return
        if word.startswith("#"):
            raise MagicError("`#` begins no comment.", COMMENT)
        yield word


def plain(line: str) -> str:
    """What a line says besides comments, with accents composed, as they are in the names of a program.

    >>> plain("not  -- why")
    'not'
    """
    text = unicodedata.normalize("NFC", cajal.without_comments(line)).strip()
    if "#" in text:
        raise MagicError("`#` begins no comment.", COMMENT)
    return text


def size(where: str, text: str) -> int:
    """A number of values for Nat."""
    if text.isdecimal() and len(text) > DIGITS:
        raise MagicError(f"{where}: a number of more than {DIGITS:,} digits is too large.")
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise MagicError(f"{where}: a whole number from 1 is needed, got `{text}`.")
    return number


def none(where: str, line: str, hint: str = "") -> None:
    """Refuse arguments where there are none to give."""
    if words := plain(line):
        raise MagicError(f"{where} takes no arguments, got `{words}`.", hint)
