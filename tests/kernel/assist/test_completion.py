from __future__ import annotations

from pathlib import Path

import pytest

import cajal_core as cajal
from cajal_core.syntax import lexer
from cajal_kernel.assist.completion import Match, completions, word_at
from cajal_kernel.assist.keywords import SIGNS
from cajal_kernel.assist.tokens import SYMBOLS
from cajal_kernel.program import NotebookProgram
from tests.cpu import cpu_time
from tests.kernel.assist.conftest import PROGRAMS


def words(program: NotebookProgram, code: str, cursor: int | None = None) -> tuple[int, list[str]]:
    start, matches = completions(program, code, len(code) if cursor is None else cursor)
    return start, [match.text for match in matches]


# Where what can stand


@pytest.mark.parametrize(
    ("code", "offered"),
    [
        ("d", ["data", "def", "dict", "drop"]),
        ("def f (x : Bool) : Bool = d", ["dict", "drop"]),
        ("def f (x : B", ["Bool"]),
        ("def f (x : Bool) : Bool = B", []),
        ("if true t", ["true", "then"]),
        ("if true then true e", ["else"]),
        ("iter 3 { z", ["zero"]),
        ("iter 3 { zero => true | s", ["succ"]),
        ("copy nought a", ["as"]),
        ("let x = 3 i", ["in"]),
        ("extern f : Bool -o I", ["Image"]),
        ("def n", []),
        ("let n", []),
        ("-- no", []),
        ("{- no", []),
        ("if true\nth", ["then"]),
    ],
)
def test_words_where_they_can_stand(program: NotebookProgram, code: str, offered: list[str]) -> None:
    assert sorted(words(program, code)[1]) == sorted(offered)


