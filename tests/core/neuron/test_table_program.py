"""Definitions written from tables: they compute the table."""

from __future__ import annotations

import itertools

import pytest

from cajal_core import Program
from cajal_core.base import tys
from cajal_core.diagnostics.errors import InternalError
from cajal_core.neuron.table_program import definition

BOOL, NAT, DIR = tys.Bool(), tys.Nat(3), tys.Data("Dir", ("N", "E", "S"))


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
    ],
)
def test_a_definition_computes_its_table(arguments: list[tys.Type]) -> None:
    choices = list(itertools.product(*(tys.labels(type) for type in arguments)))
    values = [DIR.constructors[(7 * place + 1) % 3] for place in range(len(choices))]
    program = Program()
    program.run(f"data Dir = {' | '.join(DIR.constructors)}\n" + definition("t", arguments, DIR, values))
    for choice, value in zip(choices, values, strict=True):
        given = [f"({label} : {type})" for label, type in zip(choice, arguments, strict=True)]
        [result] = program.run(" ".join(["t", *given]))
        assert str(result.value) == value


def test_only_data_can_be_looked_at() -> None:
    with pytest.raises(InternalError, match="a table over Bool -o Bool"):
        definition("t", [tys.Arrow(BOOL, BOOL)], BOOL, ["true"])
