"""The training notebook: it runs, its claims hold, it is saved as it should be. Also the script beside it."""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import torch
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from benchmarks import parity
from tests.notebooks import running

ROOT = Path(__file__).parents[2]
PATH = ROOT / "notebooks" / "02_link_and_train.ipynb"
MODELS = ["direct", "direct + shared softmax", "indirect"]

# Keeps the pairs that the notebook draws. Run behind its cell that defines `pairs`.
RECORD = """
_drawn, _pairs = [], pairs


def pairs(chosen, count, generator):
    drawn = _pairs(chosen, count, generator)
    _drawn.append((count, *drawn[:2]))
    return drawn
"""

# What the notebook's names hold at its end, and whether they share an image. Run as its last cell.
INSPECTION = """
import json

def _pixels(chosen):
    return {image.numpy().tobytes() for image in chosen}

_train, _test = _pixels(images[train_images]), _pixels(images[test_images])
_trained, _tested = (
    _pixels(i for count, a, b in _drawn if count == wanted for i in (*a, *b)) for wanted in (5000, 2000)
)
print(json.dumps({
    "shared": len(_train & _test),
    "trained on others": len(_trained - _train),
    "tested on others": len(_tested - _test),
    "sizes": {control.name: control.parameters for control in controls},
    "shared size": sum(p.numel() for p in softmax_shared().parameters()),
    "histories": [(name, seed, list(zip(*h.series("accuracy")))) for name, seed, h in [*histories, *more]],
}))
"""

# An interrupt as the stop button sends it, while the three models train.
INTERRUPT = """
import os, signal, threading
threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
"""

# What an interrupt leaves.
KEPT = """
name, seed, history = histories[-1]
print(history.stopped, sum(h.steps for _, _, h in histories), len(histories))
"""


def saved() -> NotebookNode:
    return nbformat.read(PATH, as_version=4)


def client(notebook: NotebookNode) -> NotebookClient:
    return NotebookClient(
        notebook,
        timeout=240,
        resources={"metadata": {"path": str(PATH.parent)}},
        store_widget_state=False,
        coalesce_streams=True,
    )


@pytest.fixture
def one_thread() -> Iterator[None]:
    """The networks are so small that more threads wait for each other, above all on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def executed() -> NotebookNode:
    """The notebook, run here and inspected at its end."""
    notebook = saved()
    next(cell for cell in notebook.cells if "def pairs(" in cell.source).source += RECORD
    notebook.cells.append(new_code_cell(INSPECTION))
    client(notebook).execute()
    return notebook


def outputs(notebook: NotebookNode) -> list[NotebookNode]:
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def tagged(notebook: NotebookNode) -> NotebookNode:
    (cell,) = [cell for cell in notebook.cells if "results" in cell.metadata.get("tags", [])]
    return cell


def table(cell: NotebookNode) -> dict[str, dict[str, str]]:
    """The rows of a cell's text table by model."""
    (output,) = [output for output in cell.outputs if output.output_type == "execute_result"]
    header, *rows = [re.split(r" {2,}", line.strip()) for line in output.data["text/plain"].splitlines()]
    columns = re.findall(r"after \d+|steps to 80%", " ".join(header))
    return {row[0]: dict(zip(columns, row[1:], strict=True)) for row in rows}


def steps_to_80(row: dict[str, str]) -> float:
    """The mean; infinite where some seed never got there."""
    found = re.fullmatch(r"(\d+) ± \d+", row["steps to 80%"])
    return float(found[1]) if found else float("inf")


# Executed now


@pytest.mark.slow
def test_it_runs_without_errors(executed: NotebookNode) -> None:
    assert not [output for output in outputs(executed) if output.output_type == "error"]
    assert not [output for output in outputs(executed) if output.get("name") == "stderr"]


@pytest.mark.slow
def test_direct_models_need_at_most_half_the_steps(executed: NotebookNode) -> None:
    rows = table(tagged(executed))
    assert list(rows) == MODELS
    for name in MODELS[:2]:
        assert steps_to_80(rows[name]) <= steps_to_80(rows["indirect"]) / 2
        for column in ("after 80", "after 160", "after 312"):
            share, indirect = (float(rows[each][column].rstrip("%")) for each in (name, "indirect"))
            assert share > indirect + 5


