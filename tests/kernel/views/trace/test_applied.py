"""The arguments of a call in a trace."""

from __future__ import annotations

import pytest

import cajal_core as cajal
from cajal_kernel.views.trace.applied import applied

PROGRAM = """
def not (x : Bool) : Bool = if x then false else true
def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
def id (x : Bool) : Bool = x
"""


@pytest.mark.parametrize(
    ("term", "arguments"),
    [
        ("and true false", ["true false"]),
        ("and (not true)\n  (id false)", ["true", "false", "(not true) (id false)"]),
        ("((not)) (true)", [""]),
        ("not ( not true )", ["true", "( not true )"]),
        ("((not (not true)))", ["true", "(not true)"]),
        ("not(true)", ["(true)"]),
        ("((and true) false)", [""]),
        ("(and true) false", [""]),
        ("(and (not true)) (not false)", ["true", "false", ""]),
        ("and {- ) -} true false", ["true false"]),
        ("and true -- (\n (not {- ( {- ( -} -} false)", ["false", "true (not false)"]),
        ("not (if true then (if true then false else true) else false)", [""]),
    ],
)
def test_arguments_are_shown_where_they_are_short_and_behind_the_name(
    term: str, arguments: list[str]
) -> None:
    trace = cajal.load(PROGRAM).compile(term).trace()
    assert [applied(entry) for entry in trace if entry.kind == "call"] == arguments
    assert {applied(entry) for entry in trace if entry.kind != "call"} <= {""}
