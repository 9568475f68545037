"""The options of magics, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell

from cajal_kernel.errors import MagicError
from cajal_kernel.magics.options import Parser, none, plain, size, split, words
from tests.cpu import cpu_time
from tests.kernel.conftest import cell


@pytest.mark.parametrize(
    ("line", "term", "options"),
    [
        ("not true", "not true", []),
        ("not --as trace true", "not true", ["--as", "trace"]),
        ("--as=trace not true", "not true", ["--as=trace"]),
        ("\\x:Bool. x --as matrix -- --as trace", "\\x:Bool. x", ["--as", "matrix"]),
    ],
)
def test_a_term_and_the_options_around_it(line: str, term: str, options: list[str]) -> None:
    assert split(line) == (term, options)


def test_a_parser_raises_with_its_usage(capsys: pytest.CaptureFixture[str]) -> None:
    parser = Parser("%save", "%%save FILE", about="Writes a file.")
    parser.add_argument("file")
    with pytest.raises(MagicError, match="%save: the following arguments are required: file") as caught:
        parser.read([])
    assert str(caught.value).endswith("usage: %save FILE")
    assert parser.read(["--help"]) is None
    assert capsys.readouterr().out == "usage: %save FILE\n\nWrites a file.\n"


@pytest.mark.parametrize("text", ["0", "-3", "x", "", "2.5"])
def test_a_size_of_nat_is_a_whole_number_from_one(text: str) -> None:
    assert size("%nat", "12") == 12
    with pytest.raises(MagicError, match="%nat: a whole number from 1 is needed"):
        size("%nat", text)


def test_no_arguments_where_none_are_taken() -> None:
    none("%reset", "  ")
    with pytest.raises(MagicError, match="%reset takes no arguments, got `all`"):
        none("%reset", " all")


@pytest.mark.parametrize("name", ["cajal_save", "cajal_load"])
@pytest.mark.parametrize("comment", ["-- why", "--  it's done", "--"])
def test_a_comment_behind_a_file(shell: InteractiveShell, tmp_path: Path, name: str, comment: str) -> None:
    file = tmp_path / "my--own.cajal"
    file.write_text("def a : Bool = true")
    cell(shell, "--nat 3 -- why", "def b : Bool = true")
    force = " --force" if name == "cajal_save" else ""
    shell.run_line_magic(name, f"'{file}'{force} {comment}")
    assert words(name, f"f {comment}") == ["f"]


def test_a_comment_behind_an_extern(shell: InteractiveShell) -> None:
    cell(shell, "", "extern a : Nat[2]")
    shell.user_ns["x"] = torch.ones(2)
    shell.run_line_magic("cajal_link", "a=x")
    shell.run_line_magic("cajal_unlink", "a -- why")
    assert not shell.cajal.program.state.links  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("magic", "line"),
    [
        ("cajal_nat", "12 # why"),
        ("cajal_env", "# why"),
        ("cajal_unlink", "a # why"),
        ("cajal_show", "true # why"),
        ("cajal_save", "a # why"),
    ],
)
def test_a_comment_as_in_python_is_told_its_sign(shell: InteractiveShell, magic: str, line: str) -> None:
    with pytest.raises(MagicError, match=r"`#` begins no comment\.\nhelp: a comment starts with `--`"):
        shell.run_line_magic(magic, line)
    with pytest.raises(MagicError, match="`#` begins no comment"):
        cell(shell, "--nat 12 # why", "true")
    assert plain("not -- # why") == "not"


@pytest.mark.parametrize(
    "magic", ["cajal_save", "cajal_load", "cajal_unlink", "cajal_link", "cajal_nat", "cajal"]
)
@pytest.mark.parametrize(
    "line", ["z" * 1_000_000, "-i z " * 100_000, "f=1, " * 100_000, "f=" + "(" * 9_000, "f=1, " * 1_900]
)
def test_a_line_that_no_person_writes_takes_no_time(shell: InteractiveShell, magic: str, line: str) -> None:
    body = ("true",) if magic == "cajal" else ()
    run: Any = shell.run_cell_magic if body else shell.run_line_magic
    with cpu_time(at_most=20), pytest.raises(MagicError) as caught:
        run(magic, line, *body)
    assert len(str(caught.value)) < 1000


def test_a_number_of_thousands_of_digits_is_one(shell: InteractiveShell) -> None:
    with pytest.raises(MagicError, match=r"%cajal_nat: a number of more than 1,000 digits is too large"):
        shell.run_line_magic("cajal_nat", "9" * 5_000)


@pytest.mark.parametrize("written", ["not as matrix", "not -as trace"])
def test_a_picture_behind_other_signs(shell: InteractiveShell, written: str) -> None:
    with pytest.raises(MagicError, match=r"a picture is named by two dashes: `--as (matrix|trace)`"):
        shell.run_line_magic("cajal_show", written)


@pytest.mark.parametrize("wrong", ["net -- mine", "net -- my net"])
def test_a_comment_behind_python(shell: InteractiveShell, wrong: str) -> None:
    cell(shell, "", "extern f : Bool")
    shell.user_ns["net"] = 3
    with pytest.raises(MagicError, match="a comment behind Python begins with `#`"):
        shell.run_line_magic("cajal_link", f"f={wrong}")


def test_a_file_without_a_name(shell: InteractiveShell, tmp_path: Path) -> None:
    cell(shell, "", "def a : Bool = true")
    with pytest.raises(MagicError, match="the name of the file is empty"):
        shell.run_line_magic("cajal_save", "''")
    for force in ("", " --force"):  # the way out of the first would lead to the second
        with pytest.raises(MagicError, match=f"`{tmp_path}` is a folder"):
            shell.run_line_magic("cajal_save", f"{tmp_path}{force}")
