"""Mistakes of a user."""

from __future__ import annotations

from pathlib import Path

import pytest

import cajal_experiments
from cajal_experiments.command.main import main
from cajal_experiments.errors import ExperimentError, described, unknown


def test_it_is_public() -> None:
    assert cajal_experiments.ExperimentError is ExperimentError
    assert str(ExperimentError("what to do")) == "what to do"


def test_an_unknown_name_comes_with_the_nearest_and_all() -> None:
    assert unknown("model", "trivail", ["D", "trivial"]) == (
        "There is no model `trivail`. Did you mean `trivial`? There are D, trivial."
    )
    assert unknown("variant", "EQ", [""]) == "There is no variant `EQ`. There are none."


def test_the_line_of_the_users_file_is_told() -> None:
    def broken() -> None:
        {}["colour"]

    with pytest.raises(KeyError) as caught:
        broken()
    line = broken.__code__.co_firstlineno + 1
    assert described(caught.value) == f"KeyError: 'colour'\n{__file__}, line {line}, in broken"
    assert described(ExperimentError("what to do")) == "what to do"


#: A file with a mistake in each model, in place of a `D` that has none.
FILE = """
import torch
from cajal_experiments import Experiment, Recipe, Settings, Task, accuracy

def task(context):
    return Task(*[(torch.rand(20, 3), torch.zeros(20, dtype=torch.long))] * 2)

def bare(context):
    return torch.nn.Linear(3, 2)

def nowhere(context):
    return Recipe(context.network)

def fine(context):
    return Recipe(torch.nn.Linear(3, 2), torch.nn.functional.cross_entropy)

def not_finite(context):
    return Recipe(torch.nn.Linear(3, 2), lambda result, target: (result - 1e4).exp().sum().log())

experiment = Experiment(
    name="mistakes", title="Mistakes", data=None, task=task, measures={"accuracy": accuracy},
    models={"bare": bare, "nowhere": nowhere, "not finite": not_finite, "fine": fine},
    full=Settings(epochs=1), small=Settings(epochs=1),
)
"""


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mine.py"
    path.write_text(FILE)
    return path


def test_mistakes_are_told_by_cell_and_line_and_the_others_run(
    mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "mine.py", "--seeds", "2"]) == 1
    told = capsys.readouterr().out
    assert told.count("ended: fine") == 2
    assert told.count("not finite: not finite / seed") == 2
    reason = "The model `bare` is a Linear and no Recipe: return `Recipe(module)`."
    assert f"failed: bare / seed 0 / full\nfailed: bare / seed 1 / full\n    {reason}\n" in told
    assert (
        "    AttributeError: 'Context' object has no attribute 'network'\n"
        f"    {mine}, line 12, in nowhere\n"
        in told.replace("mine.py", str(mine)).replace(f"{mine.parent}/{mine}", str(mine))
    )


@pytest.mark.usefixtures("mine")
def test_a_dry_run_tells_what_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "mine.py", "--seeds", "1", "--models", "nowhere,fine", "--dry-run"]) == 1
    told = capsys.readouterr().out
    assert told.startswith("nowhere / seed 0 / full: fails\n    AttributeError: ")
    assert "2 runs, 0 more are complete, 1 fail; about " in told
    assert main(["run", "mine.py", "--seeds", "1", "--models", "nowhere", "--dry-run"]) == 1
    assert capsys.readouterr().out.endswith("1 runs, 0 more are complete, 1 fail\n")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("return Task(*", "return list("), "`task` returns a list and no Task: return `Task(train, test)`."),
        (("import torch\n", "import torch as\n"), "cannot be run. SyntaxError: invalid syntax"),
        (
            ("import torch\n", "import nowhere\n"),
            "cannot be run. ModuleNotFoundError: No module named 'nowhere'",
        ),
        (("data=None", "data=lambda name: open(name)"), "`--data digits` cannot be read. FileNotFoundError"),
    ],
)
def test_a_mistake_in_the_file_is_no_traceback(
    mine: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str], message: str
) -> None:
    mine.write_text(FILE.replace(*change))
    assert main(["run", "mine.py", "--seeds", "1", "--models", "fine"]) in (1, 2)
    assert message in "".join(capsys.readouterr())
