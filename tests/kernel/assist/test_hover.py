"""What Shift-Tab and `name?` show of names and of bound variables."""

from __future__ import annotations

from cajal_kernel.assist.hover import bound_inspection, inspection
from cajal_kernel.program import NotebookProgram
from cajal_kernel.views.environment import environment


def told(program: NotebookProgram, name: str) -> str:
    bundle = inspection(program, name)
    assert bundle is not None
    assert set(bundle) == {"text/plain", "text/html"}
    return bundle["text/plain"]


def test_a_definition_tells_all(program: NotebookProgram) -> None:
    import torch  # noqa: F401  # without it no matrix is made for a tooltip

    text = told(program, "not")
    assert text.startswith("not : Bool -o Bool\nshape (2, 2)\n\nswaps true and false\n\ndef not (x : Bool)")
    assert "false │    1     0" in text.replace("·", "0")


def test_other_names(program: NotebookProgram) -> None:
    assert told(program, "Image") == "Image, a vector space\n\nspace Image[2]"
    assert told(program, "Side").startswith("Side, a data type\ndimension 2")
    assert told(program, "South").startswith("South : Side\n")
    assert inspection(program, "nope") is None
    assert inspection(program, "") is None


def test_a_definition_names_what_it_uses_and_what_uses_it(program: NotebookProgram) -> None:
    program.run(
        "def even (n : Nat) : Bool = iter n { zero => true | succ b => not b }\ndef yes : Bool = even 2"
    )
    assert "\nuses not\nused by yes\n" in told(program, "even")
    assert "\nused by even\n" in told(program, "not")
    program.run(
        "\n".join(
            f"def f{i} (s : Side) : Bool = case s {{ North => true | South => false }}" for i in range(9)
        )
    )
    assert "\nused by f0, f1, f2, f3, f4, f5, f6, f7 and 1 more\n" in told(program, "North")


def test_a_shape_is_that_of_nat_now(program: NotebookProgram) -> None:
    program.run("def id (n : Nat) : Nat = n\ndef five : Nat = 5")
    program.nat_size = 4
    assert "\nshape (4, 4)\n" in told(program, "id")
    assert "\nshape (10,)\n" in told(program, "five")  # which does not fit any more
    assert "(4, 4)  64 B" in environment(program)["text/plain"]


def test_what_has_no_matrix_has_no_shape(program: NotebookProgram) -> None:
    program.run("def twice (!f : Bool -o Bool) (x : Bool) : Bool = f (f x)\nlearn w : Bool -o Bool")
    program.run("def v (x : Bool) : Bool = w x")
    assert "shape" not in told(program, "twice")
    row = next(row for row in environment(program)["text/plain"].split("\n") if row.startswith("twice"))
    assert row.split() == "twice !(Bool -o Bool) -o Bool -o Bool".split()
    import torch  # noqa: F401  # without it no matrix is made for a tooltip

    assert "│" not in told(program, "w") + told(program, "v")


def test_a_definition_that_is_out_of_date_says_so(program: NotebookProgram) -> None:
    program.run("def f : Bool = not true")
    program.run("def not (x : Bool) : Bool = x")
    assert "it still uses the old not" in told(program, "f")


def test_variables() -> None:
    code = "def f (x : Bool) : Bool = x"
    bundle = bound_inspection(code, len(code), "x")
    assert bundle is not None
    assert bundle["text/plain"].startswith("x : Bool\n\nA bound variable; it is used exactly once, and was")
    assert bound_inspection(code, len(code), "y") is None


def test_a_constructor_with_fields_is_a_function() -> None:
    program = NotebookProgram()
    program.run("data Shape = Dot | Circle Nat[4] | Box Nat[4] Nat[4]")
    described = inspection(program, "Circle")
    assert described
    assert described["text/plain"].splitlines()[:2] == ["Circle : Nat[4] -o Shape", "dimension 21"]
