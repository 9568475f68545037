"""What the text of a cell is: Cajal with line magics between, Python, or a command for IPython."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

PYTHON = re.compile(r"\A\s*%%(?:python|py)\b(?!\?)([^\n]*)(?:\n|\Z)")
# Neither sign belongs to Cajal's grammar, but a comment may end in one: only a name alone asks for help,
# or that of a typing rule.
NAME = r"(T-[A-Z]\w*|[^\W\d][\w'.]*)"
QUESTION = re.compile(rf"\A\s*(?:\?{{1,2}}(?:\s*{NAME})?|{NAME}\s*\?{{1,2}}|%{{1,2}}\w+\?{{1,2}})\s*\Z")
# Cell magics of IPython's, and ours, that take a cell of the notebook's own language.
WRAPPER = re.compile(r"\A\s*%%(?:time|timeit|capture|prun|cajal|format)\b[^\n]*\n")
MAGIC = re.compile(r"%[^\W\d]|!")
CELL_MAGIC = re.compile(r"\s*(%%(\S*))[^\S\n]*([^\n]*)\n?(.*)", re.DOTALL)
MAGIC_OF_CAJAL = re.compile(r"[^\S\n]*%(\w+)[^\S\n]+")
OUTSIDE = re.compile(r"--|\{-")
INSIDE = re.compile(r"\{-|-\}")

Kind = Literal["cajal", "python", "ipython"]
Takes = Literal["term", "name", "word"] | tuple[str, ...]
"""A term, the name of a declaration, any name or word of the language, or a word of a list."""

TAKES: dict[str, Takes] = {
    "cajal": "term",
    "show": "term",
    "train": "term",
    "source": "name",
    "format": "name",
    "help": "word",
}
"""The line magics that take Cajal."""

OPTIONS_OF_PYTHON = {"train"}
"""Those that take Python behind their first option."""

OPTION = re.compile(r"\s(?:--\w+|-o)(?=[\s=]|$)")


@dataclass(frozen=True)
class Part:
    """Consecutive lines of a cell: Cajal, or one line magic. Line breaks before it keep its line numbers."""

    magic: bool
    text: str


@dataclass(frozen=True)
class Cell:
    """A cell that was read: `body` starts at `offset`; `asked` is the name in a cell such as `not?`."""

    kind: Kind
    body: str
    offset: int = 0
    arguments: str = ""
    asked: str = ""


@dataclass(frozen=True)
class Place:
    """A cursor in Cajal: the code around it, where that begins in its cell, and what can be written there."""

    code: str
    cursor: int
    offset: int
    takes: Takes = "term"


def read(code: str) -> Cell:
    """Decide what a cell is. `%%python` takes the whole cell, and so does any other cell magic."""
    if match := PYTHON.match(code):
        return Cell("python", code[match.end() :], match.end(), match[1].strip())
    if match := QUESTION.match(unicodedata.normalize("NFC", code)):
        return Cell("ipython", code, asked=match[1] or match[2] or "")
    if code.lstrip().startswith("%%"):
        return Cell("ipython", code)
    return Cell("cajal", code)


def parts(code: str) -> list[Part]:
    r"""The parts of a Cajal cell, in order; a line at column 0 that begins with `%` or `!` is a magic.

    A line magic ends with its line, or goes on after a backslash. Inside a block comment there is none. Only
    `\n` and `\r\n` end a line: nothing begins behind other characters that may look like the end of one.
    """
    parts: list[Part] = []
    lines, begun = [line.removesuffix("\r") for line in code.split("\n")], 0
    for start, end in [*_magics(lines), (len(lines), len(lines))]:
        block = "\n".join(lines[begun:start])
        if block.strip():
            parts.append(Part(magic=False, text="\n" * begun + block))
        if start < end:
            joined = [line[:-1] for line in lines[start : end - 1]]
            parts.append(Part(magic=True, text="".join([*joined, lines[end - 1]])))
        begun = end
    return parts


def misplaced(code: str) -> str:
    """The cell magic that is not on the first line of a Cajal cell, such as `%%python` below a comment."""
    depth = 0
    for line in code.split("\n"):
        if depth == 0 and (magic := CELL_MAGIC.match(line)):
            return magic[1]
        if depth or not MAGIC.match(line):
            depth = comment_depth(line, depth)
    return ""


def without_magics(code: str) -> str:
    """A cell with its line magics turned into spaces: all that stays has its offset."""
    lines = code.split("\n")
    for start, end in _magics(lines):
        lines[start:end] = [" " * len(line) for line in lines[start:end]]
    return "\n".join(lines)


def _magics(lines: list[str]) -> Iterator[tuple[int, int]]:
    """The line magics of a cell: where each starts, and the line behind it."""
    depth = end = 0
    for index, line in enumerate(lines):
        if index < end:
            continue
        if depth == 0 and MAGIC.match(line):
            end = index + 1
            while lines[end - 1].endswith("\\") and end < len(lines):
                end += 1
            yield index, end
        else:
            depth = comment_depth(line, depth)


def comment_depth(line: str, depth: int) -> int:
    """How many block comments are open behind a line, given how many were before it."""
    position = 0
    # A line comment hides what is behind it, but inside a block comment two dashes mean nothing.
    while match := (INSIDE if depth else OUTSIDE).search(line, position):
        if match[0] == "--":
            break
        depth += 1 if match[0] == "{-" else -1
        position = match.end()
    return depth


def cajal_at(code: str, cursor: int) -> Place | None:
    """The Cajal around a cursor in a Cajal notebook; None where it stands in Python or in a magic."""
    wrapper = WRAPPER.match(code, 0, cursor)
    if read(code).kind != "cajal" and not wrapper:
        return None
    if MAGIC.match(code, _line(code, cursor)[0]):
        return cajal_in_line(code, cursor, "")
    offset = wrapper.end() if wrapper else 0
    return Place(code[offset:], cursor - offset, offset)


def cajal_in_line(code: str, cursor: int, prefix: str) -> Place | None:
    """The Cajal around a cursor in the line of a magic that takes some; `prefix` begins our magics' names."""
    start, end = _line(code, cursor)
    magic = MAGIC_OF_CAJAL.match(code, start, cursor)
    name = magic[1] if magic else ""
    takes = TAKES.get(name if name == "cajal" else name.removeprefix(prefix))
    if not magic or not takes or (name != "cajal" and not name.startswith(prefix)):
        return None
    if name.removeprefix(prefix) in OPTIONS_OF_PYTHON and (
        option := OPTION.search(code, magic.end() - 1, end)
    ):
        end = option.start()
        if cursor > end:
            return None
    return Place(code[magic.end() : end], cursor - magic.end(), magic.end(), takes)


