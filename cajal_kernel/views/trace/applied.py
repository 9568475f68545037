"""What a call is applied to, as it is written: two calls of one function differ in it."""

from __future__ import annotations

import cajal_core as cajal

LONGEST = 24
"""The most characters that are shown."""

READ = 400
"""The most characters of a call, with its comments, that are read: calls nest, so that all are read often."""


def applied(entry: cajal.Traced) -> str:
    """The arguments behind the name of a call; nothing where they are long, or the term is written otherwise.

    >>> program = cajal.load("extern f : Bool -o Bool -o Bool")
    >>> trace = program.compile("f true (f false true)", link={"f": lambda x, y: x * y}).trace()
    >>> [(entry.name, applied(entry)) for entry in trace]
    [('f', 'false true'), ('f', 'true (f false true)')]
    """
    if entry.kind not in ("call", "extern", "argument") or entry.span.end - entry.span.start > READ:
        return ""
    text = " ".join(cajal.without_comments(entry.span.text).split())
    while text.startswith("(") and text.endswith(")") and _is_balanced(text[1:-1]):
        text = text[1:-1].strip()
    _, end = cajal.name_around(text, 0)
    arguments = text[end:].lstrip()
    is_call = cajal.as_name(text[:end]) == entry.name and _is_balanced(arguments)
    return arguments if is_call and len(arguments) <= LONGEST else ""


def _is_balanced(text: str) -> bool:
    """Whether each bracket of a text without comments has its other one in it."""
    depth = 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        if depth < 0:
            return False
    return depth == 0
