"""Completion and inspection inside the `%%cajal` cells of a Python notebook."""

from __future__ import annotations

import re
from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher
from IPython.core.interactiveshell import InteractiveShell

from cajal_kernel.complete import completions
from cajal_kernel.inspect import inspection
from cajal_kernel.session import Session

CELL = re.compile(r"\s*%%cajal\b[^\n]*\n")
LINE = re.compile(r"\s*%cajal(?:_show)?[ \t]+")
LINK = re.compile(r"\s*%(?:cajal_)?link\s(?:.*,)?\s*([^\W\d]?[\w']*)\Z")


def help_in_cells(shell: InteractiveShell, session: Session) -> None:
    """Complete Cajal where Cajal is written, and explain its names where Python knows none."""
    completer: Any = shell.Completer
    completer.custom_matchers.append(matcher(session))
    inspect_python = shell.object_inspect_mime

    def object_inspect_mime(oname: str, *arguments: Any, **options: Any) -> Any:
        try:
            return inspect_python(oname, *arguments, **options)
        except KeyError:
            bundle = inspection(session.program, oname)
            if bundle is None:
                raise
            return bundle

    shell.object_inspect_mime = object_inspect_mime  # type: ignore[method-assign]  # no hook is offered


def matcher(session: Session) -> Any:
    """What IPython's completer asks, besides its own."""

    @context_matcher()
    def cajal_matcher(context: CompletionContext) -> SimpleMatcherResult:
        text = context.full_text
        lines = text.split("\n")
        place = sum(len(line) + 1 for line in lines[: context.cursor_line]) + context.cursor_position
        if cell := CELL.match(text):
            offset = cell.end()
        elif line := LINE.match(lines[context.cursor_line]):
            offset = place - context.cursor_position + line.end()
        elif link := LINK.match(lines[context.cursor_line][: context.cursor_position]):
            return _externs(session, link[1])
        else:
            return {"completions": []}
        if place < offset:
            return {"completions": []}
        code, cursor = text[offset:], place - offset
        start, matches = completions(session.program, code, cursor)
        return {
            "completions": [SimpleCompletion(text=match.text, type=match.kind) for match in matches],
            "matched_fragment": code[start:cursor],
            "suppress": True,
            "ordered": True,
        }

    return cajal_matcher


def _externs(session: Session, prefix: str) -> SimpleMatcherResult:
    names = [entry.name for entry in session.program.entries.values() if entry.kind == "extern"]
    found = [SimpleCompletion(text=f"{name}=", type="param") for name in names if name.startswith(prefix)]
    return {"completions": found, "matched_fragment": prefix, "suppress": bool(found)}