@pytest.mark.slow
@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_each_word_of_a_program_is_offered_where_it_stands(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    program = NotebookProgram()
    program.run(text)
    for token in lexer.tokenize(cajal.Source("cell", text)).tokens:
        if token.type in cajal.KEYWORDS and token.value not in lexer.ALIASES:
            start, offered = words(program, text, token.span.start + 1)
            assert token.span.text in offered, (token.span.text, text[: token.span.end][-60:])
            assert start == token.span.start


@pytest.mark.parametrize(
    ("piece", "count"),
    [
        ("not (", 500),
        ("let x = true in ", 390),
        ("copy x as (x, y) in drop y in ", 130),
        ("\\x:Bool. ", 390),
        ("true, ", 900),
        ("let x = true in ", 20_000),
        ("let x = (y) in ", 20_000),
        ("(\\x:A. x ", 20_000),
        ("iter 3 { zero => \\x. x | succ y => ", 5000),
        ("é", 200_000),
        ("a" * 20 + "b", 1),  # nearly the letters of a name, in all too many ways
    ],
)
def test_the_cursor_may_stand_deep_or_far(program: NotebookProgram, piece: str, count: int) -> None:
    program.run(f"def {'a' * 40} : Bool = true")
    code = "(" + piece * count
    with cpu_time(at_most=20):
        completions(program, f"{code} t", len(code) + 2)
        completions(program, code, len(code))


def test_what_fits_is_known_deep_inside(program: NotebookProgram) -> None:
    assert words(program, "not (" * 500 + "tr")[1] == ["true"]
    assert words(program, "let x = true in " * 390 + "let y = true i")[1] == ["in"]


# Variables


def test_variables_that_need_a_use_come_first(program: NotebookProgram) -> None:
    code = "def f (nu : Bool) (na : Bool) (!n : Bool -o Bool) : Bool = if na then n"
    matches = completions(program, code, len(code))[1]
    assert [match.text for match in matches] == ["n", "nu", "not", "nought", "nil", "na"]
    assert matches[:2] == [Match("n", "param", "Bool -o Bool"), Match("nu", "param", "Bool")]


@pytest.mark.parametrize(
    "code", ["\\", "let (", "copy x as", "| y ->", "iter {|", "in", "else", "})", "succ y =>"]
)
def test_nothing_that_is_half_written_is_too_much(program: NotebookProgram, code: str) -> None:
    for end in range(len(code) + 1):
        completions(program, code[:end], end)
        completions(program, "def f : Bool = " + code[:end], end + 15)


# Names, constructors, signs


def test_types_are_shown(program: NotebookProgram) -> None:
    matches = completions(program, "no", 2)[1]
    assert [(match.kind, match.type) for match in matches] == [
        ("function", "Bool -o Bool"),
        ("instance", "Nat"),
    ]


def test_constructors_of_what_is_looked_at(program: NotebookProgram) -> None:
    assert words(program, "case North { ")[1] == ["North", "South"]
    assert words(program, "\\d:Light. case d { Red => true | ")[1] == ["Red", "Green"]
    unknown = words(program, "case unknown { ")[1]
    assert unknown[:4] == ["North", "South", "Red", "Green"]
    assert {*unknown[4:]} == {"true", "false", "zero", "succ", "nil", "cons"}
    assert words(program, "not So")[1] == ["South"]


@pytest.mark.parametrize(
    ("code", "arms"),
    [
        ("case true { ", ["true", "false"]),
        ("case 3 { ", ["zero", "succ"]),
        ("\\xs:List[64] Bool. case xs { ", ["nil", "cons"]),
        ("\\xs:List[64] Bool. case xs { nil => true | ", ["nil", "cons"]),
        ("\\p:Bool * Bool. case p { ", []),
    ],
)
def test_an_arm_begins_with_what_its_type_is_made_of(
    program: NotebookProgram, code: str, arms: list[str]
) -> None:
    assert words(program, code)[1] == arms


def test_modules_and_their_names(
    program: NotebookProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.cajal").write_text("def one : Nat = 1\ndata Pair = Pair Bool Bool\ndef half (")
    monkeypatch.chdir(tmp_path)
    assert words(program, "use ")[1][:2] == ["mine", "attention"]
    assert words(program, "use lo")[1] == ["logic"]
    assert words(program, "use mine (")[1] == ["one", "Pair"]
    assert words(program, "use logic (and, o") == (16, ["or"])
    assert words(program, "use nowhere (")[1] == []
    (tmp_path / "odd.cajal").write_bytes(b"\xff\xfe\xff")
    assert words(program, "use odd (")[1] == []


def test_what_is_nearly_right(program: NotebookProgram) -> None:
    assert words(program, "nott")[1] == ["not", "nought"]
    assert words(program, "nght")[1] == ["nought"]
    assert words(program, "itre")[1] == ["true", "iter"]
    assert words(program, "qqq")[1] == []


def test_signs_by_name(program: NotebookProgram) -> None:
    assert words(program, "(\\lambda") == (1, ["λ"])
    assert words(program, "Bool \\multi") == (5, ["⊸"])
    assert words(program, "\\ot") == (0, ["⊗"])
    assert words(program, "\\x. x")[0] == 4
    assert set(SYMBOLS.values()) == set(SIGNS)


def test_the_cursor_counts_characters(program: NotebookProgram) -> None:
    assert words(program, "λ𝐚. no") == (4, ["not", "nought"])
    assert words(program, "not no true", 6) == (4, ["not", "nought"])


def test_no_name_begins_behind_a_digit(program: NotebookProgram) -> None:
    assert words(program, "3no") == (3, [])


@pytest.mark.parametrize(
    ("code", "cursor", "word"),
    [
        ("not true", 1, "not"),
        ("a x' b", 3, "x'"),
        ("(1)", 1, ""),
        ("λx", 2, "x"),
        ("λx", 0, "λ"),
        ("A ⊸ B", 3, "⊸"),
        ("", 0, ""),
        ("3x", 1, ""),
    ],
)
def test_the_word_at_the_cursor(code: str, cursor: int, word: str) -> None:
    assert word_at(code, cursor) == word


# Names, however an accent is written


@pytest.mark.parametrize("written", ["caf\u00e9", "cafe\u0301"])
def test_an_accent_may_be_a_character_of_its_own(written: str) -> None:
    program = NotebookProgram()
    program.run(f"def {written}' : Bool = true")
    assert words(program, "caf") == (0, ["caf\u00e9'"])
    assert words(program, written) == (0, ["caf\u00e9'"])
    assert word_at(f"x {written}' y", 4) == "caf\u00e9'"


# Cells that are large


DOUBLING = r"\a:Bool. " + "".join(
    f"copy {'q' if i else 'a'} as (a, b) in let q = (a, b) in " for i in range(30)
)
LARGE = {
    "nothing": "",
    "many calls": "word1 " * 1_900,
    "a long item": "(" + "true, " * 150_000,
    "deep": "word1 (" * 900,
    "conditions": "if true then " * 900,
    "lets": "let x = true in " * 450,
    "comment": "{- " + "abc " * 250_000,
    "definitions": "def f : Bool = true\n" * 50_000 + "wor",
    "digits": "1" * 1_000_000,
    "a long word": "a" * 100_000,
    "no words": "@" * 100_000 + " @ $" * 10_000,
    "parameters": "\\" + "(x : Bool) " * 1_500 + ". ",
    "cases": "case A { A => " * 450,
    "types that double": DOUBLING + "case q { ",
    "lines": "true\n" * 9_000,
}


@pytest.fixture(scope="module")
def large() -> NotebookProgram:
    program = NotebookProgram()
    program.run("\n".join(f"def word{i} (x : Bool) : Bool = x" for i in range(3_000)) + "\ndata D = A | B")
    return program


@pytest.mark.parametrize("cell", LARGE)
def test_a_large_cell_is_answered_soon(large: NotebookProgram, cell: str) -> None:
    """It takes 0.3 s where the machine does nothing else."""
    code = LARGE[cell]
    with cpu_time(at_most=20):
        completions(large, code, len(code))
        word_at(code, len(code))


def test_behind_a_long_item_any_term_may_stand(large: NotebookProgram) -> None:
    start, offered = words(large, "def f : Bool = true\n" + "word1 " * 20_000 + "word29")
    assert start == 20 + 120_000
    assert offered[:2] == ["word29", "word290"]
