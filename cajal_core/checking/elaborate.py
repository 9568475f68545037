r"""The first half of the driver: syntax -> typed core, pass by pass.

1. `check`: names, types and linear use. Syntax -> core.
2. `insert_copies`, with `auto`: copies and drops of data. Core -> core.

For example, `\x:Bool. (x, x)` with `auto` becomes the core of `\x:Bool. copy x as (x1, x2) in (x1, x2)`.
"""

from __future__ import annotations

from dataclasses import replace

from cajal_core.base import tys
from cajal_core.base.passes import Passes
from cajal_core.checking.check import Checked, Elaborated, check
from cajal_core.checking.context import Scope, Synonym
from cajal_core.checking.insert_copies import insert
from cajal_core.syntax import tree
from cajal_core.syntax.printer import pretty
from cajal_core.terms import core
from cajal_core.terms.to_syntax import read_back, read_back_definition
from cajal_core.terms.verify import verify_core


def elaborate(item: tree.Item, scope: Scope, passes: Passes) -> Checked:
    """The core of one item, or its mistakes. `passes` runs each pass.

    Raises:
        CajalError: if the item mentions a declaration that does not fit `scope.nat_size`.
    """
    checked = passes.run(
        "check",
        lambda: check(item, scope),
        lambda checked: _verify(checked, scope.auto),
    )
    if scope.auto:
        checked = passes.run("insert_copies", lambda: _inserted(item, checked), _verify)
    return checked


def core_text(item: tree.Item, elaborated: Elaborated) -> str:
    """The core of an item, written as Cajal on one line."""
    match elaborated:
        case core.Definition():
            params = len(item.params) if isinstance(item, tree.Def) else 0
            return pretty(read_back_definition(elaborated, params, item.span))
        case core.Extern() | core.Learn() | tys.Space() | tys.Data() | Synonym():
            return pretty(item)
        case _:
            return pretty(read_back(elaborated))


def _inserted(item: tree.Item, checked: Checked) -> Checked:
    """The item with copies and drops put in, and its text if there are any."""
    elaborated = checked.elaborated
    match elaborated:
        case core.Definition():
            body, is_changed = insert(elaborated.body)
            elaborated = replace(elaborated, body=body)
        case core.Extern() | core.Learn() | tys.Space() | tys.Data() | Synonym() | None:
            return checked
        case _:
            elaborated, is_changed = insert(elaborated)
    text = core_text(item, elaborated) if is_changed else None
    return replace(checked, elaborated=elaborated, with_copies=text)


def _verify(checked: Checked, auto: bool = False) -> None:
    match checked.elaborated:
        case core.Definition() as definition:
            verify_core(definition.body, auto)
        case core.Extern() | core.Learn() | tys.Space() | tys.Data() | Synonym() | None:
            pass
        case term:
            verify_core(term, auto)
