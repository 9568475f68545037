"""Lines in a source of Cajal that are meant for Python or for IPython: mistakes in them say where they go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import cajal_core as cajal

MAGICS = "link unlink show train nat auto help env source rerun undo reset save load format".split()
"""Those that a prefix begins in a Python notebook."""

#: Lines that only Python reads, and those that may be meant as Cajal.
_PYTHON = re.compile(
    r"\s*(import\s+\w|from\s+[\w.]+\s+import\b|print\s*\(|class\s+\w+.*:|with\s.*:\s*$|async\s+(def|for|with)\b"
    r"|try\s*:|@\s*[^\W\d]|(program|In|Out)[\[.])"
)
_PERHAPS = re.compile(
    r"\s*(\w+(\s*,\s*\w+)*\s*[-+*/]?=(?![=>])|\w+\s*:\s*(int|float|str|bool)\b|\w+(\.\w+)+\s*[(\[=]"
    r"|(def|for|while|if)\b.*:\s*(return\b.*|pass)?$)"
)
#: How shells and Python's own templates write a value of Python.
_VALUE = re.compile(r"\$(\w+)|\{(\w+)\}")
#: How IPython is asked for something, from the beginning of a line on.
_MAGIC = re.compile(r"\s*(%%?)(\s*)([^\W\d]\w*)(?!\w*\?)")
_SHELL = re.compile(r"\s*!\s*[\w./~]")
_QUESTION = re.compile(r"\s*(\?{1,2}\s*[%*\w'.-]*|[%*\w'.-]+\s*\?{1,2})\s*$")
_PROMPT = re.compile(r"\s*(>>>|\.\.\.|In \[\d+\]:)(\s|$)")
#: What IPython runs without its sign, Python's own help, and a colon as in Haskell's consoles.
_AUTOMATIC = {*MAGICS, *"cd clear conda history ls pip pwd run time timeit who whos".split()} - {"help"}
_OF_EARLIER = "the value of an earlier cell has no name in Cajal, unless a `def` gives it one"
_ASKING = {"help", "dir", "type"}
_COMMAND = re.compile(r"(cd|ls|pip|conda)\s+[\w./~-]")
#: Statements of Python that look like the name of a function.
_WORDS = {"assert", "await", "break", "continue", "del", "global", "nonlocal", "pass", "raise", "yield"}
#: What IPython calls the values of earlier cells.
_EARLIER = re.compile(r"_{1,3}|_i{0,3}\d+|In|Out")


@dataclass(frozen=True, slots=True)
class Misplaced(cajal.Mistake):
    """A mistake in a line, or in a value, that is not meant for Cajal: `way` says where that goes."""

    mistake: cajal.Mistake
    way: str
    #: Whether what the language itself advises still holds.
    is_perhaps: bool = False

    @property
    def title(self) -> str:
        return self.mistake.title

    @property
    def label(self) -> Any:
        return self.mistake.label

    @property
    def help(self) -> str:
        advice = self.mistake.help if self.is_perhaps else None
        return f"{advice}; {self.way}" if advice else self.way

    @property
    def rule(self) -> str | None:
        return self.mistake.rule


@contextmanager
def placed(prefix: str) -> Iterator[None]:
    """Mistakes in lines that are not Cajal say where these go, one a line. `prefix` is the magics'."""
    try:
        yield
    except cajal.CajalError as error:
        told, others = list[cajal.Mistake](), set[tuple[cajal.Source, int]]()
        for mistake in error.errors:
            span = mistake.span
            meant = _misplaced(mistake, span, prefix) if span else None
            if span and (span.source, span.line) in others:
                continue
            if span and meant and not meant.is_perhaps:
                others.add((span.source, span.line))
            told.append(meant or mistake)
        if tuple(told) == error.errors:
            raise
        raise cajal.CajalError(*told) from None