@pytest.mark.slow
def test_sizes_are_matched(executed: NotebookNode) -> None:
    inspected = inspection(executed)
    sizes = inspected["sizes"]
    assert sizes["D"] == 2 * inspected["shared size"]
    assert 0.99 * sizes["D"] <= sizes["I"] <= 1.01 * sizes["D"]


@pytest.mark.slow
def test_no_image_is_in_both_sets(executed: NotebookNode) -> None:
    inspected = inspection(executed)
    assert inspected["shared"] == 0
    assert inspected["trained on others"] == 0
    assert inspected["tested on others"] == 0


@pytest.mark.slow
def test_the_table_is_what_the_runs_give(executed: NotebookNode) -> None:
    rows = table(tagged(executed))
    histories = inspection(executed)["histories"]
    for name in MODELS:
        runs = [dict(history) for each, _, history in histories if each == name]
        assert len(runs) >= 3
        firsts = [min((step for step, share in run.items() if share >= 0.8), default=None) for run in runs]
        reached = [step for step in firsts if step is not None]
        if len(reached) == len(runs):
            assert (
                rows[name]["steps to 80%"]
                == f"{statistics.mean(reached):.0f} ± {statistics.stdev(reached):.0f}"
            )
        for step, column in ((80, "after 80"), (160, "after 160"), (312, "after 312")):
            assert rows[name][column] == f"{statistics.mean(run[step] for run in runs):.1%}"


@pytest.mark.slow
def test_a_learned_combination_is_nearer_to_the_program_than_to_none(
    executed: NotebookNode,
) -> None:
    """The text after the last table says so."""
    (*_, cell) = [cell for cell in executed.cells if cell.source.endswith("table(histories + more)")]
    rows = table(cell)
    learned = steps_to_80(rows["combination learned"])
    assert learned - steps_to_80(rows["direct"]) < steps_to_80(rows["indirect"]) - learned


@pytest.mark.slow
@pytest.mark.usefixtures("one_thread")
def test_the_script_measures_the_same(executed: NotebookNode) -> None:
    """The same pairs and the same first weights, so that its numbers are the notebook's."""
    histories = {(name, seed): dict(history) for name, seed, history in inspection(executed)["histories"]}
    options = argparse.Namespace(steps=160, pairs=5000, test_pairs=2000, hidden=64, lr=1e-3, batch=64)
    models = parity.MODELS | parity.ABLATIONS
    for name in [*MODELS, "combination learned"]:
        run = parity.train(models[name], 1, parity.digits(), options)
        for step in (40, 160):
            # Sums of floating-point numbers may come in another order.
            assert run.accuracy[step] == pytest.approx(histories[name, 1][step], abs=0.02)


def inspection(notebook: NotebookNode) -> dict[str, Any]:
    (printed,) = notebook.cells[-1].outputs
    return json.loads(printed.text)


@pytest.mark.slow
def test_it_shows_what_it_is_saved_with(executed: NotebookNode) -> None:
    """But for the numbers, which another machine or another second changes, and the curves drawn of them."""
    *cells, _ = running.code(executed)
    assert [shown(cell) for cell in cells] == [shown(cell) for cell in running.code(saved())]


def shown(cell: NotebookNode) -> list[str]:
    return [" ".join(re.sub(r"[\d.,%]+|[▁-█]+", "#", text).split()) for text in running.texts(cell)]


# Interrupted


@pytest.mark.slow
def test_an_interrupt_leaves_the_curve_the_table_and_the_models() -> None:
    notebook = saved()
    training = next(cell for cell in notebook.cells if cell.source.startswith("histories = compare("))
    training.source = INTERRUPT + training.source
    end = notebook.cells.index(tagged(notebook))
    notebook.cells = [*notebook.cells[: end + 1], new_code_cell(KEPT)]
    client(notebook).execute()

    stopped, steps, count = notebook.cells[-1].outputs[0].text.split()
    assert stopped == "interrupted"
    assert 0 < int(steps) < 468 * int(count)
    assert int(count) < 15

    (curve,) = [
        output for output in training.outputs if "<img" in output.get("data", {}).get("text/html", "")
    ]
    assert "steps" in curve.data["text/plain"]
    assert "direct" in table(tagged(notebook))


