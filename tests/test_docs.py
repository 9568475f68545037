"""The pages of docs/ show what the programs in them do.

In most pages a block marked `cajal` is a cell: it runs in the page's one `Program`, below those before it. A
block marked `python` runs in the page's one namespace, in which `program` is that `Program`. A block marked
`text` that follows is exactly what came out: of a cell a line for each item, or its errors; of Python what it
printed. A cell without one must be right, and Python without one must print nothing.

In docs/rules.md each rule is a section, named as in the checker. The first block of the page marked `cajal`
is what the others start from. A section has two: the first is accepted, the second refused, with the titles
in the `text` block below it.

    pytest tests/test_docs.py --update-golden

writes the `text` blocks. Blocks without a mark are read by people only.
"""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch

import cajal_core as cajal
from cajal_core.syntax import tree
from cajal_core.syntax.parse import parse

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
LANGUAGE, RULES = DOCS / "language.md", DOCS / "rules.md"
#: The pages whose blocks run from top to bottom.
RUNNING = [
    DOCS / f"{name}.md" for name in ("language", "spec", "design", "algorithms", "training", "saving")
]
CORE = sorted((ROOT / "cajal_core").rglob("*.py"))

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
RULE = re.compile(r"\bT-[A-Z]\w*")
COMMENT = re.compile(r"# (T-[A-Z]\w*)")


@dataclass(frozen=True)
class Block:
    """A fenced block: its mark, its text and where that stands on the page."""

    mark: str
    text: str
    start: int
    end: int
    line: int
    #: The text block below it, if nothing stands between.
    output: Block | None = None


@dataclass(frozen=True)
class Ran:
    """A block that ran, and what came out."""

    block: Block
    actual: str

    @property
    def expected(self) -> str:
        return self.block.output.text if self.block.output else ""


def blocks(page: str, offset: int = 0) -> list[Block]:
    """The fenced blocks of a page, or of a part of it that begins at `offset`."""
    found: list[Block] = []
    for match in reversed(list(FENCE.finditer(page, offset))):
        after = found[0] if found and found[0].mark == "text" else None
        below = (
            after if after and not page[match.end() : after.start].removesuffix("```text\n").strip() else None
        )
        line = page.count("\n", 0, match.start()) + 1
        found.insert(0, Block(match[1], match[2], match.start(2), match.end(2), line, below))
    return found


def rewritten(page: str, runs: list[Ran]) -> str:
    """The page with what came out in the place of what it says came out."""
    for ran in reversed(runs):
        if output := ran.block.output:
            page = page[: output.start] + ran.actual + page[output.end :]
    return page


# Pages that run


def shown(results: list[cajal.Result]) -> str:
    """A line an item: its type, and a value if it has one; then what `auto` made of it."""
    lines: list[str] = []
    for result in results:
        name = result.name or " ".join(result.text.split())
        type = f" : {result.type}" if result.type else ""
        lines.append(f"{name}{type}" + (f" = {result.value}" if result.value else ""))
        if result.elaborated:
            lines.append(result.elaborated)
    return "".join(f"{line}\n" for line in lines)


def run_page(page: str) -> list[Ran]:
    """Runs the blocks of a page in order. A cell without a text block shows nothing if it is right."""
    program = cajal.Program()
    names: dict[str, Any] = {"program": program}
    runs: list[Ran] = []
    torch.manual_seed(0)
    for block in blocks(page):
        if block.mark == "cajal":
            try:
                out = shown(program.run(block.text)) if block.output else program.run(block.text) and ""
            except cajal.CajalError as error:
                out = f"{error}\n"
            runs.append(Ran(block, str(out)))
        elif block.mark == "python":
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                exec(compile(ast.parse(block.text), f"<line {block.line}>", "exec"), names)
            runs.append(Ran(block, printed.getvalue()))
    return runs


@pytest.mark.parametrize("path", RUNNING, ids=lambda path: path.stem)
def test_every_example_gives_what_it_shows(path: Path, update_golden: bool) -> None:
    page = path.read_text(encoding="utf-8")
    runs = run_page(page)
    if update_golden:
        path.write_text(rewritten(page, runs), encoding="utf-8")
        return
    for ran in runs:
        assert ran.actual == ran.expected, f"{path.name}, line {ran.block.line}"


def test_every_output_of_a_page_belongs_to_a_block_that_runs() -> None:
    for path in (*RUNNING, RULES):
        found = blocks(path.read_text(encoding="utf-8"))
        below = [block.output for block in found if block.output and block.mark in ("cajal", "python")]
        assert [block for block in found if block.mark == "text"] == below, path.name
        assert {block.mark for block in found} <= {"", "cajal", "python", "text"}


