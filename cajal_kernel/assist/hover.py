"""What a name is, for Shift-Tab and `name?`: type, shape, comment, source, and the matrix if it is small."""

from __future__ import annotations

import math
import sys
from html import escape

import cajal_core as cajal
from cajal_kernel.assist.cells import without_magics
from cajal_kernel.assist.keywords import KEYWORDS, SIGNS, keyword_text
from cajal_kernel.assist.rules import plain, rule_html
from cajal_kernel.program import NotebookProgram, type_now
from cajal_kernel.views.environment import tensor_shape
from cajal_kernel.views.paint import Bundle

LISTED = 8
"""The most names that are listed."""

SMALL = 16
"""The most rows and columns of a matrix that fits beside the cursor."""


def inspection(
    program: NotebookProgram, name: str, *, matrix: bool = True, prefix: str = ""
) -> Bundle | None:
    """What a name, a word or a typing rule is, as text and as HTML. None where it is unknown.

    `prefix` begins the notebook's magics.
    """
    if section := rule_html(name):
        return {"text/plain": plain(section), "text/html": section}
    if name in KEYWORDS or name in SIGNS:
        text = keyword_text(name, prefix)
        return {"text/plain": text, "text/html": _pre(text)}
    entry = program.entries.get(name)
    if entry is None:
        owner = next((data for data in program.entries.values() if name in data.constructors), None)
        if owner is None:
            return None
        return _bundle(f"{name} : {program.type(name)}", owner, program, matrix=False, prefix=prefix)
    type, name = type_now(program, entry), cajal.shorten(name)
    heading = f"{name} : {type}" if type is not None else f"{name}, a {_KINDS[entry.kind]}"
    return _bundle(heading, entry, program, matrix, prefix)


_KINDS = {"space": "vector space", "data": "data type"}


def bound_inspection(code: str, cursor: int, name: str) -> Bundle | None:
    """What a bound variable is, and whether it still needs its use. None if nothing of that name is bound."""
    variables = cajal.expected(without_magics(code[:cursor]), cursor).variables
    variable = next((variable for variable in variables if variable.name == name), None)
    if variable is None:
        return None
    use = "may be used any number of times" if variable.reusable else "is used exactly once"
    if not variable.reusable:
        use += ", and was used before" if variable.uses else "; not yet before here"
    text = f"{name} : {variable.type}\n\n" if variable.type else f"{name}\n\n"
    text += f"A bound variable; it {use}."
    return {"text/plain": text, "text/html": _pre(text)}


def _bundle(heading: str, entry: cajal.Entry, program: NotebookProgram, matrix: bool, prefix: str) -> Bundle:
    facts = [shape_text(entry, type_now(program, entry), program)]
    if entry.uses:
        facts.append(f"uses {listed(sorted(entry.uses))}")
    if users := program.users(entry):
        facts.append(f"used by {listed(users)}")
    if names := program.outdated().get(entry.name):
        facts.append(f"it still uses the old {', '.join(names)}; %{prefix}rerun declares it again")
    parts = [heading, *filter(None, facts)]
    text = "\n".join(parts)
    if entry.documentation:
        text += f"\n\n{entry.documentation}"
    text += f"\n\n{entry.text}"
    html = _pre(text)
    if matrix and (small := _matrix(entry.name, program)):
        text += f"\n\n{small['text/plain']}"
        html += small["text/html"]
    return {"text/plain": text, "text/html": html}


def shape_text(entry: cajal.Entry, type: cajal.Type | None, program: NotebookProgram) -> str:
    """The shape of an entry's tensor, as `shape (2, 2)`, or a data type's dimension; empty without either."""
    if entry.kind == "data":
        _, data = cajal.uncurry(program.type(entry.constructors[0]))
        return f"dimension {cajal.dim(data):,}"
    shape = None if type is None else tensor_shape(type)
    return f"shape {shape}" if shape else ""


def listed(names: list[str]) -> str:
    """Names as a tooltip has room for them."""
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more


def _matrix(name: str, program: NotebookProgram) -> Bundle | None:
    """The matrix of a small function, where it has one and torch is there already: a tooltip may not wait."""
    if "torch" not in sys.modules:
        return None
    from torch import random

    from cajal_kernel.views.matrix import matrix_html, matrix_text, neuron_matrix

    try:
        arguments, result = cajal.uncurry(program.type(name))
        columns = math.prod(map(cajal.dim, arguments))
        if not arguments or columns > SMALL or cajal.dim(result) > SMALL:
            return None
        # A tooltip must not make the parameters of a `learn`, which the next seed is to set. They are
        # shared, so what is compiled here has its own, whose numbers say nothing.
        with random.fork_rng(devices=[]):
            neuron = program.compile(name, fresh=True)
        if neuron.unlinked or neuron.learned:
            return None
        table = neuron_matrix(name, neuron)
    except cajal.CajalError:  # it has no matrix
        return None
    return {"text/plain": matrix_text(table), "text/html": matrix_html(table)}


def _pre(text: str) -> str:
    return f'<pre style="margin:0;white-space:pre-wrap;background:none">{escape(text)}</pre>'
