"""Copies and drops as edits of what was written: where they go, and that the rest stays as it is."""

from __future__ import annotations

import pytest

from cajal_core import CajalError, Program, edited
from cajal_core.checking import mend

SOURCE = """
def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
data Dir = N | E
"""


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        (r"\x:Bool. and x x", r"\x:Bool. copy x as (x1, x2) in and x1 x2"),
        (r"\x:Bool. and (x)(x)", r"\x:Bool. copy x as (x1, x2) in and (x1)(x2)"),
        (r"\x:Bool. and true (and x x)", r"\x:Bool. and true (copy x as (x1, x2) in (and x1 x2))"),
        (
            r"\x:Bool. and x (and x x)",
            r"\x:Bool. copy x as (x1, x2) in and x1 (copy x2 as (x3, x4) in (and x3 x4))",
        ),
        (r"\x:Bool. (x, x, x)", r"\x:Bool. copy x as (x1, x2) in copy x1 as (x3, x4) in (x3, x4, x2)"),
        (r"\x1:Bool. \x:Bool. (x1, x, x)", None),
        ("\\x:Bool. -- twice\n  and x\n  x", "\\x:Bool. -- twice\n  copy x as (x1, x2) in and x1\n  x2"),
        (r"\(x:Bool) (y:Bool). x", r"\(x:Bool) (y:Bool). drop y in x"),
        (r"\(x:Bool) (x:Bool). x", r"\(x1:Bool) (x:Bool). drop x1 in x"),
        (r"\x:Bool. \x:Bool. x", r"\x:Bool. drop x in \x:Bool. x"),
        ("def f (x : Bool) (x : Bool) : Bool = x", "def f (x1 : Bool) (x : Bool) : Bool = drop x1 in x"),
        (r"\p:Bool * Dir. let (x, d) = p in x", r"\p:Bool * Dir. let (x, d) = p in drop d in x"),
        (
            r"\c:Bool. \x:Bool. if c then and x x else x",
            r"\c:Bool. \x:Bool. if c then copy x as (x1, x2) in and x1 x2 else x",
        ),
        (
            r"\d:Dir. \x:Bool. case d { N => x | E => true }",
            r"\d:Dir. \x:Bool. case d { N => x | E => drop x in true }",
        ),
        ("iter 2 { zero => true | succ y => false }", "iter 2 { zero => true | succ y => drop y in false }"),
    ],
)
def test_where(written: str, mended: str | None) -> None:
    program = Program()
    program.run(SOURCE)
    with pytest.raises(CajalError) as caught:
        program.run(written)
    [mistake] = caught.value.errors
    text = edited(written, mistake.edits)
    if mended is not None:
        assert text == mended
    program.run(text)


def test_what_a_step_captures_is_not_copied() -> None:
    program = Program()
    program.run(SOURCE)
    with pytest.raises(CajalError) as caught:
        program.run(r"\x:Bool. and x (iter 2 { zero => true | succ y => and x y })")
    [mistake] = caught.value.errors
    assert mistake.edits == ()


@pytest.mark.parametrize(
    "written", ["f x" + " true" * 900 + " x", "(" + ", ".join(["(x, x)"] * 400) + ")"], ids=["far", "often"]
)
def test_a_term_is_read_once(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program()
    program.run("extern f : Bool")
    with pytest.raises(CajalError) as caught:
        program.run(rf"\x:Bool. {written}")
    read = list[object]()
    parts = mend.subterms
    monkeypatch.setattr(mend, "subterms", lambda term: read.append(term) or parts(term))
    [edits] = [edits for mistake in caught.value.errors if len(edits := mistake.edits) > 2]
    text = edited(rf"\x:Bool. {written}", edits)
    assert text.count("copy") == written.count("x") - 1
    # For the names, for what is used, and on the way down.
    assert len(read) <= 3 * (2 * written.count(" ") + 10)
