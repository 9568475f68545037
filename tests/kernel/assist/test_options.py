"""Options of magics, and what they take, where they are written."""

from __future__ import annotations

import re

import pytest
from IPython.core.interactiveshell import InteractiveShell

from cajal_kernel.assist.completion import completions
from cajal_kernel.assist.options import ARGUMENT, OPTIONS, option_at
from cajal_kernel.program import NotebookProgram
from cajal_kernel.views.pictures import PICTURES


def offered(program: NotebookProgram, code: str, prefix: str = "") -> list[str] | None:
    """What the last word can become, and None where no option is written."""
    place = option_at(code, len(code), prefix)
    if place is None:
        return None
    start, matches = completions(program, place.code, place.cursor, place.takes)
    assert code.endswith(place.code[start : place.cursor])
    assert place.offset + place.cursor == len(code)
    return [match.text for match in matches]


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("%show not --as ", [*PICTURES]),
        ("not true\n%show not --as d", ["dynamics"]),
        ("%show --as=tr", ["trace"]),
        ("%show --as mtrix", ["matrix"]),
        ("%show not --", ["--as", "--save"]),
        ("%show not --s", ["--save"]),
        ("%save file --", ["--force"]),
        ("%train net --e", ["--epochs", "--every"]),
        ("%train net --data x, y --watch ", ["on", "off"]),
        ("%auto ", ["on", "off"]),
        ("%auto of", ["off"]),
        ("%%cajal -", ["-i", "-o", "--nat", "--auto"]),
        ("%%cajal --auto -o no", ["not", "nought"]),
    ],
)
def test_what_can_be_written(program: NotebookProgram, code: str, texts: list[str]) -> None:
    assert offered(program, code) == texts


@pytest.mark.parametrize(
    "code",
    [
        "%show no",
        "%show not --as matrix ",
        "%show not --save fi",
        "%show not -- --a",
        "%show",
        "%auto on o",
        "%train net --data x",
        "%nat --",
        "%%show not --as ",
        "not true -- --as ",
        "%%cajal -i x",
        "%%cajal\n--",
    ],
)
def test_where_no_option_is_written(program: NotebookProgram, code: str) -> None:
    assert offered(program, code) is None


def test_a_prefix_begins_our_magics(program: NotebookProgram) -> None:
    assert offered(program, "%cajal_show not --as g", "cajal_") == ["graph"]
    assert offered(program, "%show not --as g", "cajal_") is None
    assert offered(program, "%%cajal --n", "cajal_") == ["--nat"]


def test_the_options_are_those_of_the_magics(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    for (sign, name), options in OPTIONS.items():
        if ARGUMENT in options:
            continue
        if sign == "%":
            shell.run_line_magic(f"cajal_{name}", "--help")
        else:
            shell.run_cell_magic(name, "--help", "true")
        usage = capsys.readouterr().out.partition("\n\n")[0]
        assert re.findall(r"(?<=[\[ ])(--?\w+)", usage) == [*options]
