"""Completion and inspection inside the `%%cajal` cells of a Python notebook."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import no_var_expand

from cajal_kernel.assist import replies
from cajal_kernel.assist.cells import Place, cajal_in_line
from cajal_kernel.assist.completion import completions
from cajal_kernel.assist.hover import inspection
from cajal_kernel.session import Session

CELL = re.compile(r"\s*%%cajal(?:_format)?\b[^\n]*\n")
LINK = re.compile(r"\s*%(?:cajal_)?link\s(?:.*,)?\s*([^\W\d]?[\w']*)\Z")
UNLINK = re.compile(r"\s*%(?:cajal_)?unlink\s(?:.*\s)?([^\W\d]?[\w']*)\Z")


def help_in_cells(shell: InteractiveShell, session: Session) -> None:
    """Complete and explain Cajal where Cajal is written, and explain its names where Python knows none."""
    completer: Any = shell.Completer
    completer.custom_matchers.append(matcher(session))
    answer_questions(shell, session)
    if kernel := getattr(shell, "kernel", None):
        help_front_ends(kernel, session)
    inspect_python = shell.object_inspect_mime

    def object_inspect_mime(oname: str, *arguments: Any, **options: Any) -> Any:
        try:
            return inspect_python(oname, *arguments, **options)
        except KeyError:
            bundle = inspection(session.program, oname, prefix=session.prefix)
            if bundle is None:
                raise
            return bundle

    shell.object_inspect_mime = object_inspect_mime  # type: ignore[method-assign]  # no hook is offered


def answer_questions(shell: InteractiveShell, session: Session) -> None:
    """Answer `name?` and `name??` where Python knows no such name. They are magics, which can be replaced."""
    register: Any = shell.register_magic_function

    def asking(python: Callable[[str], None]) -> Callable[[str], None]:
        @no_var_expand
        def ask(line: str) -> None:
            if shell.object_inspect(line)["found"] or not inspection(session.program, line, matrix=False):
                python(line)
            else:
                session.describe(line)

        return ask

    for magic in ("pinfo", "pinfo2"):
        python: Any = shell.find_line_magic(magic)
        register(asking(python), "line", magic)


def help_front_ends(kernel: Any, session: Session) -> None:
    """Answer what a front end asks of a place in Cajal. IPython would ask Python about its word alone."""
    complete_python, inspect_python = kernel.do_complete, kernel.do_inspect

    def do_complete(code: str, cursor_pos: int | None) -> Any:
        place = cajal_at(code, len(code) if cursor_pos is None else cursor_pos)
        return replies.completion(session.program, place) if place else complete_python(code, cursor_pos)

    def do_inspect(code: str, cursor_pos: int, *arguments: Any) -> Any:
        place = cajal_at(code, cursor_pos)
        if place:
            return replies.explanation(session.program, place, session.prefix)
        return inspect_python(code, cursor_pos, *arguments)

    kernel.do_complete, kernel.do_inspect = do_complete, do_inspect


def cajal_at(code: str, cursor: int) -> Place | None:
    """The Cajal around a cursor in a Python notebook."""
    if cell := CELL.match(code, 0, cursor):
        return Place(code[cell.end() :], cursor - cell.end(), cell.end())
    return cajal_in_line(code, cursor, "cajal_")


def matcher(session: Session) -> Any:
    """What IPython's completer asks, besides its own. In a terminal this is all."""

    @context_matcher()
    def cajal_matcher(context: CompletionContext) -> SimpleMatcherResult:
        lines = context.full_text.split("\n")
        cursor = sum(len(line) + 1 for line in lines[: context.cursor_line]) + context.cursor_position
        if place := cajal_at(context.full_text, cursor):
            start, matches = completions(session.program, place.code, place.cursor, place.takes)
            return {
                "completions": [SimpleCompletion(text=match.text, type=match.kind) for match in matches],
                "matched_fragment": place.code[start : place.cursor],
                "suppress": True,
                "ordered": True,
            }
        before = lines[context.cursor_line][: context.cursor_position]
        if link := LINK.match(before):
            return _externs(session, link[1], "=")
        if unlink := UNLINK.match(before):
            return _externs(session, unlink[1], "")
        return {"completions": []}

    return cajal_matcher


def _externs(session: Session, prefix: str, sign: str) -> SimpleMatcherResult:
    """The externs that begin so, each with a sign behind it."""
    names = [entry.name for entry in session.program.entries.values() if entry.kind == "extern"]
    links = [
        SimpleCompletion(text=f"{name}{sign}", type="param") for name in names if name.startswith(prefix)
    ]
    return {"completions": links, "matched_fragment": prefix, "suppress": bool(links)}
