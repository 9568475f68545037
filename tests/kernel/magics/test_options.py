"""The options of magics, and what is wrong with them."""

from __future__ import annotations

import pytest

from cajal_kernel.errors import MagicError
from cajal_kernel.magics.options import Parser, none, size, split


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
