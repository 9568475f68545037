"""What a call is applied to, as it is written: two calls of one function differ in it."""

from __future__ import annotations

import cajal_core as cajal

LONGEST = 24
"""The most characters that are shown."""


def applied(entry: cajal.Traced) -> str:
    """The arguments behind the name of a call; nothing where they are long, or the term is written otherwise.

    >>> program = cajal.load("extern f : Bool -o Bool -o Bool")
    >>> trace = program.compile("f true (f false true)", link={"f": lambda x, y: x * y}).trace()
    >>> [(entry.name, applied(entry)) for entry in trace]
    [('f', 'false true'), ('f', 'true (f false true)')]
    """
    if entry.kind not in ("call", "extern", "argument"):
        return ""
    text = entry.span.text.lstrip("(")  # a span may have the brackets around it
    name, _, arguments = " ".join(text.split()).partition(" ")
    around = text.count(")") - text.count("(")
    arguments = arguments[: len(arguments) - around].rstrip()
    return arguments if name == entry.name and len(arguments) <= LONGEST else ""