def python_in_line(code: str, cursor: int, prefix: str) -> tuple[str, int] | None:
    """The Python behind an option of a magic where a cursor stands, and where it begins."""
    start, end = _line(code, cursor)
    magic = MAGIC_OF_CAJAL.match(code, start, cursor)
    if not magic or not magic[1].startswith(prefix) or magic[1].removeprefix(prefix) not in OPTIONS_OF_PYTHON:
        return None
    *_, last = end, *(option.end() for option in OPTION.finditer(code, magic.end() - 1, cursor))
    return (code[last + 1 : end], last + 1) if last < cursor else None


def python_at(code: str, cursor: int) -> tuple[str, int]:
    """The piece of a cell that is IPython's where a cursor stands, and where it begins."""
    cell = read(code)
    if cell.kind == "python" and cursor >= cell.offset and code[: cell.offset].endswith("\n"):
        return cell.body, cell.offset
    if cell.kind == "ipython" and not WRAPPER.match(code, 0, cursor):
        return code, 0
    start, end = _line(code, cursor)
    return python_in_line(code, cursor, "") or (code[start:end], start)


def _line(code: str, cursor: int) -> tuple[int, int]:
    """Where the line of a cursor begins and ends."""
    start = code.rfind("\n", 0, cursor) + 1
    end = code.find("\n", cursor)
    return start, len(code) if end < 0 else end
