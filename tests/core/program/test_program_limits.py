"""What is too large ends in an answer or in an error, and soon."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from cajal_core import CajalError, Program, load
from cajal_core.syntax import lexer, parse
from cajal_core.terms import evaluate
from tests.cpu import cpu_time

NOT = "def not (x : Bool) : Bool = if x then false else true\n"


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    """Each takes less than a second where the machine does nothing else."""
    with cpu_time(at_most=40):
        yield


def doubling(lines: int, first: str = "a") -> str:
    return "".join(f"copy {first if not i else 'q'} as (a, b) in let q = (a, b) in " for i in range(lines))


def refused(text: str, auto: bool = False) -> list[str]:
    with pytest.raises(CajalError) as caught:
        Program(auto=auto).run(text)
    assert len(str(caught.value)) < 100_000
    return [error.title for error in caught.value.errors]


def test_types_that_double() -> None:
    [result] = Program().run(rf"\a:Bool. {doubling(150)} q")
    assert len(str(result.type)) < 200_000
    with pytest.raises(CajalError, match="a tensor of type") as caught:
        result.neuron()
    assert len(str(caught.value)) < 2_000


@pytest.mark.parametrize("value", ["true", "()", "3"])
def test_values_that_double(value: str) -> None:
    [result] = Program().run(f"let a = {value} in {doubling(40)} q")
    assert len(str(result.value)) < 20_000
    assert str(result.value).startswith("(")
    if value == "()":  # whose copies are one number, however many
        assert result.neuron()().numel() == 1
    else:
        with pytest.raises(CajalError, match=r"too large|tensor of type"):
            result.neuron()


def test_a_type_that_doubles_in_a_mistake() -> None:
    [title, *_] = refused(rf"\a:Bool. {doubling(100)} if q then q else q")
    assert title.startswith("expected Bool, got Bool * Bool")
    assert len(title) < 300


def test_definitions_that_double_share_the_steps_of_a_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate, "LONGEST_RUN", 50_000)
    definitions = [f"def f{i} (x : Bool) : Bool = f{i - 1} (f{i - 1} x)" for i in range(1, 41)]
    terms = [f"f{i} true" for i in range(41)]
    program = Program()
    results = program.run("\n".join(["def f0 (x : Bool) : Bool = x", *definitions, *terms]))
    values = [result.value for result in results if result.kind == "term"]
    assert str(values[5]) == "true" and values[-1] is None
    with pytest.raises(CajalError, match="takes more than 50,000 steps"):
        program.evaluate("f40 true")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("true;" * 200_000, "this cell has more than 40,000 words and signs"),
        ("@ $ " * 200_000, "this cell has more than 40,000 words and signs"),
        ("(" + "true, " * 16_000 + "true)", "this item has more than 30,000 words and signs"),
        ("true\n" * 10_001, "this cell has more than 10,000 items"),
    ],
    ids=["tokens", "strays", "one item", "items"],
)
def test_a_cell_that_is_too_long(text: str, title: str) -> None:
    assert refused(text) == [title]


@pytest.mark.parametrize("line", ["foo bar", "def f : Bool = (", "if if", "x y z", "@"])
def test_a_cell_of_mistakes(line: str) -> None:
    titles = refused("\n".join([line] * 3_000))
    assert len(titles) <= 101
    assert titles[-1] == "there may be more mistakes than these 100" or len(titles) < 100


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("\n".join(f"def f{i} (x : Bool) : Bool = x" for i in range(3_000)), 3_000),
        ("def f (x : Bool) : Bool = x\n" + "-- a line\n" * 70_000 + "f true", 2),
        ("{- " * 100_000 + "-}" * 100_000 + "\ntrue", 1),
        ("data D = " + " | ".join(f"C{i}" for i in range(10_000)), 1),
        (f"def {'a' * 10**6} : Bool = true", 1),
    ],
    ids=["definitions", "line comments", "nested comments", "constructors", "a long name"],
)
def test_a_large_cell_runs(text: str, count: int) -> None:
    assert len(Program().run(text)) == count


@pytest.mark.parametrize(
    "body",
    [
        lambda n: "or x (" * n + "x" + ")" * n,
        lambda n: "".join(f"let y{i} = (x, x) in " for i in range(n)) + "x",
        lambda n: "(" + ", ".join(["x"] * n) + ")",
    ],
    ids=["calls", "lets", "a tuple"],
)
def test_many_uses_are_copied(body: Callable[[int], str]) -> None:
    program = Program(auto=True)
    program.run("def or (x : Bool) (y : Bool) : Bool = if x then true else y")
    [result] = program.run(rf"\x:Bool. {body(200)}")
    assert result.elaborated is not None
    assert len(result.elaborated) < 60_000
    strict = Program()
    strict.run("def or (x : Bool) (y : Bool) : Bool = if x then (drop y in true) else y")
    assert strict.type(result.elaborated) == result.type


def test_a_chain_of_definitions_declared_again_backwards() -> None:
    program, count = Program(), 350
    program.run("def f0 (x : Bool) : Bool = x")
    for i in [*range(1, count), *range(count - 1, 0, -1)]:
        program.run(f"def f{i} (x : Bool) : Bool = f{i - 1} x")
    assert str(program.run("f5 true")[0].value) == "true"
    assert program[f"f{count - 1}"].matrix().tolist() == [[1, 0], [0, 1]]


def test_a_long_chain_of_calls() -> None:
    program, count = Program(), 6_000
    program.run(NOT + "def f0 (x : Bool) : Bool = x\n")
    for start in range(1, count, 3_000):
        chain = range(start, min(count, start + 3_000))
        text = "\n".join(f"def f{i} (x : Bool) : Bool = not (f{i - 1} x)" for i in chain)
        program.run(text, is_file=True)
    assert str(program.evaluate(f"f{count - 1} true")) == "false"


def test_a_file_may_hold_more_than_a_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    """What many cells have declared is saved as one file."""
    monkeypatch.setattr(parse, "MOST_ITEMS", 5)
    monkeypatch.setattr(lexer, "MOST_TOKENS", 40)
    cells = [f"def b{i} : Bool = true" for i in range(20)]
    for count, what in ((6, "items"), (20, "words and signs")):
        [title] = refused("\n".join(cells[:count]))
        assert title.endswith(what)
    program = Program()
    for cell in cells:
        program.run(cell)
    assert load(program.source()).names == program.names
