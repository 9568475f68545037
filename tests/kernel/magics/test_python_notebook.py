"""A Python notebook with the extension loaded: what its front end and its shell are told."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from inspect import getdoc
from pathlib import Path
from traceback import walk_tb

import pytest
from IPython.core.completer import CompletionContext
from IPython.core.interactiveshell import InteractiveShell

from cajal_kernel.assist import replies
from cajal_kernel.assist.cells import Place
from cajal_kernel.assist.hover import inspection
from cajal_kernel.assist.keywords import KEYWORDS
from cajal_kernel.magics.magics import MAGICS, overview
from tests.kernel.conftest import NOT, ROOT, Client, cell, check_frames_of_use, started

EVEN = "-- whether\ndef even (n : Nat) : Bool = iter n { zero => true | succ b => not b }"


@pytest.fixture(scope="module")
def python(kernels: Path) -> Iterator[Client]:  # noqa: ARG001  # it must be there
    client = started("python3")
    client.run("%load_ext cajal_kernel")
    client.run(f"%%cajal\n{NOT}\n{EVEN}")
    yield client
    client.close()


def told(client: Client, code: str, word: str) -> str:
    """What Shift-Tab shows at the last place of a word."""
    return client.ask("inspect", code, code.rindex(word) + 1)["data"].get("text/plain", "")


def test_completion_is_cajal_s_alone(python: Client) -> None:
    reply = python.ask("complete", "%%cajal\nif no")
    assert (reply["matches"], reply["cursor_start"], reply["cursor_end"]) == (["not"], 11, 13)
    (entry,) = reply["metadata"]["_jupyter_types_experimental"]
    assert (entry["type"], entry["signature"]) == ("function", "Bool -o Bool")
    for code in ("%%cajal\ntor", "%%cajal\n-- tor", "%%cajal\n3.", "%cajal tor", "%cajal_source nonl"):
        assert "torch" not in python.ask("complete", code)["matches"], code
        assert python.ask("complete", code)["metadata"]["_jupyter_types_experimental"] == [], code
    assert python.ask("complete", "%cajal_source ev")["matches"] == ["even"]
    assert python.ask("complete", "%cajal_show even --as gr")["matches"] == ["graph"]


def test_completion_elsewhere_is_python_s(python: Client) -> None:
    assert "nonlocal" in python.ask("complete", "nonl")["matches"]
    assert "%%cajal" in python.ask("complete", "%%caj")["matches"]


def test_inspection_knows_where_it_is(python: Client) -> None:
    assert told(python, "%%cajal\nnot true", "not").startswith("not : Bool -o Bool\n")
    assert "b, then s n times" in told(python, "%%cajal\niter 3", "iter")
    assert "c is a Bool" in told(python, "%%cajal\nif true", "if")
    assert told(python, "%%cajal\n\\x:Nat. x", "x").startswith("x : Nat\n\nA bound variable")
    assert told(python, "%cajal not true", "not").startswith("not : Bool -o Bool\n")
    assert "iterator" in told(python, "iter", "iter")
    assert "runs a cell" in told(python, "%%cajal\nnot true", "cajal")


@pytest.mark.parametrize("code", ["even?", "?even", "even??"])
def test_questions(python: Client, code: str) -> None:
    outcome = python.run(code)
    (text,) = outcome.texts
    assert text.startswith("even : Nat -o Bool\nshape (2, 10)\n")
    assert "whether" in text
    assert outcome.printed == ""


def test_questions_that_are_python_s(python: Client) -> None:
    (page,) = python.run("len?").reply["payload"]
    assert "Return the number of items" in page["data"]["text/plain"]
    assert "Object `nowhere` not found" in python.run("nowhere?").printed


def test_magics_are_explained_by_their_names_here(python: Client) -> None:
    for name, form in (("cajal_link", "%cajal_link NAME"), ("cajal_show", "%cajal_show NAME-or-TERM")):
        (page,) = python.run(f"%{name}?").reply["payload"]
        assert form in page["data"]["text/plain"]


def test_help_is_an_option(python: Client) -> None:
    printed = python.run("%%cajal --help\nnope").printed
    assert printed.startswith("usage: %%cajal [-i NAME]")
    assert "bind the neuron" in printed
    assert "--as" in python.run("%cajal_show --help").printed


def test_completion_in_cells_of_a_python_notebook(shell: InteractiveShell) -> None:
    cell(shell, "", f"{NOT}\nextern step : Bool -o Bool")

    def completed(text: str) -> list[str]:
        lines = text.split("\n")
        context = CompletionContext(
            token="", full_text=text, cursor_position=len(lines[-1]), cursor_line=len(lines) - 1, limit=None
        )
        (matcher,) = shell.Completer.custom_matchers  # type: ignore[union-attr]
        return [match.text for match in matcher(context)["completions"]]

    assert completed("%%cajal\nif no") == ["not"]
    assert completed("x = 1\n%cajal no") == ["not"]
    assert completed("%cajal_show no") == ["not"]
    assert completed("%cajal_link st") == ["step="]
    assert completed("%cajal_unlink st") == ["step"]
    assert completed("%cajal_unlink step, st") == ["step"]
    assert completed("x = 1\n%cajal_show not --as m") == ["matrix"]
    assert completed("%cajal_auto o") == ["on", "off"]
    assert completed("%show not --as m") == []
    assert completed("import os\nno") == []
    assert completed("%%cajal") == []


def test_inspection_in_a_python_notebook(shell: InteractiveShell) -> None:
    cell(shell, "", f"{NOT}\ndef even (x : Bool) : Bool = not x")
    assert shell.object_inspect_mime("even")["text/plain"].startswith("even : Bool -o Bool")
    assert "Return the number" in shell.object_inspect_mime("len")["text/plain"]
    with pytest.raises(KeyError):
        shell.object_inspect_mime("nowhere")


def test_a_mistake_of_use_shows_the_users_frames(python: Client) -> None:
    python.run("%cajal_nat 10")
    python.run("%%cajal -o program\nextern unbound : Bool")
    check_frames_of_use(python, "")


def strings(path: Path) -> Iterator[str]:
    """The texts of a module that may be shown: all strings but docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


