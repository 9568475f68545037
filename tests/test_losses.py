"""Every loss that a reader may copy has a gradient where the program is confident and wrong."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch.nn import functional

ROOT = Path(__file__).parents[1]
#: Of a result of n values: a little of the uniform distribution mixed in.
MIXED = re.compile(r"\(\(1 - 1e-6\) \* (?P<result>\w+(?:\([\w, ]*\))?) \+ 1e-6 / (?P<n>\d)\)")


def documents() -> Iterator[tuple[str, str]]:
    """What is read as an example, with its name: of the packages the docstrings, of notebooks the cells."""
    pages = [
        ROOT / "README.md",
        *ROOT.glob("docs/*.md"),
        *ROOT.glob("scripts/*.py"),
        *ROOT.glob("benchmarks/*.py"),
    ]
    for page in pages:
        yield page.relative_to(ROOT).as_posix(), page.read_text(encoding="utf-8")
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    for page in [*ROOT.glob("cajal_core/**/*.py"), *ROOT.glob("cajal_kernel/**/*.py")]:
        nodes = ast.walk(ast.parse(page.read_text(encoding="utf-8")))
        texts = [ast.get_docstring(node) or "" for node in nodes if isinstance(node, documented)]
        yield page.relative_to(ROOT).as_posix(), "\n".join(texts)
    for page in ROOT.glob("notebooks/*.ipynb"):
        cells = json.loads(page.read_text(encoding="utf-8"))["cells"]
        yield page.relative_to(ROOT).as_posix(), "\n".join("".join(cell["source"]) for cell in cells)


def logarithms(text: str) -> list[str]:
    """The lines that take a logarithm of what may be a probability."""
    return [line.strip() for line in text.splitlines() if re.search(r"\.log\(\)|torch\.log\(", line)]


LOSSES = [(name, line) for name, text in documents() for line in logarithms(text)]


def test_there_are_losses() -> None:
    assert {name for name, _ in LOSSES} >= {
        "README.md",
        "docs/language.md",
        "notebooks/02_link_and_train.ipynb",
        "benchmarks/parity.py",
    }


@pytest.mark.parametrize(("name", "line"), LOSSES)
def test_a_confident_mistake_has_a_gradient(name: str, line: str) -> None:
    """Not one that is NaN or infinite, as that of `p.log()`, nor 0, as that of `p.clamp_min(1e-9).log()`."""
    mixed = MIXED.search(line)
    assert mixed, f"{name}: {line}"
    n = int(mixed["n"])
    results = (
        torch.eye(n).repeat(2, 1).requires_grad_()
    )  # each of the n answers is given with certainty, and wrong
    answers = torch.arange(1, n + 1).remainder(n).repeat(2)
    names = {
        "functional": functional,
        "F": functional,
        "answer": answers,
        **dict.fromkeys(("same", "neuron"), lambda *_: results),
        **dict.fromkeys(("result", "left", "right", "pictures"), results),
    }
    statement = line.removeprefix("return ")
    if "backward" in statement:
        exec(statement, names)
    else:
        eval(statement, names).backward()
    assert results.grad is not None
    assert results.grad.isfinite().all()
    assert (results.grad[results == 0] != 0).any()
