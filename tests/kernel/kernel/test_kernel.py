"""A real kernel, started as Jupyter starts it, asked through the protocol."""

from __future__ import annotations

import json
import queue
import time

import pytest

from cajal_kernel.views.pictures import PICTURES
from tests.kernel.conftest import EVEN, NOT, Client, started

SLOW = """
def many : Nat[5000] = 4999
def slow : Bool = iter many { zero => true | succ y => iter many { zero => y | succ z => z } }
slow
"""


def test_it_says_what_it_is(shared: Client) -> None:
    info = shared.ask("kernel_info")
    language = info["language_info"]
    assert (info["implementation"], language["name"], language["file_extension"]) == (
        "cajal_kernel",
        "cajal",
        ".cajal",
    )
    assert not {"kernel subshells", "debugger"} & set(info["supported_features"])
    assert "%help" in info["banner"]


def test_a_cell_needs_no_torch_until_it_needs_a_tensor(fresh: Client) -> None:
    loaded = (
        "%%python\nimport sys\nprint([m for m in ('torch', 'matplotlib', 'anywidget') if m in sys.modules])"
    )
    assert fresh.run(loaded).printed == "[]\n"
    outcome = fresh.run(
        r"(\x:Bool. if x then false else true) true" + "\nextern f : Bool -o Bool\nspace V[3]"
    )
    assert outcome.texts[0] == r"(\x:Bool. if x then false else true) true : Bool = false"
    assert fresh.run("%%python\n1 + 1").texts == ["2"]
    assert fresh.run("nope").status == "error"
    assert fresh.run("def yes : Bool = true").texts == ["yes : Bool = true"]
    assert fresh.run(loaded).printed == "[]\n"
    assert fresh.run(NOT).texts[0].startswith("not : Bool -o Bool\n")
    assert fresh.run(loaded).printed.startswith("['torch'")


def test_a_cell_that_fails_takes_nothing_of_another_thread_along(fresh: Client) -> None:
    fresh.run(
        "%%python\nimport threading, time\ndef later():\n  time.sleep(0.2)\n"
        "  program.run('def other : Bool = true')\nthread = threading.Thread(target=later); thread.start()"
    )
    assert fresh.run("def mine : Bool = true\n!sleep 0.5\nnope").status == "error"
    assert fresh.run("%%python\nthread.join()\nlist(program.entries)").texts == ["['other']"]


def test_habits_of_ipython_are_told_what_is_so_here(shared: Client) -> None:
    shared.run(NOT)
    for cell, told in (
        ("%load_ext cajal", "Cajal is this notebook's own language"),
        ("%exit", "`exit`, in a cell of its own, ends the kernel"),
        ("%% python\n1", "write `%%NAME`"),
        ("T-Nope?", "`T-Nope` is neither a name of this notebook nor a word of Cajal"),
    ):
        assert told in "\n".join(shared.run(cell).reply["traceback"])
    assert "`%env` lists those of Cajal" in shared.run("%who").printed
    assert "run the cell as Python" in shared.run("%%python?").printed
    for ask in ("%pinfo not", "%%python\nnot?"):
        assert shared.run(ask).texts[0].startswith("not : Bool -o Bool")


def test_errors_are_text_with_carets_and_no_frames(shared: Client) -> None:
    outcome = shared.run("-- one\n%nat 10\ndef f (x : Bool) : Bool = nope x\nalso")
    assert outcome.status == "error"
    (error,) = outcome.of("error")
    assert error["ename"] == "CajalError"
    assert isinstance(error["traceback"], list)
    text = "\n".join(error["traceback"])
    count = outcome.reply["execution_count"]
    assert f" --> In[{count}]:3:27  T-Name\n3 | def f (x : Bool) : Bool = nope x\n" in text
    assert f"\n  | {' ' * 26}^^^^" in text
    assert f" --> In[{count}]:4:1  T-Name\n4 | also\n  | ^^^^" in text
    assert "File" not in text
    assert "\x1b" not in text
    assert outcome.reply["traceback"] == error["traceback"]


def test_an_error_aborts_what_is_queued(shared: Client) -> None:
    first, second = shared.start("!sleep 0.5\nnope", stop_on_error=True), shared.start("true")
    assert shared.finish(first).status == "error"
    assert shared.finish(second).status == "aborted"
    time.sleep(0.5)  # what arrives a moment later is taken for a cell that was on its way
    assert shared.run("true").status == "ok"


@pytest.mark.parametrize(
    "code",
    [
        "not (",
        "\x00",
        "“quoted”",
        "λ",
        "(" * 3000,
        "\\x:Bool. " * 3000 + "x",
        "<script>alert(1)</script>",
        "%",
        "%%",
        "!",
        "?",
        "??",
        "\t\r\n",
        "é" * 200_000,
        "%show " + "(" * 3000,
        "%link f=" + "(" * 3000,
        "%cajal {x}",
    ],
)
def test_bad_cells_leave_the_kernel_alive(shared: Client, code: str) -> None:
    outcome = shared.run(code)
    for error in outcome.of("error"):
        assert error["ename"] in ("CajalError", "MagicError", "UsageError", "SyntaxError")
        assert not any("site-packages" in line or "cajal_core" in line for line in error["traceback"])
    assert shared.run("true").texts == ["true : Bool = true"]