# As it is saved


def test_it_is_saved_executed_from_top_to_bottom() -> None:
    notebook = saved()
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))
    assert {output.output_type for output in outputs(notebook)} <= {
        "stream",
        "display_data",
        "execute_result",
    }
    assert "stderr" not in {output.get("name") for output in outputs(notebook)}
    assert list(table(tagged(notebook))) == MODELS


def test_it_is_saved_with_static_outputs_only() -> None:
    notebook = saved()
    assert "widgets" not in notebook.metadata
    forms = [set(output.data) for output in outputs(notebook) if "data" in output]
    # A figure of pyplot is an image; our own pictures have theirs inside the HTML.
    assert all(each <= {"text/plain", "text/html"} or each == {"text/plain", "image/png"} for each in forms)
    assert not re.search(
        r"<script|\bon\w+=",
        "".join(str(o.data.get("text/html", "")) for o in outputs(notebook) if "data" in o),
    )


def test_a_saved_curve_has_a_picture_and_a_text() -> None:
    trained = [
        cell for cell in saved().cells if re.search(r"^\w+ = (train|compare)\(", cell.source, re.MULTILINE)
    ]
    assert len(trained) == 3
    for cell in trained:
        (curve,) = [
            output for output in cell.outputs if "<img" in output.get("data", {}).get("text/html", "")
        ]
        assert "468 steps" in curve.data["text/plain"]
        assert "<img" in curve.data["text/html"]


def test_its_code_is_formatted_and_short() -> None:
    for cell in saved().cells:
        assert max(map(len, cell.source.splitlines())) <= 120
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= 50


# The script


@pytest.fixture
def tiny_mnist(tmp_path: Path) -> Path:
    """Four files in MNIST's format with a few images of noise."""
    generator = torch.Generator().manual_seed(0)
    for name, count in (("train", 40), ("t10k", 20)):
        images = torch.randint(256, (count, 6, 6), generator=generator, dtype=torch.uint8)
        labels = torch.randint(10, (count,), generator=generator, dtype=torch.uint8)
        for kind, array in (("images-idx3", images), ("labels-idx1", labels)):
            shape = b"".join(size.to_bytes(4, "big") for size in array.shape)
            data = bytes([0, 0, 8, array.ndim]) + shape + array.numpy().tobytes()
            (tmp_path / f"{name}-{kind}-ubyte.gz").write_bytes(gzip.compress(data))
    return tmp_path


def test_the_script_reads_mnist(tiny_mnist: Path) -> None:
    images = parity.mnist(tiny_mnist)
    assert images.train.shape == (40, 6, 6)
    assert images.test_digits.shape == (20,)
    assert images.train.mean().item() == pytest.approx(0, abs=1e-5)
    assert images.train.std().item() == pytest.approx(1, abs=1e-5)


@pytest.mark.usefixtures("one_thread")
def test_the_script_prints_every_model(tiny_mnist: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = "--seeds 2 --steps 8 --pairs 128 --test-pairs 50 --hidden 4 --ablations".split()
    parity.main([*arguments, "--mnist", str(tiny_mnist)])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines[3:]] == [*parity.MODELS, *parity.ABLATIONS]


def test_no_digit_is_in_both_sets() -> None:
    images = parity.digits()
    train, test = ({each.numpy().tobytes() for each in group} for group in (images.train, images.test))
    assert len(train) == 1400
    assert not train & test


def test_a_table_says_who_did_not_reach_the_target() -> None:
    assert parity.reached([40, 44, None], 468) == "not reached in 468 by 1 of 3"
    assert parity.reached([40, 44, 48], 468) == "44 ± 4"
    assert parity.reached([40], 468) == "40"
