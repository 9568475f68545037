"""`compare` in a notebook, in a script and as a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import cajal_core as cajal
from cajal_kernel import compare

TRUE, FALSE = (cajal.load(f"def f : Bool = {value}") for value in ("true", "false"))


def test_a_comparison_shows_itself(shell: InteractiveShell) -> None:
    shell.user_ns |= {"compare": compare, "first": TRUE, "second": FALSE}
    with capture_output() as captured:
        shell.run_cell("compare(first, second)")
    table, maps = captured.outputs
    assert table.data["text/plain"].startswith("1 difference\n")
    assert "cajal-view" in maps.data["text/html"]


def test_a_script_prints_it() -> None:
    assert str(compare(TRUE, FALSE)) == repr(compare(TRUE, FALSE))
    assert "2 of 2 entries differ" in str(compare(TRUE, FALSE))


def test_a_comparison_is_one_page(tmp_path: Path) -> None:
    compare(TRUE, FALSE).save(tmp_path / "a.html")
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert text.count('class="cajal-static"') == text.count('class="cajal-page"') == 1
    with pytest.raises(cajal.CajalError, match=r"no form for the ending `\.png`"):
        compare(TRUE, FALSE).save(tmp_path / "a.png")


@pytest.mark.parametrize(
    ("before", "after", "got"), [(TRUE, TRUE["f"], "Program and Neuron"), (1, None, "int and NoneType")]
)
def test_only_two_of_a_kind_are_compared(before: object, after: object, got: str) -> None:
    with pytest.raises(cajal.CajalError, match=f"two programs or two neurons are compared, got {got}"):
        compare(before, after)
