"""Definitions written from tables: they compute the table."""

from __future__ import annotations

import itertools

import pytest
import torch

from cajal_core import Program
from cajal_core.base import tys
from cajal_core.diagnostics.errors import InternalError
from cajal_core.neuron.table_program import definition

BOOL, NAT, DIR = tys.Bool(), tys.Nat(3), tys.Data("Dir", ("N", "E", "S"))
TOKEN = tys.Data("Token", ("Num", "Plus", "Both"), ((NAT,), (), (BOOL, DIR)))
DAY = tys.Data("Day", ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"))
SOURCE = """data Dir = N | E | S
data Token = Num Nat[3] | Plus | Both Bool Dir
data Day = Mo | Tu | We | Th | Fr | Sa | Su
"""


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        [BOOL],
        [NAT],
        [tys.Unit()],
        [DIR, BOOL],
        [tys.Product(BOOL, tys.Product(tys.Unit(), NAT))],
        [NAT, NAT],
        [TOKEN],
        [TOKEN, BOOL],
        [tys.Product(TOKEN, NAT)],
        [DAY, BOOL],
    ],
)
def test_a_definition_computes_its_table(arguments: list[tys.Type]) -> None:
    choices = list(itertools.product(*(tys.labels(type) for type in arguments)))
    values = [DIR.constructors[(7 * place + 1) % 3] for place in range(len(choices))]
    program = Program()
    program.run(SOURCE + definition("t", arguments, DIR, values))
    for choice, value in zip(choices, values, strict=True):
        given = [f"({label} : {type})" for label, type in zip(choice, arguments, strict=True)]
        [result] = program.run(" ".join(["t", *given]))
        assert str(result.value) == value


@pytest.mark.parametrize(
    ("arguments", "trues", "body"),
    [
        ([tys.Nat(9)], {3}, "case x1 { 3 => true | _ => false }"),
        ([NAT], {0, 2}, "case x1 { 1 => false | _ => true }"),
        ([NAT, BOOL], {0, 2, 4}, "drop x1 in if x2 then true else false"),
        ([NAT, BOOL], {0, 1}, "case x1 { 0 => drop x2 in true | _ => drop x2 in false }"),
        ([DIR], {1}, "case x1 { N => false | E => true | S => false }"),
        ([DAY], {5, 6}, "case x1 { Sa => true | Su => true | _ => false }"),
        (
            [TOKEN],
            {3},
            "case x1 { Num v1 => drop v1 in false | Plus => true | Both v1 v2 => drop (v1, v2) in false }",
        ),
        ([BOOL, BOOL], set(), "drop (x1, x2) in false"),
    ],
)
def test_what_has_the_same_result_is_written_once(
    arguments: list[tys.Type], trues: set[int], body: str
) -> None:
    count = len([*itertools.product(*(tys.labels(type) for type in arguments))])
    values = ["true" if place in trues else "false" for place in range(count)]
    text = definition("t", arguments, BOOL, values)
    assert text.endswith(f" : Bool = {body}")
    matrix = Program().run(SOURCE + text)[-1].neuron().matrix().reshape(2, -1)
    wanted = torch.tensor([[value == "true", value == "false"] for value in values]).T
    # The matrix has the last argument first.
    dims = [tys.dim(type) for type in arguments]
    wanted = wanted.reshape(2, *dims).permute(0, *range(len(dims), 0, -1)).reshape(2, -1)
    assert torch.equal(matrix, wanted.to(matrix))


def test_only_data_can_be_looked_at() -> None:
    for type in (tys.Arrow(BOOL, BOOL), tys.Product(BOOL, tys.List(BOOL, 2))):
        with pytest.raises(InternalError, match="a table over"):
            definition("t", [type], BOOL, ["true"])