def test_completion(shared: Client) -> None:
    shared.run(NOT)
    reply = shared.ask("complete", "λ𝐚. no", 6)
    assert (reply["matches"], reply["cursor_start"], reply["cursor_end"]) == (["not"], 4, 6)
    assert reply["metadata"]["_jupyter_types_experimental"][0]["signature"] == "Bool -o Bool"
    assert "iter" in shared.ask("complete", "it")["matches"]
    assert "not" in shared.ask("complete", "%show no")["matches"]
    assert "iter" in shared.ask("complete", "%%time\nit")["matches"]
    assert shared.ask("complete", "true\n%sho")["matches"] == ["%show"]
    assert "print" not in shared.ask("complete", "%%python")["matches"]
    assert "%%python" in shared.ask("complete", "%%py")["matches"]
    assert shared.ask("complete", "%source no")["matches"] == ["not"]
    assert shared.ask("complete", "%help the")["matches"] == ["then"]
    reply = shared.ask("complete", "not true\n%show not --as ")
    assert (reply["matches"], reply["cursor_start"]) == ([*PICTURES], len("not true\n%show not --as "))
    assert shared.ask("complete", "%show not --")["matches"] == ["--as", "--save"]
    assert shared.ask("complete", "%%cajal -o no")["matches"] == ["not"]
    reply = shared.ask("complete", "%%python\nimport os\nos.pathse")
    assert (reply["matches"], reply["cursor_start"]) == (["pathsep"], len("%%python\nimport os\nos."))


def test_inspection(shared: Client) -> None:
    shared.run(NOT)
    data = shared.ask("inspect", "not true", 1)["data"]
    assert data["text/plain"].startswith("not : Bool -o Bool\nshape (2, 2)\n")
    assert " true │    ·     1" in data["text/plain"]
    assert "<script" not in data["text/html"]
    assert "<td" in data["text/html"]
    assert "b, then s n times" in shared.ask("inspect", "iter", 4)["data"]["text/plain"]
    assert "is used exactly once" in shared.ask("inspect", "\\x:Bool. x", 10)["data"]["text/plain"]
    assert shared.ask("inspect", "-- T-If", 5)["data"]["text/plain"].startswith("T-If\n\nΔ; Γ1 ⊢ c : Bool")
    assert not shared.ask("inspect", "nothing", 4)["found"]
    for code in ("%%cajal\nnot", "%%time\nnot", "%show not"):
        assert shared.ask("inspect", code, len(code))["data"]["text/plain"].startswith("not : Bool -o"), code
    assert "shows a picture" in shared.ask("inspect", "%show not", 3)["data"]["text/plain"]
    assert "type of functions" in shared.ask("inspect", "Bool ⊸ Bool", 6)["data"]["text/plain"]
    assert "Return the number of items" in shared.ask("inspect", "%%python\nlen", 11)["data"]["text/plain"]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("not true", "complete"),
        ("", "complete"),
        ("def f (x : Bool) : Bool =", "incomplete"),
        ("if true then", "incomplete"),
        ("not (", "incomplete"),
        ("{- a comment", "incomplete"),
        ("\\x:Bool.", "incomplete"),
        ("not )", "invalid"),
        ("%show not", "complete"),
        ("%nat 5\nnot (", "incomplete"),
        ("%%python\nif x:", "incomplete"),
    ],
)
def test_is_complete(shared: Client, code: str, status: str) -> None:
    assert shared.ask("is_complete", code)["status"] == status


def test_widgets_work(shared: Client) -> None:
    outcome = shared.run(f"{EVEN}\n%show even --as dynamics")
    models = [opened["data"]["state"]["_model_name"] for opened in outcome.of("comm_open")]
    assert models.count("AnyModel") == 1
    slider = shared.run("%%python\nimport ipywidgets\nipywidgets.IntSlider()")
    assert "application/vnd.jupyter.widget-view+json" in slider.bundles[0]


def test_a_live_curve_is_few_messages_and_ends_as_a_picture(shared: Client) -> None:
    code = """%%python
from cajal_kernel.views import Curve
with Curve("digits", total=100_000) as curve:
    for step in range(100_000):
        curve.add(step, loss=1 / (step + 1))
seconds = curve.data.seconds"""
    outcome = shared.run(code)
    assert outcome.status == "ok"
    models = {opened["data"]["state"]["_model_name"]: opened["comm_id"] for opened in outcome.of("comm_open")}
    assert set(models) == {"AnyModel", "LayoutModel"}
    assert models["AnyModel"] in shared.ask("comm_info")["comms"]
    seconds = float(shared.run("%%python\nseconds").texts[0])
    assert len(outcome.of("comm_msg")) <= seconds * 8 + 2
    (settled,) = outcome.of("update_display_data")
    assert settled["data"]["text/html"].count("<img") == 1
    assert "100000 of 100000 steps" in settled["data"]["text/plain"]
    assert "widget" not in json.dumps([settled, *outcome.of("display_data")])


