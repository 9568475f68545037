"""How cells are read and run: Cajal, Python, magics and questions."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.kernel.conftest import EVEN, NOT, Client, check_frames_of_use, started


def test_every_item_is_shown_and_the_last_term_is_the_result(shared: Client) -> None:
    outcome = shared.run(f"{NOT}\nnot true\nnot false")
    kinds = [type for type, _ in outcome.messages if type in ("display_data", "execute_result")]
    assert kinds == ["display_data", "display_data", "execute_result"]
    assert outcome.texts[1:] == ["not true : Bool = false", "not false : Bool = true"]
    assert 'title="x = true → false: 1"' in outcome.bundles[0]["text/html"]
    count = outcome.reply["execution_count"]
    assert shared.run(
        f"%%python\nprint(In[{count}].endswith('not false'), Out[{count}].value, _.value)"
    ).printed == ("True true true\n")


def test_a_wrong_cell_changes_nothing(shared: Client) -> None:
    shared.run("def kept : Bool = true")
    assert shared.run("def kept : Bool = false\nnope").status == "error"
    assert shared.run("kept").texts == ["kept : Bool = true"]


@pytest.mark.parametrize("code", ["", "   \n", "-- a comment?", "{- a\n%block\n-}"])
def test_a_cell_without_items_is_fine(shared: Client, code: str) -> None:
    outcome = shared.run(code)
    assert (outcome.status, outcome.bundles) == ("ok", [])


def test_python_cells(shared: Client) -> None:
    shared.run("def one : Bool = true")
    assert shared.run("%%python\nprogram.names[-1]").texts == ["'one'"]
    shared.run("%%python\nx = 2\nprogram.run('def two : Bool = false')")
    assert shared.run("two").texts == ["two : Bool = false"]
    assert shared.run("%%py\nx + 1").texts == ["3"]
    assert shared.run("%%python\nimport asyncio\nawait asyncio.sleep(0.01, 'slept')").texts == ["'slept'"]
    assert shared.run("%%python").status == "ok"


def test_python_errors_count_the_lines_of_the_cell(shared: Client) -> None:
    outcome = shared.run("%%python\nx = 1\nx / 0")
    assert outcome.of("error")[0]["ename"] == "ZeroDivisionError"
    assert "line 3" in "\n".join(outcome.reply["traceback"])
    refused = shared.run("%%python --bg\nx")
    assert refused.of("error")[0]["traceback"] == ["%%python: it takes no arguments, got `--bg`."]


def test_magics_and_cajal_in_one_cell(shared: Client) -> None:
    outcome = shared.run(f"%nat 4\n{EVEN}\n%show even --as dynamics\n%cajal even 2\neven 3\n%nat 10")
    firsts = [text.split("\n")[0] for text in outcome.texts]
    assert firsts == ["even : Nat -o Bool", "even : iter", "even 3 : Bool = false"]
    assert outcome.printed == "Nat is Nat[4].\nNat is Nat[10].\n"


def test_link_from_python(shared: Client) -> None:
    shared.run("extern f : Bool -o Bool\ndef twice (x : Bool) : Bool = f (f x)")
    shared.run("%%python\nimport torch\nflip = torch.tensor([[0.0, 1], [1, 0]])")
    assert shared.run("%link f=flip").printed == "f is linked to Tensor of shape (2, 2).\n"
    assert shared.run("twice").texts[0].split("\n")[-2:] == [" true │    1     ·", "false │    ·     1"]
    missing = shared.run("%link f=missing")
    assert missing.of("error")[0]["ename"] == "MagicError"
    assert "NameError" in missing.of("error")[0]["evalue"]


def test_mistakes_in_magics_are_errors(shared: Client) -> None:
    for code, name in (
        ("%show not --as picture", "MagicError"),
        ("%nope", "MagicError"),
        ("%timeit -z 1", "MagicError"),
        ("%reset all", "MagicError"),
        ("%nat x", "MagicError"),
    ):
        outcome = shared.run(code)
        assert outcome.status == "error"
        (error,) = outcome.of("error")
        assert error["ename"] == name
        assert not any("File" in line for line in error["traceback"])


@pytest.mark.parametrize(
    "code",
    [
        "%timeit -n1 -r1 sum(range(3))",
        "%time 1+1",
        "%prun -q sum(range(3))",
        "get_ipython().run_cell('x = 1').raise_error()",
        "await asyncio.sleep(0); get_ipython().run_line_magic('time', 'x = 1')",
    ],
)
def test_what_a_python_cell_runs_is_python(shared: Client, code: str) -> None:
    assert shared.run(f"%%python\nimport asyncio\n{code}").status == "ok"
    assert shared.run("(true : Bool)").status == "ok"
    assert shared.run("%%python\n1 / 0").status == "error"
    assert shared.run("%%time\n(true : Bool)").status == "ok"


def test_questions(shared: Client) -> None:
    shared.run(NOT)
    assert shared.run("not?").texts[0].startswith("not : Bool -o Bool\nshape (2, 2)\n")
    assert "iter n {" in shared.run("?iter").texts[0]
    for code in ("T-If?", "%help T-If"):
        assert shared.run(code).texts[0].startswith("T-If\n\nΔ; Γ1 ⊢ c : Bool"), code
    assert "`T-Nowhere` is neither a name" in shared.run("T-Nowhere?").reply["evalue"]
    assert "Object `nowhere` not found" in shared.run("nowhere?").printed


def test_other_cell_magics_take_cajal(shared: Client) -> None:
    shared.run(NOT)
    outcome = shared.run("%%time\nnot true")
    assert "Wall time" in outcome.printed
    assert outcome.texts == ["not true : Bool = false"]
    assert shared.run("%%capture kept\nnot true").bundles == []


def test_history_is_cajal_s_own(fresh: Client, kernels: Path) -> None:
    fresh.run("true")
    fresh.run("not_there")
    sent = fresh.channels.history(hist_access_type="tail", n=2)
    reply = fresh.channels.get_shell_msg(timeout=60)
    assert reply["parent_header"]["msg_id"] == sent
    assert [code for _, _, code in reply["content"]["history"]] == ["true", "not_there"]
    profile = kernels / "ipython" / "profile_default"
    assert (profile / "cajal_history.sqlite").exists()
    assert not (profile / "history.sqlite").exists()


SEPARATORS = ["\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\r"]
"""What Python calls the end of a line, besides `\\n`."""


# `%time` runs what is in its line, and is given a term to run.
LINES = [
    "%nat 5",
    "%help not",
    "%auto on",
    "%env",
    "%show not",
    "%cajal true",
    "!true",
    "!!true",
    "%time true",
]
CELLS = ["%%time", "%%capture kept", "%%cajal --nat 4", "%%format", "%%html", "%%python"]


@pytest.mark.parametrize("line", [*LINES, *CELLS, "not?", "-- a comment", "not"])
def test_a_line_ends_at_a_newline_alone(shared: Client, tmp_path: Path, line: str) -> None:
    shared.run(NOT)
    file = tmp_path / "made"
    for end in SEPARATORS:
        for hidden in (f"!touch {file}", f"%system touch {file}", f"get_ipython().system('touch {file}')"):
            shared.run(f"{line}{end}{hidden}")
            shared.run(f"{line} {end} {hidden}\nnot true")
    assert not file.exists()
    shared.run(f"%nat 10\r\n!touch {file}\r\n%auto off\r\n")
    assert file.exists()


@pytest.mark.parametrize(
    "above", ["-- a comment\n", "{- one\n%%time\n-}\n", "\n-- a comment\n\n", "not true\n"]
)
@pytest.mark.parametrize("magic", ["%%python", "%%time", "  %%py"])
def test_a_cell_magic_below_something_is_told_where_to_go(shared: Client, above: str, magic: str) -> None:
    (error,) = shared.run(f"{above}{magic}\nx = 1").of("error")
    name = magic.strip()
    assert error["traceback"] == [
        f"`{name}` takes a whole cell, and is not on the first line of this one.",
        f"help: put `{name}` on the first line of a cell of its own, and a comment below it",
    ]


def test_blank_lines_above_a_cell_magic(shared: Client) -> None:
    assert shared.run("\n\n%%python\n1 + 1").texts == ["2"]
    assert shared.run("\n%%time\n(true : Bool)").status == "ok"


def test_python_in_another_process_is_not_meant(shared: Client) -> None:
    (error,) = shared.run("%%python3\nprint(program)").of("error")
    assert error["traceback"][-1] == "help: write `%%python`, or `%%script python3` if that is meant"
    assert shared.run("%%script true\nx").status == "ok"


@pytest.mark.parametrize(
    ("code", "what", "hint"),
    [
        ("%shwo not", "there is no magic `%shwo`", "did you mean `%show`?"),
        ("%Show not", "there is no magic `%Show`", "did you mean `%show`?"),
        ("%%pyton\n1", "there is no magic `%%pyton`", "did you mean `%%python`?"),
        ("%%show\nnot", "`%%show` is no magic, `%show` is one.", "write `%show`, on one line"),
        (
            "%python 1",
            "`%python` is no magic, `%%python` is one.",
            "write `%%python` on the first line of a cell",
        ),
        ("%nat=12", "there is no magic `%nat=12`", "a blank follows the name: `%nat …`"),
        ("%show(not)", "there is no magic `%show(not)`", "a blank follows the name: `%show …`"),
        ("%%Show\nnot", "`%%Show` is no magic, `%show` is one.", "write `%show`, on one line"),
        ("%cajal_show not", "there is no magic `%cajal_show`", "did you mean `%show`?"),
        ("%run my.cajal", "`%run` reads a file as Python.", "`%load my.cajal` runs one of Cajal"),
        ("%xyzzyx", "there is no magic `%xyzzyx`", "`%lsmagic` lists all magics"),
    ],
)
def test_a_magic_that_is_not_there_names_the_nearest(shared: Client, code: str, what: str, hint: str) -> None:
    (error,) = shared.run(code).of("error")
    assert error["traceback"] == [what, f"help: {hint}"]


def test_what_a_profile_starts_with_is_python(kernels: Path, tmp_path: Path) -> None:
    startup = kernels / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True, exist_ok=True)
    (startup / "00.ipy").write_text("%time first = 1\n")
    (tmp_path / "more.ipy").write_text("third = [4]\n")
    lines = ["second = {'a': 2}", "%time fourth = 3"]
    kernel = started(extra_arguments=[f"--IPKernelApp.exec_lines={line}" for line in lines])
    try:
        assert kernel.run("%%python\nfirst, second, fourth").texts == ["(1, {'a': 2}, 3)"]
        assert kernel.run(f"%run {tmp_path / 'more.ipy'}").status == "ok"
        assert kernel.run("%%python\nthird").texts == ["[4]"]
        assert kernel.run("(true : Bool)").status == "ok"
    finally:
        kernel.close()
        (startup / "00.ipy").unlink()


def test_pdb_does_not_open_the_compiler(shared: Client) -> None:
    shared.run("%pdb on")
    try:
        for code in ("not not", "%show nothing", "%nat x", "def broken : Bool = 3"):
            outcome = shared.run(code)
            assert [error["ename"] for error in outcome.of("error")] in (["CajalError"], ["MagicError"])
            assert outcome.printed == ""
        # In the user's own Python it opens, and asks a front end that here has no input.
        assert "StdinNotImplementedError" in str(shared.run("%%python\n1 / 0", allow_stdin=False).messages)
    finally:
        shared.run("%pdb off")


def test_debug_does_not_open_the_compiler(shared: Client) -> None:
    for code in ("not not", "%show nothing"):
        shared.run(code)
        (error,) = shared.run("%debug", allow_stdin=False).of("error")
        assert error["traceback"] == [
            "%debug: there is no Python to debug, since the last mistake is one in Cajal."
        ]
    for code in ("%%debug\nnot true", "%debug not true"):
        (error,) = shared.run(code).of("error")
        assert "steps through Python, and this is a cell of Cajal." in error["traceback"][0]
    shared.run("%%python\n1 / 0")
    assert "StdinNotImplementedError" in str(shared.run("%debug", allow_stdin=False).messages)


@pytest.mark.parametrize("code", ["?", "??"])
def test_a_question_mark_alone_shows_the_magics(shared: Client, code: str) -> None:
    assert shared.run(code).printed == shared.run("%help").printed


def test_a_cell_of_options_alone(shared: Client) -> None:
    assert shared.run("%%cajal --nat 4").status == "ok"
    assert shared.run("%nat").printed == "Nat is Nat[4].\n"
    shared.run("%nat 10")
    (error,) = shared.run("%%cajal not true").of("error")
    assert error["traceback"][0] == "%%cajal: there is nothing below it."


def test_an_environment_variable_is_told_where_it_is(shared: Client) -> None:
    (error,) = shared.run("%env HOME").of("error")
    hint = "help: variables of the system are in `os.environ`, in a `%%python` cell"
    assert error["traceback"] == ["%env takes no arguments, got `HOME`.", hint]


def test_cells_on_their_way_are_not_run_after_an_error(fresh: Client) -> None:
    ran: list[int] = []
    for _ in range(5):
        sent = [fresh.start("nope", stop_on_error=True), *[fresh.start("(true : Bool)") for _ in range(20)]]
        statuses = [fresh.finish(request).status for request in sent]
        assert statuses[0] == "error"
        ran.append(statuses.count("ok"))
        time.sleep(0.5)
    assert sum(count > 0 for count in ran) <= 1, ran
    assert fresh.run("(true : Bool)").status == "ok"


def test_a_mistake_of_use_shows_the_users_frames(shared: Client) -> None:
    shared.run(NOT)
    check_frames_of_use(shared, "%%python\n")
    shared.run("extern wrong : Bool -o Bool")
    shared.run("%%python\nnets = {'Flat': torch.nn.Linear(20, 2), 'Linear': torch.nn.Linear}")
    for link in (
        "nets['Flat']",
        "nets['Linear']",
        "nets['Flat'].forward",
        "lambda: 3",
        "lambda x: nets['Flat'](x)",
        "3",
    ):
        lines = shared.run(f"%link wrong={link}").reply["traceback"]
        assert len(lines) < 5
        assert "wrong" in lines[0]


def test_a_long_command_is_refused_or_run_in_time(shared: Client) -> None:
    """IPython looks for variables in a text in quadratic time."""
    before = shared.seconds
    outcome = shared.run("!" * 200_000)
    assert "more than 100,000 characters" in "".join(outcome.reply["traceback"])
    assert shared.run("!true " + "x" * 90_000).status == "ok"
    assert shared.run("%%python\nvalue = 3\n").status == "ok"
    assert shared.run("!echo $value {value}").printed.split() == ["3", "3"]
    assert shared.seconds - before < 3