def test_the_tutorial_uses_every_construct() -> None:
    cells = [block.text for block in blocks(LANGUAGE.read_text(encoding="utf-8")) if block.mark == "cajal"]
    used = set[str]()
    for cell in cells:
        with contextlib.suppress(cajal.CajalError):  # some show a mistake of syntax
            used |= kinds(cell)
    defined = {
        name
        for name, value in vars(tree).items()
        if name[0] != "_" and dataclasses.is_dataclass(value) and value.__module__ == tree.__name__
    }
    assert defined - used == set()


def test_a_page_that_shows_something_else_is_found() -> None:
    wrong = "```cajal\ntrue\n```\n\n```text\ntrue : Bool = false\n```\n\n```python\nprint(1)\n```\n"
    assert [(ran.expected, ran.actual) for ran in run_page(wrong)] == [
        ("true : Bool = false\n", "true : Bool = true\n"),
        ("", "1\n"),
    ]
    assert rewritten(wrong, run_page(wrong)) == wrong.replace("= false", "= true")
    assert [ran.actual for ran in run_page("```cajal\ntrue\n```\n")] == [""]
    assert [ran.actual[:12] for ran in run_page("```cajal\ntru\n```\n")] == ["unknown name"]


# The rules


@dataclass(frozen=True)
class Rule:
    name: str
    accepted: Block
    refused: Block


def prelude(page: str) -> str:
    """What every program of the rules starts from: the first cell of the page."""
    return blocks(page[: page.index("\n## ")])[0].text


def rules(page: str) -> list[Rule]:
    """The sections of the page whose heading is a rule's name."""
    headings = list(re.finditer(r"^### (T-\w+)$", page, re.MULTILINE))
    ends = [heading.start() for heading in headings[1:]] + [len(page)]
    found: list[Rule] = []
    for heading, end in zip(headings, ends, strict=True):
        cells = [block for block in blocks(page[:end], heading.end()) if block.mark == "cajal"]
        assert len(cells) == 2, f"{heading[1]} has {len(cells)} programs"
        assert not cells[0].output, f"the accepted program of {heading[1]} shows an output"
        found.append(Rule(heading[1], *cells))
    return found


def named_in_the_checker() -> list[str]:
    """The rules that comments in the checker name, one for each comment."""
    return [name for path in CORE for name in COMMENT.findall(path.read_text(encoding="utf-8"))]


def titles(text: str, start: str) -> list[str]:
    """The titles of what is wrong with a program, below the prelude."""
    program = cajal.Program()
    program.run(start)
    try:
        program.run(text)
    except cajal.CajalError as error:
        return [each.title for each in error.errors]
    return []


def kinds(text: str) -> set[str]:
    """The names of the classes of syntax that a cell is built of."""
    pending: list[tree.Node] = list(parse(cajal.Source("cell", text)))
    names = set[str]()
    while pending:
        node = pending.pop()
        names.add(type(node).__name__)
        pending.extend(tree.children(node))
    return names


def page_rules() -> list[Rule]:
    return rules(RULES.read_text(encoding="utf-8"))


def test_the_rules_are_those_of_the_checker() -> None:
    documented, named = [rule.name for rule in page_rules()], named_in_the_checker()
    assert len(documented) == len(set(documented))
    assert len(named) == len(set(named))
    assert set(documented) == set(named)


def test_only_rules_that_exist_are_mentioned() -> None:
    known = {rule.name for rule in page_rules()}
    for path in (*CORE, RULES, LANGUAGE):
        assert set(RULE.findall(path.read_text(encoding="utf-8"))) <= known, path.name


def test_accepted_programs_are_accepted() -> None:
    start = prelude(RULES.read_text(encoding="utf-8"))
    assert {rule.name: titles(rule.accepted.text, start) for rule in page_rules()} == {
        rule.name: [] for rule in page_rules()
    }


def test_refused_programs_are_refused_as_documented(update_golden: bool) -> None:
    page = RULES.read_text(encoding="utf-8")
    runs = [
        Ran(rule.refused, "".join(f"{title}\n" for title in titles(rule.refused.text, prelude(page))))
        for rule in rules(page)
    ]
    if update_golden:
        RULES.write_text(rewritten(page, runs), encoding="utf-8")
        return
    for rule, ran in zip(rules(page), runs, strict=True):
        assert ran.actual, f"{rule.name}: the refused program is accepted"
        assert ran.actual == ran.expected, rule.name


def test_both_programs_of_a_rule_hold_what_it_is_about() -> None:
    for rule in page_rules():
        node = rule.name.removeprefix("T-")
        if hasattr(tree, node):
            assert node in kinds(rule.accepted.text), rule.name
            assert node in kinds(rule.refused.text), rule.name


def test_the_stages_of_a_term_are_as_performance_md_shows_them() -> None:
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    [source] = re.findall(r"```cajal\n(.*?)```", page, re.DOTALL)
    lowered, optimized = re.findall(r"```ir\n(.*?)\n```", page, re.DOTALL)
    [code] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    neuron = cajal.load(source)["agree"]
    assert str(neuron._lowered) == lowered
    assert str(neuron.ir) == optimized
    assert neuron.code.strip() == code.strip()
