"""Parameters of a Cajal notebook."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell
from papermill.exceptions import PapermillException
from papermill.translators import papermill_translators, translate_parameters

import cajal_core as cajal
from cajal_kernel.integrations import papermill
from cajal_kernel.integrations.papermill import CajalTranslator


@pytest.mark.parametrize(
    ("value", "definition"),
    [
        (5, "def n : Nat = 5"),
        (0, "def n : Nat = 0"),
        (12, "def n : Nat = 12"),  # whether it fits, the notebook decides
        (True, "def n : Bool = true"),
        (False, "def n : Bool = false"),
        ("true", "def n : Bool = true"),  # what `-p n true` gives
        ("(true, 3)", "def n : Bool * Nat = (true, 3)"),
        ("(12 : Nat[13])", "def n : Nat[13] = (12 : Nat[13])"),
        ("\\x:Bool. x", "def n : Bool -o Bool = \\x:Bool. x"),
        ("North : Dir", "def n : Dir = North"),
        ("\\x:Dir. turn x : Dir -o Dir", "def n : Dir -o Dir = \\x:Dir. turn x"),
    ],
)
def test_a_parameter_is_a_definition(value: object, definition: str) -> None:
    papermill.register()
    assert translate_parameters("cajal", "cajal", {"n": value}) == f"-- Parameters\n{definition}\n"
    program = cajal.Program(nat_size=20)
    program.run(
        "data Dir = North | South\ndef turn (d : Dir) : Dir = case d { North => South | South => North }"
    )
    assert program.run(definition)[0].name == "n"


@pytest.mark.parametrize(
    "value",
    [
        "true\n\nfalse",
        "true; def evil : Bool = true : Bool",
        "true\ndef evil : Bool = true : Bool",
        "true : Bool; false",
        "true : Bool\nfalse",
        "true -- { : Bool\ndef evil : Bool = true",
    ],
)
def test_a_parameter_is_one_term(value: str) -> None:
    with pytest.raises(PapermillException, match="the text of a term"):
        CajalTranslator.codify({"n": value})


@pytest.mark.parametrize("value", ["not\ntrue : Bool", "not {- ; -} true -- yes : Bool", "true -- yes"])
def test_a_term_of_several_lines_is_a_parameter(value: str) -> None:
    program = cajal.load("def not (x : Bool) : Bool = if x then false else true")
    assert [result.name for result in program.run(CajalTranslator.codify({"n": value}))] == ["n"]


@pytest.mark.parametrize("value", [-5, 0.5, None, [1], {"a": 1}, "hello", "\\x:Bool. turn x", "", "x :"])
def test_a_value_that_cajal_lacks_is_an_error_that_says_what_is_possible(value: object) -> None:
    with pytest.raises(
        PapermillException, match="true or false, a whole number from 0, or the text of a term"
    ):
        CajalTranslator.codify({"n": value})


@pytest.mark.parametrize("name", ["if", "Big", "two words", "a-b"])
def test_a_parameter_has_a_name_of_cajal(name: str) -> None:
    with pytest.raises(PapermillException, match="cannot be the name of a definition"):
        CajalTranslator.codify({name: True})


def test_papermill_lists_the_parameters_of_a_notebook() -> None:
    cell = new_code_cell("%nat 100\n-- How many.\ndef n : Nat {- = 3 -} = 50\n\ndef flag : Bool = not false")
    assert CajalTranslator.inspect(cell) == []  # `not` is another cell's
    cell.source = cell.source.replace("not false", "true")
    assert [tuple(parameter) for parameter in CajalTranslator.inspect(cell)] == [
        ("n", "Nat", "50", "How many."),
        ("flag", "Bool", "true", ""),
    ]


def test_another_language_keeps_its_translator() -> None:
    assert (
        papermill_translators.find_translator("python3", "python").codify({"n": 5}) == "# Parameters\nn = 5\n"
    )
