"""What users read when something is wrong: each NAME.cajal beside the message NAME.err that it ends in.

A new case is a new NAME.cajal. `pytest tests/errors --update-golden` writes the messages; read them, as the
one who made the mistake, before they are committed.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from cajal_core import CajalError, Mistake, Program
from cajal_core.diagnostics import cases, linear, lists, scope, types
from cajal_core.syntax import habits

HERE = Path(__file__).parent
CASES = sorted(HERE.glob("*/*.cajal"))
#: What cells of several files may `use`.
MODULES = HERE / "check" / "modules"
RULES = HERE.parents[1] / "docs" / "rules.md"
LINES_AT_MOST = 8
#: The modules of mistakes that the checker makes.
OF_THE_CHECKER = (cases, linear, lists, scope, types)


def name(path: Path) -> str:
    return path.relative_to(HERE).with_suffix("").as_posix()


def message(text: str) -> CajalError:
    """The error that a cell ends in. Several cells, run in order, are separated by a line `-- next cell`.

    A first line `-- auto` asks for automatic copies and drops.
    """
    program = Program(auto=text.startswith("-- auto\n"))
    *before, last = text.split("-- next cell\n")
    for cell in before:
        program.run(cell)
    with pytest.raises(CajalError) as caught:
        program.run(last, folder=MODULES)
    return caught.value


@pytest.mark.parametrize("path", CASES, ids=name)
def test_message(path: Path, update_golden: bool) -> None:
    found = str(message(path.read_text(encoding="utf-8"))) + "\n"
    for folder in (str(MODULES), os.path.relpath(MODULES)):
        found = found.replace(folder, "modules")
    golden = path.with_suffix(".err")
    if update_golden:
        golden.write_text(found, encoding="utf-8")
    assert golden.is_file(), f"{golden.name} is missing; run with --update-golden and read it"
    assert found == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", CASES, ids=name)
def test_each_mistake_is_short_and_has_its_place(path: Path) -> None:
    error = message(path.read_text(encoding="utf-8"))
    blocks = str(error).split("\n\n")
    assert len(blocks) == len(error.errors)
    for block, mistake in zip(blocks, error.errors, strict=True):
        assert block.startswith(mistake.title + "\n")
        assert len(block.split("\n")) <= LINES_AT_MOST
        assert mistake.span is not None
        assert "^" in block


def mistakes() -> list[Mistake]:
    return [mistake for path in CASES for mistake in message(path.read_text(encoding="utf-8")).errors]


def test_what_breaks_a_rule_names_it() -> None:
    """All that the checker finds; what does not parse breaks no rule of types."""
    rules = set(re.findall(r"^### (T-\w+)$", RULES.read_text(encoding="utf-8"), re.MULTILINE))
    for mistake in mistakes():
        checked = type(mistake).__module__ in {module.__name__ for module in OF_THE_CHECKER}
        assert (mistake.rule in rules) if checked else mistake.rule is None, mistake


def test_each_kind_of_mistake_has_its_case() -> None:
    kinds = {
        kind
        for module in OF_THE_CHECKER
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Mistake) and kind is not Mistake
    }
    assert kinds - set(map(type, mistakes())) == set()


def test_each_hint_is_met(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row of the table that an earlier one hides is dead, and nobody would notice."""
    met = set[int]()

    class Noted:
        def __init__(self, row: int, pattern: re.Pattern[str]) -> None:
            self.row, self.pattern, self.groups = row, pattern, pattern.groups

        def search(self, text: str) -> re.Match[str] | None:
            found = self.pattern.search(text)
            if found:
                met.add(self.row)
            return found

    rows = [(Noted(row, pattern), *rest) for row, (pattern, *rest) in enumerate(habits._ROWS)]
    monkeypatch.setattr(habits, "_ROWS", rows)
    for path in CASES:
        message(path.read_text(encoding="utf-8"))
    assert [habits._TABLE[row] for row in range(len(rows)) if row not in met] == []


def test_each_file_has_its_pair() -> None:
    programs, messages = ({name(path) for path in HERE.glob(f"*/*{end}")} for end in (".cajal", ".err"))
    assert programs == messages
    assert len(programs) >= 45


def test_no_two_cases_are_the_same() -> None:
    texts = [path.read_text(encoding="utf-8") for path in CASES]
    assert len(set(texts)) == len(texts)