def test_an_interrupt_stops_cajal_and_keeps_definitions(shared: Client) -> None:
    shared.run("def before : Bool = true")
    sent = shared.start(SLOW)
    shared.wait_for(sent, "execute_input")
    time.sleep(0.5)
    used = shared.seconds
    shared.manager.interrupt_kernel()
    outcome = shared.finish(sent)
    assert shared.seconds - used < 1  # all the time that it takes where the machine does nothing else
    assert (outcome.status, outcome.reply["ename"]) == ("error", "KeyboardInterrupt")
    assert outcome.reply["traceback"] == [
        "KeyboardInterrupt: the cell was stopped. Definitions made before it are kept."
    ]
    assert shared.run("before").texts == ["before : Bool = true"]
    assert "slow" not in shared.run("%%python\nprogram.names").texts[0]


def test_an_interrupt_stops_training_and_keeps_the_curve(shared: Client) -> None:
    code = """%%python
import time
from cajal_kernel.views import Curve
with Curve("digits") as curve:
    for step in range(10_000):
        curve.add(step, loss=1 / (step + 1))
        time.sleep(0.005)"""
    sent = shared.start(code)
    for _ in range(3):
        shared.wait_for(sent, "comm_msg")
    used = shared.seconds
    shared.manager.interrupt_kernel()
    outcome = shared.finish(sent)
    assert shared.seconds - used < 1
    assert outcome.reply["ename"] == "KeyboardInterrupt"
    (settled,) = outcome.of("update_display_data")
    assert "<img" in settled["data"]["text/html"]
    points = int(shared.run("%%python\nlen(curve.data.lines[0].steps)").texts[0])
    assert 0 < points < 10_000
    assert settled["data"]["text/plain"].startswith(f"digits: {points} steps")


def test_an_interrupt_while_torch_is_loading_is_harmless(fresh: Client) -> None:
    sent = fresh.start(NOT)
    fresh.wait_for(sent, "execute_input")
    time.sleep(0.3)
    fresh.manager.interrupt_kernel()
    fresh.finish(sent)
    assert fresh.run(NOT).texts[0].startswith("not : Bool -o Bool\n")


@pytest.mark.usefixtures("kernels")
def test_a_restart_forgets() -> None:
    client = started()
    try:
        client.run("def gone : Bool = true")
        client.manager.restart_kernel(now=True)
        client.channels.wait_for_ready(timeout=60)
        assert client.run("gone").status == "error"
    finally:
        client.close()


def test_stdin_is_refused_where_there_is_none(shared: Client) -> None:
    outcome = shared.run("%%python\ninput()", allow_stdin=False)
    assert outcome.of("error")[0]["ename"] == "StdinNotImplementedError"


def test_silence(shared: Client) -> None:
    sent = shared.start("true", silent=True)
    outcome = shared.finish(sent)
    assert outcome.status == "ok"
    assert outcome.messages == [] or {type for type, _ in outcome.messages} <= {"status"}
    with pytest.raises(queue.Empty):
        shared.channels.get_iopub_msg(timeout=0.2)


def test_a_program_is_completed_in_python_cells(shared: Client) -> None:
    assert shared.ask("complete", "%%python\nprogram.na")["matches"] == ["names", "nat_size"]


def test_a_cell_that_fails_says_that_what_it_did_before_is_gone(fresh: Client) -> None:
    gone = "Nothing of this cell is kept"
    for before in (NOT, "%nat 5", "%auto on"):
        assert gone in fresh.run(f"{before}\n%show nowhere").printed
    assert gone in fresh.run(f"{NOT}\n%nat 5\ndef bad : Bool = oops").printed
    for alone in ("oops", f"{NOT}\ndef bad : Bool = oops", "%show nowhere"):
        assert fresh.run(alone).status == "error"
        assert gone not in fresh.run(alone).printed
    assert gone not in fresh.run(f"{NOT}\n%nat 5").printed


def test_a_cell_is_taken_over_whole_or_not_at_all(fresh: Client) -> None:
    fresh.run("extern f : Bool")
    assert fresh.run(f"{NOT}\n%nat 5\n%auto on\ndef bad : Bool = oops").status == "error"
    assert fresh.run(f"{NOT}\n%show nowhere").status == "error"
    assert fresh.run("%undo\noops").status == "error"
    asked = "%%python\nprint(program.names, program.nat_size, program.auto)"
    assert fresh.run(asked).printed == "['f'] 10 False\n"
    fresh.run("%%python\nn, half = 3, 0.5")
    assert fresh.run("%%cajal -i n\ndef bad : Bool = oops").status == "error"
    assert fresh.run("%%cajal -i n -i half\ndef m : Nat = n").status == "error"
    assert fresh.run(asked).printed == "['f'] 10 False\n"
    fresh.run(f"{NOT}\n%nat 5\ndef a : Bool = not true")
    assert "not, a are gone" in fresh.run("%undo").printed
    assert fresh.run(asked).printed == "['f'] 10 False\n"
    assert "f is gone" in fresh.run("%undo").printed
    assert "nothing to take back" in fresh.run("%undo").printed