MAGIC = re.compile(rf"%(?:{'|'.join(MAGICS)})\b")


def test_no_text_names_a_magic_without_its_prefix() -> None:
    """The folder `kernel` and the exporter serve Cajal notebooks; words of the language get it later."""
    paths = [path for package in ("cajal_core", "cajal_kernel") for path in (ROOT / package).rglob("*.py")]
    modules = [path for path in paths if path.parent != ROOT / "cajal_kernel" / "kernel"]
    named = {path.name for path in modules if any(map(MAGIC.search, strings(path)))}
    assert named == {"keywords.py", "nbconvert.py"}


def test_what_is_explained_names_the_magics_of_the_notebook(shell: InteractiveShell) -> None:
    session = shell.cajal  # type: ignore[attr-defined]
    cell(shell, "", f"{NOT}\ndef same (x : Bool) : Bool = not (not x)")
    cell(shell, "", "def not (x : Bool) : Bool = x\nextern step : Bool -o Bool")
    words = [*KEYWORDS, *session.program.names, "T-Extern"]
    texts = [
        *[str(inspection(session.program, word, prefix="cajal_")) for word in words],
        *[str(replies.explanation(session.program, Place(word, 1, 0), "cajal_")) for word in words],
        *[str(getdoc(shell.find_line_magic(f"cajal_{name}"))) for name in MAGICS],
        overview("cajal_"),
    ]
    assert not [text for text in texts if MAGIC.search(text)]
    assert sum("%cajal_" in text for text in texts) > len(MAGICS)


def test_a_debugger_opens_in_the_user_s_own_python(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []

    def debugger(force: bool = False) -> None:  # noqa: ARG001  # as IPython's
        frames = [frame for frame, _ in walk_tb(getattr(sys.last_value, "__traceback__", None))]
        # The tests check the types of calls, whose frames are no one's.
        *_, last = [
            frame for frame in frames if not frame.f_globals.get("__name__", "").startswith("jaxtyping")
        ]
        opened.append(last.f_code.co_name)

    monkeypatch.setattr(shell.InteractiveTB, "debugger", debugger)
    shell.run_cell(f"%%cajal\n{NOT}\nextern mine : Bool -o Bool\ndef look (x : Bool) : Bool = mine x")
    shell.run_cell(
        "import torch\n"
        "def own(x): return x if len(x) == 2 else 1 / 0\n"
        "def wrong(): return program['not'](3)\n"
        "def linked(): return program['look'](torch.rand(2))"
    )
    shell.run_cell("%cajal_link mine=own")
    for mistake in ("%%cajal\nnope", "%cajal nope", "%cajal_nat x", "%cajal_link mine=own(1)"):
        shell.run_cell(mistake)
        capsys.readouterr()
        shell.run_cell("%debug")
        says = "%debug: there is no Python to debug, since the last mistake is one in Cajal."
        assert says in capsys.readouterr().out, mistake
    assert opened == []
    for error, function in (("1 / 0", "<module>"), ("wrong()", "wrong"), ("linked()", "own")):
        shell.run_cell(error)
        shell.run_cell("%debug")
        assert opened.pop() == function, error


@pytest.mark.parametrize(
    ("code", "what", "hint"),
    [
        (
            "# hi\n%%cajal\ntrue",
            "`%%cajal` takes a whole cell, and is not on the first line",
            "put `%%cajal`",
        ),
        ("%%Cajal\ntrue", "there is no magic `%%Cajal`", "did you mean `%%cajal`?"),
        ("%cajla true", "there is no magic `%cajla`", "did you mean `%cajal`?"),
        ("%show not", "there is no magic `%show`", "did you mean `%cajal_show`?"),
        ("%cajal_shw not", "there is no magic `%cajal_shw`", "did you mean `%cajal_show`?"),
        ("%%show not\n1", "`%%show` is no magic, `%cajal_show` is one.", "write `%cajal_show`, on one line"),
        ("%%cajal", "%%cajal: there is nothing below it.", "`%cajal TERM`, with one `%`, shows a term"),
        ("%%cajal true", "%%cajal: there is nothing below it.", "`%cajal true`, with one `%`"),
    ],
)
def test_magics_that_are_not_quite_there(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], code: str, what: str, hint: str
) -> None:
    assert not shell.run_cell(code).success
    printed = capsys.readouterr().out
    assert what in printed
    assert hint in printed


def test_magics_of_others_are_theirs(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.run_cell("%%tme\n1")
    assert "UsageError: Cell magic `%%tme` not found." in capsys.readouterr().err


def test_a_cell_of_options_alone(shell: InteractiveShell) -> None:
    assert shell.run_cell("%%cajal --nat 4").success
    assert shell.cajal.program.nat_size == 4  # type: ignore[attr-defined]
    shell.run_cell("%unload_ext cajal_kernel")
    assert len(shell.input_transformers_cleanup) == len(InteractiveShell().input_transformers_cleanup)
