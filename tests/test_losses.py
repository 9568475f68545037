"""No reader copies a loss without a gradient where a program is sure and wrong: examples use `cajal.nll`."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: With `p.log()` the gradient at 0 is NaN or infinite, with `p.clamp_min(1e-9).log()` it is 0.
BY_HAND = re.compile(r"\.log\(\)|torch\.log\(")


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
    return [line.strip() for line in text.splitlines() if BY_HAND.search(line)]


@pytest.mark.parametrize(
    "name", ["README.md", "docs/language.md", "notebooks/02_link_and_train.ipynb", "benchmarks/parity.py"]
)
def test_losses_are_cajals(name: str) -> None:
    assert "cajal.nll" in dict(documents())[name]


def test_no_loss_is_written_by_hand() -> None:
    assert {name: lines for name, text in documents() if (lines := logarithms(text))} == {}


def test_this_test_can_fail() -> None:
    assert logarithms("loss = same(a, b)[:, 0].log().mean()\nloss.backward()")
    assert logarithms("return -torch.log(result)")
