"""What conditions and counts are what a network says, seen in the graph of a program."""

from __future__ import annotations

import pytest

from cajal_core import Program
from cajal_core.training.watching.uses import uses_of

SOURCE = """
space Image[4]
extern odd : Image -o Bool
extern digit : Image -o Nat[5]
extern blur : Image -o Image
learn table : Bool -o Bool
def not (x : Bool) : Bool = if x then false else true
def both (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
"""

ROWS = [
    ("(!x : Image) : Image = if odd x then x else blur x", {"odd": (["if odd x"], []), "blur": ([], [])}),
    # Closed code may turn what is said.
    ("(!x : Image) : Bool = not (odd x)", {"odd": (["if x"], [])}),
    ("(x : Image) : Bool = if not (odd x) then true else false", {"odd": (["if x", "if not (odd x)"], [])}),
    ("(x : Bool) : Bool = if x then false else true", {"x": (["if x"], [])}),
    (
        "(!x : Image) : Image = iter digit x { zero => x | succ y => blur y }",
        {"digit": ([], ["y"]), "blur": ([], [])},
    ),
    ("(n : Nat[5]) : Bool = iter n { zero => true | succ y => not y }", {"n": ([], ["y"])}),
    (
        "(n : Nat[5]) : Nat[5] = copy n as (a, b) in iter a { zero => b | succ y => succ y }",
        {"n": ([], ["y"])},
    ),
    (
        "(n : Nat[5]) : Bool = copy n as (a, b) in drop b in iter a { zero => true | succ y => not y }",
        {"n": ([], ["y"])},
    ),
    # What several say together, what is learned and what is a state is no one's.
    ("(x : Bool) (y : Bool) : Bool = if both x y then true else false", {"x": (["if x"], [])}),
    ("(x : Bool) : Bool = if table x then true else false", {}),
    ("(xs : List[3] Bool) : Bool = fold xs { nil => true | cons x y => both x y }", {}),
]


@pytest.mark.parametrize(("definition", "expected"), ROWS)
def test_what_is_decided(definition: str, expected: dict[str, tuple[list[str], list[str]]]) -> None:
    program = Program()
    program.run(SOURCE)
    program.run(f"def f {definition}")
    uses = uses_of(program["f"].lowered)
    named = {
        name: ([mark.name for mark in use.conditions], [mark.name for mark in use.counts])
        for name, use in uses.items()
    }
    assert named == expected
    assert all(use.span for use in uses.values())
