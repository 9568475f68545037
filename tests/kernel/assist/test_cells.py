from __future__ import annotations

import pytest

from cajal_kernel.assist.cells import (
    Part,
    cajal_in_line,
    comment_depth,
    parts,
    python_in_line,
    read,
    without_magics,
)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("not true", "cajal"),
        ("", "cajal"),
        ("%%python\nx = 1", "python"),
        ("\n  %%python\nx = 1", "python"),
        ("%%py\nx = 1", "python"),
        ("%%python3\nx = 1", "ipython"),
        ("%%time\nnot true", "ipython"),
        ("not?", "ipython"),
        ("?not", "ipython"),
        ("%show?", "ipython"),
        ("-- is it so?", "cajal"),
        ("not true\n-- is it so?", "cajal"),
        ("%show not", "cajal"),
        ("!ls", "cajal"),
    ],
)
def test_what_a_cell_is(code: str, kind: str) -> None:
    assert read(code).kind == kind


def test_python_body_and_offset() -> None:
    cell = read("%%python\nx = 1\n")
    assert (cell.body, cell.offset, cell.arguments) == ("x = 1\n", 9, "")
    assert read("%%python --out x\n1").arguments == "--out x"
    assert read("%%python").body == ""


def test_a_question_names_what_is_asked() -> None:
    assert read("not?").asked == "not"
    assert read("??x'").asked == "x'"
    assert read("%show?").asked == ""


def test_magics_between_cajal_keep_line_numbers() -> None:
    code = "-- first\n%nat 5\n\ndef f : Bool = true\n%show f\nf"
    cut = parts(code)
    assert cut == [
        Part(magic=False, text="-- first"),
        Part(magic=True, text="%nat 5"),
        Part(magic=False, text="\n\n\ndef f : Bool = true"),
        Part(magic=True, text="%show f"),
        Part(magic=False, text="\n\n\n\n\nf"),
    ]
    for part in cut:
        if not part.magic:
            last = part.text.split("\n")[-1]
            assert code.split("\n")[part.text.count("\n")] == last


def test_a_magic_goes_on_after_a_backslash() -> None:
    assert parts("%link a=f, \\\n  b=g\nb") == [
        Part(magic=True, text="%link a=f,   b=g"),
        Part(magic=False, text="\n\nb"),
    ]


@pytest.mark.parametrize(
    "code", ["{-\n%nat 5\n-} 2", "{- {-\n-}\n%nat\n-}", "{- -- -}\n 2", " %nat 5", "5\n  %nat"]
)
def test_no_magic_in_comments_or_in_a_continuation(code: str) -> None:
    assert not any(part.magic for part in parts(code))


def test_a_line_comment_opens_no_block() -> None:
    assert parts("-- {-\n%nat")[-1] == Part(magic=True, text="%nat")


@pytest.mark.parametrize(
    ("code", "cajal"),
    [
        ("%nat 5\nf\n!ls (\n  x", "      \nf\n    \n  x"),
        ("%link a=f, \\\n  b=g\nb", "           \n     \nb"),
        ("% f\n %nat", "% f\n %nat"),
        ("{-\n%note -}\nf", "{-\n%note -}\nf"),
    ],
)
def test_without_its_magics_a_cell_keeps_its_offsets(code: str, cajal: str) -> None:
    blanked = without_magics(code)
    assert len(blanked) == len(code)
    assert [line.rstrip() for line in blanked.split("\n")] == [line.rstrip() for line in cajal.split("\n")]


def test_blank_cells_have_no_parts() -> None:
    assert parts("") == []
    assert parts("\n  \n") == []


@pytest.mark.parametrize(
    ("line", "before", "after"),
    [
        ("{-", 0, 1),
        ("-}", 1, 0),
        ("-}", 0, 0),
        ("-- {-", 0, 0),
        ("-- {-", 1, 2),
        ("{- -} {- {-", 0, 2),
        ("--}", 1, 0),
    ],
)
def test_comment_depth(line: str, before: int, after: int) -> None:
    assert comment_depth(line, before) == after


@pytest.mark.parametrize(
    ("line", "python"),
    [
        ("%train net --data x, ima", "x, ima"),
        ("%train net --data x --loss=torch.nn.fun", "torch.nn.fun"),
        ("%train net --data x -o hi", "hi"),
        ("%train net", None),
        ("%train net --da", None),
        ("%show net --save fi", None),
        ("%cajal_train net --data x", None),
    ],
)
def test_behind_an_option_is_python(line: str, python: str | None) -> None:
    code = f"true\n{line}\nfalse"
    cursor = 5 + len(line)
    found = python_in_line(code, cursor, "")
    assert (found and found[0]) == python
    assert found is None or code[found[1] :].startswith(found[0])
    if python is not None:
        assert cajal_in_line(code, cursor, "") is None


def test_the_model_of_a_training_is_cajal() -> None:
    place = cajal_in_line("%cajal_train both x --data y", 18, "cajal_")
    assert place is not None
    assert (place.code, place.cursor, place.takes) == ("both x", 5, "term")
