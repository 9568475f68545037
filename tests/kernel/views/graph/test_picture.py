"""The picture in its forms."""

from __future__ import annotations

import base64
import re
import sys
from collections.abc import Sequence
from configparser import ConfigParser
from importlib import import_module
from importlib.machinery import PathFinder
from types import ModuleType
from typing import Any

import pytest
import torch

import cajal_core as cajal
from cajal_kernel.views.graph import matrices, picture
from cajal_kernel.views.graph.picture import graph_picture
from cajal_kernel.views.picture import Picture, Subject
from tests.kernel.conftest import ROOT
from tests.kernel.views.conftest import Page


def shown(program: cajal.Program, term: str) -> Picture:
    return graph_picture(Subject(term, program[term]))


def images(made: Picture) -> list[str]:
    sources = Page(made.html).all("img", "src")
    return [base64.b64decode(each.removeprefix("data:image/svg+xml;base64,")).decode() for each in sources]


def test_a_saved_notebook_keeps_both_levels_as_images(program: cajal.Program) -> None:
    made = shown(program, "even")
    written, run = images(made)
    assert "Graph of even as written, 5 boxes" in written
    assert "Graph of even as run, 3 boxes" in run
    assert Page(made.html).all("img", "alt")[1] == "Graph of even as run, 3 boxes: n, lookup table, result"
    assert "as written 2 operations, as run 1 operation" in Page(made.html).text
    assert made.text.startswith(
        "even : Nat -o Bool   -- as written 2 operations, as run 1 operation\nas written\n"
    )


def test_the_live_form_has_the_same_drawings(program: cajal.Program) -> None:
    made = shown(program, "even")
    assert made.live is not None
    drawings = made.live.spec["drawings"]
    assert [(each["level"], each["depth"]) for each in drawings] == [
        ("written", 0),
        ("written", 1),
        ("run", 0),
    ]
    first = drawings[made.live.spec["first"]]
    assert [first["svg"], drawings[-1]["svg"]] == images(made)


def test_the_same_run_gives_the_same_bytes(program: cajal.Program) -> None:
    first, second = shown(program, "nested"), shown(program, "nested")
    assert first.html == second.html
    assert first.live is not None
    assert second.live is not None
    assert first.live.packed() == second.live.packed()


def test_a_question_of_the_page_is_answered_by_a_drawing(program: cajal.Program) -> None:
    live = shown(program, r"\a:Bool. \b:Bool. xor a (not b)").live
    assert live is not None
    assert live.answer is not None
    calls = sorted(box for box in live.spec["boxes"]["written"] if box.startswith("c"))
    answer = live.answer({"open": calls[-1:]})
    [drawing] = answer.spec["drawings"]
    assert (drawing["open"], drawing["depth"]) == (calls[-1:], None)
    ids = re.findall(r'class="cajal-node"[^>]*data-id="(\w+)"', drawing["svg"])
    assert {*ids} <= {*answer.spec["boxes"]["written"]}


def test_the_page_is_sent_what_runs_the_neuron_once(program: cajal.Program) -> None:
    live = shown(program, "read").live
    assert live is not None
    assert "sources" not in live.spec
    assert live.spec["graph"]["sources"] == program["read"].wiring(written=True).graph["sources"]
    assert {"matrices", "input 0", "input 1", "tensor turn"} <= {*live.arrays}


def test_the_networks_answer_to_other_inputs(program: cajal.Program) -> None:
    live = shown(program, "read").live
    assert live is not None
    assert live.answer is not None
    image, x = torch.rand(3, 8), torch.tensor([0.25, 0.75])
    answer = live.answer({"inputs": [image.flatten().tolist(), x.tolist()]})
    [(name, values)] = answer.arrays.items()
    assert name in live.arrays
    expected = program["odd"](image).detach()
    assert values.ravel().tolist() == pytest.approx(expected.tolist(), abs=1e-6)


def test_without_a_run_the_page_says_why_and_still_has_the_sources(program: cajal.Program) -> None:
    program.unlink("odd")
    live = shown(program, "read").live
    assert live is not None
    assert live.spec["why"] == "the extern `odd : Image -o Bool` is not linked"
    assert "graph" not in live.spec
    assert live.spec["sources"]
    assert [*live.arrays] == ["matrices"]


def test_few_boxes_are_open_at_first_and_many_closed(
    program: cajal.Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matrices, "MOST", 1)
    program.run(f"def long (x : Bool) : Bool = {'not (' * 40}x{')' * 40}")
    long, small = shown(program, "long").live, shown(program, "even").live
    assert long is not None
    assert small is not None
    assert long.spec["drawings"][long.spec["first"]]["depth"] == 0
    assert small.spec["drawings"][small.spec["first"]]["depth"] == 1


def test_a_large_graph_is_cut_to_what_a_notebook_may_keep(
    program: cajal.Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture, "STATIC", 12_000)
    program.run(f"def long (x : Bool) : Bool = {'not (' * 25}x{')' * 25}")
    made = shown(program, "long")
    assert max(len(image.encode()) for image in images(made)) <= 12_000
    [left_out] = re.findall(r"(\d+) more boxes left out", made.html)
    assert images(made)[0].count('class="cajal-node"') == 27 - int(left_out)
    assert made.live is not None
    first = made.live.spec["drawings"][made.live.spec["first"]]
    assert first["svg"].count('class="cajal-node"') == 27


class WithoutGraphviz:
    """What finds modules where pygraphviz is not installed."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> Any:
        return None if name == "pygraphviz" else PathFinder.find_spec(name, path, target)


def test_without_graphviz_it_is_text_and_says_how_to_get_it(
    program: cajal.Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    finders = [WithoutGraphviz if finder is PathFinder else finder for finder in sys.meta_path]
    monkeypatch.setattr(sys, "meta_path", finders)
    monkeypatch.delitem(sys.modules, "pygraphviz", raising=False)
    with pytest.raises(ModuleNotFoundError):
        import_module("pygraphviz")
    made = shown(program, "even")
    assert made.live is None
    assert picture.MISSING in Page(made.html).text
    assert "Σ count[i] · b after i steps(count: v1, b: s3)" in Page(made.html).text
    assert made.text.splitlines()[-1] == f"-- {picture.MISSING}"


def test_what_is_to_be_installed_is_what_the_extra_installs() -> None:
    settings = ConfigParser()
    settings.read(ROOT / "setup.cfg")
    requirement = settings["options.extras_require"]["graph"].strip()
    assert f"`%pip install '{requirement}'`" in picture.MISSING


def test_a_layout_that_fails_is_told(program: cajal.Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cajal_kernel.views.graph.levels.placed", lambda _: None)
    made = shown(program, "even")
    assert made.live is None
    assert "no layout" in Page(made.html).text


@pytest.mark.parametrize(
    "term",
    [
        "true",
        r"\f:Bool -o Bool. f",
        r"\p:Bool * Bool. let (a, b) = p in (not b, a)",
        r"\n:Nat[3]. iter n { zero => not | succ g => \x:Bool. not (g x) }",
        r"\i:Image. i",
        "odd",
        "turn",
    ],
)
def test_any_program_has_a_graph(program: cajal.Program, term: str) -> None:
    made = shown(program, term)
    assert len(images(made)) == 2
    assert made.live is not None
    assert made.live.json


def test_networks_need_not_be_linked(program: cajal.Program) -> None:
    program.unlink("odd")
    assert "odd(v1)" in shown(program, "read").text
    assert "not linked" in images(shown(program, "read"))[0]
