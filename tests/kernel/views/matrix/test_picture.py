"""A matrix in all of its forms."""

from __future__ import annotations

import pytest

import cajal_core as cajal
from cajal_kernel.assist.hover import inspection
from cajal_kernel.program import NotebookProgram
from cajal_kernel.views.bundles import result_bundle
from cajal_kernel.views.environment import environment
from cajal_kernel.views.matrix.data import neuron_matrix
from cajal_kernel.views.matrix.picture import matrix_picture
from tests.kernel.views.conftest import Page, adder


@pytest.mark.parametrize(
    "definition",
    [
        "def f (m : Nat[20]) (n : Nat[20]) : Nat[20] = iter m { zero => n | succ y => succ y }",
        "def f (p : Nat[40] * Nat[50]) : Nat[50] = let (m, n) = p in drop m in n",
        "def f : Nat[3000] = 2",
    ],
)
def test_a_shape_is_told_one_way(definition: str) -> None:
    """As `matrix()` has it and torch prints it: in captions, tables, tooltips and errors."""
    program = NotebookProgram()
    [result] = program.run(definition)
    shape = str(tuple(result.neuron().matrix().shape))
    [wide] = program.run("def g (x : Nat[5000]) (y : Nat[5000]) : Nat[5000] = drop x in y")
    tooltip = inspection(program, "f", matrix=False)
    assert tooltip is not None
    told = {
        "caption": matrix_picture(neuron_matrix("f", result.neuron())).html,
        "names": environment(program)["text/plain"],
        "tooltip": tooltip["text/plain"],
    }
    assert {place: shape in text for place, text in told.items()} == dict.fromkeys(told, True)
    with pytest.raises(cajal.CajalError) as caught:
        program.compile("g").matrix()
    for text in (
        str(caught.value),
        result_bundle(wide, "")["text/plain"],
        environment(program)["text/plain"],
    ):
        assert "(25000000, 5000)" in text


def test_a_matrix_says_what_it_is(program: cajal.Program) -> None:
    picture = matrix_picture(neuron_matrix("not", program["not"]))
    said = "2 rows × 2 columns, tensor shape (2, 2); a permutation; from 0 to 1, norm 1.41"
    assert picture.text.splitlines()[:2] == ["not : Bool -o Bool", said]
    assert said in Page(picture.html).text


@pytest.mark.parametrize(("size", "tag"), [(8, "table"), (9, "img")])
def test_a_matrix_of_more_than_64_columns_is_one_image(size: int, tag: str) -> None:
    """It has what is said of it as its alternative."""
    picture = matrix_picture(adder(size), live=False)
    page = Page(picture.html)
    assert [name for name, _ in page.tags if name in ("table", "img")] == [tag]
    assert picture.live is None
    for alternative in page.all("img", "alt"):
        assert alternative.startswith("matrix of add: 9 rows × 81 columns; 0/1 table; from 0 to 1, norm ")
        assert "overflow, so no result, at m = 1, n = 8" in alternative


def test_the_same_matrix_gives_the_same_bytes() -> None:
    one, other = (matrix_picture(adder(10), live=False) for _ in range(2))
    assert (one.text, one.html) == (other.text, other.html)
