"""Completion and inspection inside the `%%cajal` cells of a Python notebook."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import no_var_expand

import cajal_core as cajal
from cajal_kernel.assist import replies
from cajal_kernel.assist.cells import Place, cajal_in_line, python_in_line
from cajal_kernel.assist.completion import completions
from cajal_kernel.assist.hover import inspection
from cajal_kernel.assist.options import option_at
from cajal_kernel.errors import not_debugged, prepare_debugger
from cajal_kernel.magics.names import MAGICS, misplaced_magic, no_magic
from cajal_kernel.session import Session
from cajal_kernel.views.bundles import printable_bundle

EMPTY = re.compile(r"%%cajal\b(?!\?)")
CELL = re.compile(r"\s*%%cajal(?:_format)?\b[^\n]*\n")
LINK = re.compile(r"\s*%(?:cajal_)?link\s(?:.*,)?\s*([^\W\d]?[\w']*)\Z")
OWN = ["cajal", *MAGICS, *(f"cajal_{name}" for name in MAGICS)]
UNLINK = re.compile(r"\s*%(?:cajal_)?unlink\s(?:.*\s)?([^\W\d]?[\w']*)\Z")


def attach(shell: InteractiveShell, session: Session) -> None:
    """Complete and explain Cajal where Cajal is written, and explain its names where Python knows none.

    IPython offers no hook for most of this, so that methods of this shell are replaced until `detach`.
    """
    session.attached = undo = ExitStack()
    completer: Any = shell.Completer
    ours = matcher(session)
    completer.custom_matchers.append(ours)
    undo.callback(completer.custom_matchers.remove, ours)
    answer_questions(undo, shell, session)
    if kernel := getattr(shell, "kernel", None):
        _help_front_ends(undo, kernel, session)
    inspect_python, show = shell.object_inspect_mime, shell.showtraceback
    debugger, transforms = shell.debugger, shell.input_transformers_cleanup
    find = shell._find_with_lazy_load  # noqa: SLF001  # what both kinds of magics are looked up by

    def object_inspect_mime(oname: str, *arguments: Any, **options: Any) -> Any:
        try:
            return inspect_python(oname, *arguments, **options)
        except KeyError:
            bundle = inspection(session.program, oname, prefix=session.prefix)
            if bundle is None:
                raise
            return printable_bundle(bundle)

    def showtraceback(exc_tuple: Any = None, *arguments: Any, **options: Any) -> None:
        with not_debugged(shell, exc_tuple):
            show(exc_tuple, *arguments, **options)

    def debug(force: bool = False) -> None:
        prepare_debugger()
        debugger(force)

    def find_magic(type_: Any, magic_name: str) -> Any:
        found, name = find(type_, magic_name), magic_name.lstrip("%")
        if found is None and (name.startswith("cajal") or cajal.nearest(name, OWN)):
            raise misplaced_magic(f"%{magic_name}") if name != magic_name else no_magic(shell, type_, name)
        return found

    transforms.append(_with_body)
    undo.callback(transforms.remove, _with_body)
    _replace(undo, shell, "debugger", debug)
    _replace(undo, shell, "object_inspect_mime", object_inspect_mime)
    _replace(undo, shell, "showtraceback", showtraceback)
    _replace(undo, shell, "_find_with_lazy_load", find_magic)


def detach(session: Session) -> None:
    """Take back what `attach` did."""
    if session.attached:
        session.attached.close()
        session.attached = None


def _with_body(lines: list[str]) -> list[str]:
    """A cell of `%%cajal` alone, which IPython would refuse, with an empty line below it."""
    return [*lines, "\n"] if len(lines) == 1 and EMPTY.match(lines[0]) else lines


def _replace(undo: ExitStack, owner: Any, name: str, function: Callable[..., Any]) -> None:
    if name in vars(owner):
        undo.callback(setattr, owner, name, vars(owner)[name])
    else:
        undo.callback(delattr, owner, name)
    setattr(owner, name, function)


def answer_questions(undo: ExitStack, shell: InteractiveShell, session: Session) -> None:
    """Answer `name?` and `name??` where Python knows no such name. They are magics, which can be replaced."""
    register: Any = shell.register_magic_function

    def asking(python: Callable[[str], None]) -> Callable[[str], None]:
        @no_var_expand
        def ask(line: str) -> None:
            if shell.object_inspect(line)["found"] or not session.knows(line):
                python(line)
            else:
                session.describe(line)

        return ask

    for magic in ("pinfo", "pinfo2"):
        python: Any = shell.find_line_magic(magic)
        undo.callback(register, python, "line", magic)
        register(asking(python), "line", magic)


def _help_front_ends(undo: ExitStack, kernel: Any, session: Session) -> None:
    """Answer what a front end asks of a place in Cajal. IPython would ask Python about its word alone."""
    complete_python, inspect_python = kernel.do_complete, kernel.do_inspect

    def do_complete(code: str, cursor_pos: int | None) -> Any:
        cursor = len(code) if cursor_pos is None else cursor_pos
        place = option_at(code, cursor, "cajal_") or cajal_at(code, cursor)
        if place:
            return replies.completion(session.program, place)
        if piece := python_in_line(code, cursor, "cajal_"):
            text, offset = piece
            return replies.moved(complete_python(text, cursor - offset), offset)
        return complete_python(code, cursor_pos)

    def do_inspect(code: str, cursor_pos: int, *arguments: Any) -> Any:
        place = cajal_at(code, cursor_pos)
        if place:
            return replies.explanation(session.program, place, session.prefix)
        return inspect_python(code, cursor_pos, *arguments)

    _replace(undo, kernel, "do_complete", do_complete)
    _replace(undo, kernel, "do_inspect", do_inspect)


def cajal_at(code: str, cursor: int) -> Place | None:
    """The Cajal around a cursor in a Python notebook."""
    if cell := CELL.match(code, 0, cursor):
        return Place(code[cell.end() :], cursor - cell.end(), cell.end())
    return cajal_in_line(code, cursor, "cajal_")


def matcher(session: Session) -> Any:
    """What IPython's completer asks, besides its own. In a terminal this is all."""

    @context_matcher()
    def cajal_matcher(context: CompletionContext) -> SimpleMatcherResult:
        code = context.full_text
        lines = code.split("\n")
        cursor = sum(len(line) + 1 for line in lines[: context.cursor_line]) + context.cursor_position
        if place := option_at(code, cursor, session.prefix) or cajal_at(code, cursor):
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
