"""What is wrong with reading, compiling or running a program, as users read it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest
import torch

from cajal_core import CajalError, Mistake, Program, load, write
from cajal_core.diagnostics import runtime
from cajal_core.program.regex.module import module


def _doubled(program: Program) -> None:
    names = ["not", *(f"f{step}" for step in range(20))]
    program.run("\n".join(f"def {new} (x : Bool) : Bool = {old} ({old} x)" for old, new in pairwise(names)))
    program.compile(names[-1])


def _taken_apart(program: Program) -> None:
    lines = [f"copy a{i - 1} as (l{i}, r{i}) in let a{i} = (l{i}, r{i}) in" for i in range(1, 11)]
    [result] = program.run("let a0 = () in " + " ".join(lines) + " a10", "cell")
    program.compile(f"\\p:{result.type}. copy p as (a, b) in drop b in a")


GROWING = "def run (!f : Bool -o Bool) (n : Nat[300]) : Bool = iter n { zero => true | succ y => f y }"


def _grown(program: Program) -> None:
    program.run(GROWING)
    program["run"](3 * torch.ones(2, 2), torch.eye(300)[299])


ROWS: list[tuple[type[Mistake], Callable[[Program], object], str]] = [
    (
        runtime.Unreadable,
        lambda _: load("none.cajal"),
        "cannot read `none.cajal`: No such file or directory",
    ),
    (
        runtime.BadNatSize,
        lambda _: Program(nat_size=0),
        "nat_size must be a whole number of at least 1, got 0",
    ),
    (
        runtime.BadNatSize,
        lambda program: program.compile("even", nat_size=2.5),  # type: ignore[arg-type]
        "nat_size must be a whole number of at least 1, got 2.5",
    ),
    (
        runtime.BadOverflow,
        lambda _: Program(overflow="wrap"),  # type: ignore[arg-type]
        'overflow must be "truncate" or "saturate", got \'wrap\'',
    ),
    (
        runtime.NotText,
        lambda program: program.compile(3),  # type: ignore[arg-type]
        ('source is a string, got int\nhelp: write the name or the term in quotes: `program.compile("f")`'),
    ),
    (
        runtime.NotAState,
        lambda program: program.restore(None),  # type: ignore[arg-type]
        (
            "a program goes back to a state that it was in, got NoneType\n"
            "help: keep `before = program.state`, then `program.restore(before)`"
        ),
    ),
    (
        runtime.NoAutomaton,
        lambda _: module("(?i)a"),
        (
            "cannot compile the regular expression `(?i)a`: it sets flags\n"
            "help: it may have characters, classes, `.`, groups, `|`, `*`, `+`, `?` and counts such as "
            "`{2,5}`"
        ),
    ),
    (
        runtime.NothingToCompile,
        lambda program: program.run("extern f : Bool")[0].neuron(),
        "`extern f : Bool` declares no program to compile",
    ),
    (
        runtime.TooManySteps,
        _doubled,
        (
            "this term unfolds to more than 300,000 steps of compilation\n"
            "help: a definition that uses another twice doubles its size; use `iter` for repetition"
        ),
    ),
    (
        runtime.TooManyComponents,
        _taken_apart,
        (
            "a tuple of 1,024 components is too large: 1,000 is the most\n"
            "help: a pair of two copies of a tuple doubles it; keep fewer of its parts"
        ),
    ),
    (
        runtime.MultipliedOut,
        lambda program: program.compile(r"\xs:List Nat. (xs, true)"),
        (
            "this list must be multiplied out, and a tensor of type List Nat has 1,111,111,111 entries\n"
            " --> term:1:1\n1 | \\xs:List Nat. (xs, true)\n"
            "  | ^^^^^^^^^^^^^^^^^^^^^^^^ a list is multiplied out here\n"
            "help: fold in each branch instead of choosing a list; or fold once, with a pair as the state"
        ),
    ),
    (
        runtime.Unwritable,
        lambda _: write(Path("/"), "true"),
        "cannot write `/`: Is a directory",
    ),
    (
        runtime.Overflow,
        lambda program: program.evaluate("succ 9"),
        (
            "succ 9 does not fit Nat[10]\n --> term:1:1\n1 | succ 9\n  | ^^^^^^ overflows at 9\n"
            'help: choose a larger size, or `overflow="saturate"`, which keeps the last number'
        ),
    ),
    (
        runtime.ListOverflow,
        lambda program: program.evaluate("cons true ([true] : List[1] Bool)"),
        (
            "a list of 2 elements does not fit List[1] Bool\n"
            " --> term:1:1\n1 | cons true ([true] : List[1] Bool)\n"
            f"  | {'^' * 33} element 2 is one too many\n"
            "help: choose a larger bound, as in `List[2]`"
        ),
    ),
    (
        runtime.UnequalLists,
        lambda program: program.evaluate("[(x, y) | x in [true], y in [(), ()]]"),
        (
            "lists of 1 and 2 elements do not go in step\n"
            " --> term:1:1\n1 | [(x, y) | x in [true], y in [(), ()]]\n"
            f"  | {'^' * 37} takes one element of each list at a time\n"
            "help: give it lists of one length"
        ),
    ),
    (
        runtime.Fails,
        lambda program: program.evaluate("case (3 : Nat) { 0 => true | _ => fail }"),
        (
            "the term fails: it has no result\n"
            " --> term:1:35\n1 | case (3 : Nat) { 0 => true | _ => fail }\n"
            f"  | {'':34}^^^^ fails here\n"
            "help: its neuron is zero; `… <|> d` has the result `d` there"
        ),
    ),
    (
        runtime.NoValue,
        lambda program: program.evaluate("not"),
        (
            "this term has no value to show: it is a function, Bool -o Bool\n"
            " --> term:1:1\n1 | not\n  | ^^^ it is a function, Bool -o Bool\n"
            "help: compile it, and call the neuron or look at its matrix"
        ),
    ),
    (
        runtime.Diverged,
        _grown,
        (
            "the recurrence of `y` over 300 steps grew past the largest number\n"
            f" --> cell:1:53\n1 | {GROWING}\n  | {'':52}{'^' * 39} its step makes states larger\n"
            'help: bound the step: a smaller matrix, or `Linked(…, guard="spectral")` for one that is fed'
        ),
    ),
]


@pytest.mark.parametrize(("kind", "provoke", "text"), ROWS)
def test_what_is_read(
    told: Callable[[Callable[[Program], object]], tuple[type[Mistake], str]],
    kind: type[Mistake],
    provoke: Callable[[Program], object],
    text: str,
) -> None:
    assert told(provoke) == (kind, text)


def test_each_kind_has_its_row(kinds: Callable[[ModuleType], set[type[Mistake]]]) -> None:
    assert {kind for kind, _, _ in ROWS} == kinds(runtime)


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "latin.cajal"
    path.write_bytes("-- é".encode("latin-1"))
    with pytest.raises(CajalError) as caught:
        load(path)
    assert str(caught.value) == f"cannot read `{path}`: it is not UTF-8 text"


@pytest.mark.parametrize("method", ["run", "type", "evaluate", "compile", "stages", "__getitem__"])
@pytest.mark.parametrize("given", [3, None, b"true"])
def test_source_that_is_no_string_is_refused(method: str, given: object) -> None:
    with pytest.raises(CajalError, match="source is a string, got"):
        getattr(Program(), method)(given)