def _misplaced(mistake: cajal.Mistake, span: cajal.Span, prefix: str) -> Misplaced | None:
    line = span.source.line(span.line)
    cell = "without `%%cajal`" if prefix else "that begins with `%%python`"
    begins = not line[: span.column - 1].strip()
    # A name that is unknown further on in the line leaves the first word a name of Cajal's.
    if _PYTHON.match(line) and (mistake.rule is None or begins):
        return Misplaced(mistake, f"this is Python, which goes in a cell {cell}")
    for value in _VALUE.finditer(line):
        if value.start() <= span.column - 1 < value.end():
            name = value[1] or value[2]
            way = f"begin the cell with `%%cajal -i {name}`, and write `{name}`"
            return Misplaced(mistake, f"a value of Python comes in by name: {way}")
    if _PROMPT.match(line):
        return Misplaced(mistake, "the prompt of a console is left out")
    if mistake.rule is None and (command := _COMMAND.match(line)):
        return Misplaced(mistake, _signed(command[1], prefix))
    if mistake.rule in ("T-Name", "T-Constructor") and (way := _of_python(span, cell)):
        return Misplaced(mistake, way)
    if _EARLIER.fullmatch(line.strip()):
        return Misplaced(mistake, _OF_EARLIER)
    # `type` begins a declaration, too.
    asks = span.text == ":" or mistake.rule == "T-Name" or line.lstrip().startswith("type(")
    if asks and (way := _unsigned(line, span, prefix)):
        return Misplaced(mistake, way, is_perhaps=span.text != ":" and mistake.help is not None)
    if span.text[:1] in ("%", "!", "?") and (way := _for_ipython(line, span, prefix)):
        return Misplaced(mistake, way, is_perhaps=span.text == "!")
    if _PERHAPS.match(line):
        return Misplaced(mistake, f"Python goes in a cell {cell}", is_perhaps=True)
    return None


def in_notebook(name: str, prefix: str) -> str:
    """What a magic is called in a notebook: one of ours has the prefix there, whoever else is named does not.

    >>> in_notebook("show", "cajal_"), in_notebook("cajal_show", ""), in_notebook("time", "cajal_")
    ('cajal_show', 'show', 'time')
    """
    plain = name.removeprefix("cajal_")
    return prefix + plain if plain in MAGICS else name


def _unsigned(line: str, span: cajal.Span, prefix: str) -> str:
    """What a word that begins a line, and is no name, is written as where it asks for something."""
    if line[: span.column - 1].strip() not in ("", "type"):
        return ""
    if span.text in _ASKING or re.match(r"\s*(:[a-z]|type\()", line):
        return f"`NAME?`, in a cell of its own, tells the type of a name; `%{prefix}help` lists the magics"
    if span.text in _AUTOMATIC:
        return _signed(span.text, prefix)
    return ""


def _signed(name: str, prefix: str) -> str:
    where = ", in a cell without `%%cajal`" if prefix else ""
    return f"the magic is written `%{in_notebook(name, prefix)}`{where}"


def _of_python(span: cajal.Span, cell: str) -> str:
    """What an unknown name is in the notebook's Python, if it is anything there."""
    if span.text == "program":
        return f"`program` is what Python calls this notebook's program, in a cell {cell}"
    if _EARLIER.fullmatch(span.text):
        return _OF_EARLIER
    begins = not span.source.line(span.line)[: span.column - 1].strip()
    if begins and span.text in _WORDS:
        return f"`{span.text}` is a word of Python, which goes in a cell {cell}"
    return ""


def _for_ipython(line: str, span: cajal.Span, prefix: str) -> str:
    """Where a magic, a shell command or a question goes, if the line is one."""
    begins = not line[: span.column - 1].strip()
    if question := _QUESTION.match(line):
        asked = question[1]
        if not asked.strip("?"):
            return f"`NAME?` explains a name, `%{prefix}help` lists the magics, in a cell of its own"
        return f"`{asked}` asks for help, and goes in a cell of its own"
    if (magic := _MAGIC.match(line)) and begins:
        sign, blank, name = magic.groups()
        if blank:
            return f"no blank stands between `{sign}` and the name of a magic: `{sign}{name}`"
        if sign == "%%":
            return f"`%%{name}` goes on the first line of a cell"
        what = f"the magic `%{in_notebook(name, prefix)}`"
    elif _SHELL.match(line) and begins:
        what = "a shell command"
    else:
        return ""
    if span.source.is_file:
        return f"{what} goes in a cell of the notebook, for a file holds Cajal alone"
    if prefix or span.column == 1:
        return f"{what} goes in a cell without `%%cajal`"
    return f"{what} begins at the first column of its line"
