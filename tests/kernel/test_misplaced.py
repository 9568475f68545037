"""Lines of a cell that are not meant for Cajal, and what is said of them."""

from __future__ import annotations

import pytest

import cajal_core as cajal
from cajal_kernel.misplaced import placed


@pytest.mark.parametrize(
    ("cell", "helps"),
    [
        ("import torch", ["this is Python, which goes in a cell that begins with `%%python`"]),
        (
            "from math import sqrt\nnot",
            [
                "this is Python, which goes in a cell that begins with `%%python`",
                "the library has it: `use logic`",
            ],
        ),
        ("print(1)", ["this is Python, which goes in a cell that begins with `%%python`"]),
        (
            "x = 1",
            ["a definition is written `def x : A = t`; Python goes in a cell that begins with `%%python`"],
        ),
        (
            "def f(x): return x",
            ["a parameter is written `(x : A)`; Python goes in a cell that begins with `%%python`"],
        ),
        ("id {n}", ["a value of Python comes in by name: begin the cell with `%%cajal -i n`, and write `n`"]),
        ("id $n", ["a value of Python comes in by name: begin the cell with `%%cajal -i n`, and write `n`"]),
        ("nowhere", [None]),
        ("iter 3 {\n  zero => nowhere\n| succ y => y }", [None]),
        ("@torch.no_grad()\nid 3", ["this is Python, which goes in a cell that begins with `%%python`"]),
        ("async def f(): pass", ["this is Python, which goes in a cell that begins with `%%python`"]),
        ("try:\n  id 3", ["this is Python, which goes in a cell that begins with `%%python`"]),
        ("assert id", ["`assert` is a word of Python, which goes in a cell that begins with `%%python`"]),
        (
            "program",
            ["`program` is what Python calls this notebook's program, in a cell that begins with `%%python`"],
        ),
        ("program.run(1)", ["this is Python, which goes in a cell that begins with `%%python`"]),
        ("Out[1]", ["this is Python, which goes in a cell that begins with `%%python`"]),
        ("_", ["the value of an earlier cell has no name in Cajal, unless a `def` gives it one"]),
        ("a, b = id, id", ["Python goes in a cell that begins with `%%python`"]),
    ],
)
def test_python_in_a_cell_is_told_where_it_goes(cell: str, helps: list[str | None]) -> None:
    program = cajal.Program()
    program.run("def id (n : Nat) : Nat = n")
    with pytest.raises(cajal.CajalError) as caught, placed(""):
        program.run(cell)
    assert [mistake.help for mistake in caught.value.errors] == helps
    assert "^" in str(caught.value)


def test_python_in_a_cell_of_a_python_notebook() -> None:
    with pytest.raises(cajal.CajalError, match="goes in a cell without `%%cajal`"), placed("cajal_"):
        cajal.Program().run("import torch")


def helps(text: str, prefix: str, *, is_file: bool = False) -> list[str | None]:
    program = cajal.Program()
    program.run("def not (x : Bool) : Bool = if x then false else true")
    with pytest.raises(cajal.CajalError) as caught, placed(prefix):
        program.run(text, is_file=is_file)
    return [mistake.help for mistake in caught.value.errors]


NOT = "`use logic` has `not`: write `not x`; a reusable parameter is marked, `(!f : A)`, not its argument; "


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("%show nowhere", "the magic `%cajal_show` goes in a cell without `%%cajal`"),
        ("  %cajal_nat 12", "the magic `%cajal_nat` goes in a cell without `%%cajal`"),
        ("%timeit nowhere", "the magic `%timeit` goes in a cell without `%%cajal`"),
        ("%%time\ntrue", "`%%time` goes on the first line of a cell"),
        ("!ls", f"{NOT}a shell command goes in a cell without `%%cajal`"),
        ("not?", "`not?` asks for help, and goes in a cell of its own"),
        ("?? nowhere", "`?? nowhere` asks for help, and goes in a cell of its own"),
        ("%show?", "`%show?` asks for help, and goes in a cell of its own"),
        ("?", "`NAME?` explains a name, `%cajal_help` lists the magics, in a cell of its own"),
    ],
)
def test_what_is_meant_for_ipython_is_told_where_it_goes(text: str, way: str) -> None:
    assert helps(f"def a : Bool = true\n{text}", "cajal_") == [way]


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("  %show nowhere", "the magic `%show` begins at the first column of its line"),
        ("  %cajal_nat 12", "the magic `%nat` begins at the first column of its line"),
        ("%nat 12", "the magic `%nat` goes in a cell without `%%cajal`"),  # in such a cell
        ("  !ls", f"{NOT}a shell command begins at the first column of its line"),
        ("not?", "`not?` asks for help, and goes in a cell of its own"),
    ],
)
def test_in_a_cajal_notebook_it_begins_at_the_first_column(text: str, way: str) -> None:
    assert helps(f"def a : Bool = true\n{text}", "") == [way]


ASKED = "`NAME?`, in a cell of its own, tells the type of a name; `%help` lists the magics"


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("help(not)", ASKED),
        ("type(not)", ASKED),
        (":t not", ASKED),
        (":q", ASKED),
        ("pip install torch", "the magic is written `%pip`"),
        ("show not", "the magic is written `%show`"),
        ("reset", "the magic is written `%reset`"),
        ("cd ..", "the magic is written `%cd`"),
        ("ls -l", "the magic is written `%ls`"),
        ("pip install -r needs.txt", "the magic is written `%pip`"),
        ("% nat 5", "no blank stands between `%` and the name of a magic: `%nat`"),
        ("*not?", "`*not?` asks for help, and goes in a cell of its own"),
        (">>> not true", "the prompt of a console is left out"),
        ("In [1]: not true", "the prompt of a console is left out"),
    ],
)
def test_habits_of_other_consoles(text: str, way: str) -> None:
    assert helps(text, "") == [way]


def test_a_field_may_be_python() -> None:
    (way,) = helps("plt.plot()", "")
    assert way
    assert way.endswith("; Python goes in a cell that begins with `%%python`")


def test_a_magic_without_its_sign_in_a_python_notebook() -> None:
    (way,) = helps("show not", "cajal_")
    assert way == "the magic is written `%cajal_show`, in a cell without `%%cajal`"
    for name in ("show", "print", "ls"):
        assert helps(f"def {name} (x : Bool) : Bool = x\n{name} (not nowhere)", "cajal_") == [None]
    assert helps("def ls (x : Bool) : Bool = x\nls (not", "cajal_") == [None]


def test_a_file_has_no_magics() -> None:
    way = "the magic `%nat` goes in a cell of the notebook, for a file holds Cajal alone"
    assert helps("true\n%nat 12", "", is_file=True) == [way]


@pytest.mark.parametrize("text", ["not true ? 1", "\\x:Nat. x % 2", "-- ?\nnowhere", "(!f : Bool)"])
def test_other_lines_with_such_signs_keep_their_help(text: str) -> None:
    assert not [advice for advice in helps(text, "cajal_") if advice and "in a cell" in advice]
