"""The programs of tests/programs: evaluator, oracle and neuron say the value that stands beside each term."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from cajal_core import Program
from cajal_core.base.source import Source
from cajal_core.syntax import tree
from cajal_core.syntax.parse import parse
from cajal_core.syntax.printer import pretty
from tests.laws.oracle import Oracle

PROGRAMS = sorted((Path(__file__).parents[1] / "programs").glob("*.cajal"))


def read(path: Path) -> tuple[str, list[tree.Item], list[str]]:
    text = path.read_text(encoding="utf-8")
    return text, parse(Source(path.name, text)), re.findall(r"--> (.*)", text)


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_values(path: Path) -> None:
    text, items, expected = read(path)
    program, oracle = Program(), Oracle()
    results = program.run(text)
    shown = [result for result, item in zip(results, items, strict=True) if isinstance(item, tree.Show)]
    assert [str(result.value) for result in shown] == expected
    vectors = oracle.declare(items)
    terms = [item.term for item in items if isinstance(item, tree.Show)]
    for term, vector, value in zip(terms, vectors, expected, strict=True):
        [written] = parse(Source("value", value))
        assert isinstance(written, tree.Show)
        type, _ = oracle.meaning(term)
        _, meaning = oracle.read(written.term, {}, type)
        assert vector.reshape(-1).tolist() == meaning({}).tolist()


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_matrices(path: Path) -> None:
    text, items, _ = read(path)
    program, oracle = Program(), Oracle()
    program.run(text)
    oracle.declare(items)
    for item in items:
        if isinstance(item, tree.Data) or (isinstance(item, tree.Def) and reuses(item)):
            continue
        if isinstance(item, tree.Def):
            term: tree.Term = tree.Var(item.name.name, span=item.span)
        else:
            assert isinstance(item, tree.Show)
            term = item.term
        found = program.compile(pretty(term)).matrix().numpy()
        np.testing.assert_array_equal(found, oracle.tensor(term))


def reuses(item: tree.Def) -> bool:
    """Whether it has no matrix, which tests/laws/test_laws.py looks at."""
    return any(param.reusable for param in item.params)


def test_there_are_programs() -> None:
    assert len(PROGRAMS) >= 5
