"""What the Jupyter protocol promises of every kernel, asked of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.kernel.conftest import EVEN, NOT, ROOT, Client, started


def test_language(shared: Client) -> None:
    language = shared.ask("kernel_info")["language_info"]
    assert language["mimetype"] == "text/x-cajal"
    assert language["pygments_lexer"] == language["codemirror_mode"] == "cajal"


def test_counts_rise_by_one_for_what_is_kept(shared: Client) -> None:
    count = shared.run("true").reply["execution_count"]
    shared.run("true", silent=True)
    shared.run("true", store_history=False)
    assert shared.run("-- nothing").reply["execution_count"] == count + 1
    assert shared.run("nope").reply["execution_count"] == count + 2
    shared.run("")
    assert shared.run("true").reply["execution_count"] == count + 3


def test_user_expressions(shared: Client) -> None:
    shared.run(NOT)
    asked = {"names": "program.names", "wrong": "nothing"}
    found = shared.run("true", user_expressions=asked).reply["user_expressions"]
    assert "'not'" in found["names"]["data"]["text/plain"]
    assert found["wrong"]["status"] == "error"
    assert shared.run("nope", user_expressions=asked).reply.get("user_expressions", {}) == {}


def test_an_interrupt_request_is_answered(shared: Client) -> None:
    sent = shared.start("%%python\nimport time\ntime.sleep(20)")
    shared.wait_for(sent, "execute_input")
    control = shared.channels.control_channel
    request = shared.channels.session.msg("interrupt_request", {})
    used = shared.seconds
    control.send(request)
    reply = control.get_msg(timeout=60)
    assert reply["msg_type"] == "interrupt_reply"
    assert reply["content"]["status"] == "ok"
    assert shared.finish(sent).reply["ename"] == "KeyboardInterrupt"
    assert shared.seconds - used < 1  # all the time that it takes where the machine does nothing else


def test_timeit_takes_cajal(shared: Client) -> None:
    shared.run(NOT)
    assert "per loop" in shared.run("%%timeit -n 1 -r 1\nnot true").printed


def test_a_bug_of_ours_shows_where_it_is(fresh: Client) -> None:
    break_it = (
        "%%python\nimport cajal_core\ndef broken(*_, **__): raise cajal_core.InternalError('it broke')\n"
        "program.run = broken"
    )
    fresh.run(break_it)
    (error,) = fresh.run("true").of("error")
    assert error["ename"] == "InternalError"
    assert "This is a bug in Cajal" in error["evalue"]
    assert "session.py" in "\n".join(error["traceback"])


@pytest.mark.parametrize("code", ["(true : Bool)", "%show (true : Bool)", "%env"])
def test_any_bug_of_ours_says_that_it_is_one(fresh: Client, code: str) -> None:
    fresh.run(
        "%%python\nfrom cajal_kernel import session\nfrom cajal_kernel.magics import definitions\n"
        "from cajal_kernel.views import bundles\n"
        "def broken(*_, **__): raise KeyError('odd')\n"
        "bundles._line = session.result_bundle = definitions.environment = broken"
    )
    (error,) = fresh.run(code).of("error")
    assert error["ename"] == "KeyError"
    text = "\n".join(error["traceback"])
    assert text.count("This is a bug in Cajal; please report it") == 1
    assert "magics.py" in text or "session.py" in text


def test_a_bug_in_what_is_linked_is_not_ours(shared: Client) -> None:
    shared.run("extern odd : Bool -o Bool")
    shared.run("%%python\nresults = {}\ndef fails(v): return results.get('odd', v)[0:]")
    shared.run("%link odd=fails")  # which tries it
    shared.run("%%python\nresults['odd'] = 3")
    (error,) = shared.run("%show odd true --as trace").of("error")
    assert error["ename"] == "TypeError"
    assert "bug in Cajal" not in "\n".join(error["traceback"])


def test_comms_are_listed_and_a_page_s_update_comes_back(shared: Client) -> None:
    outcome = shared.run("%%python\nimport ipywidgets\nslider = ipywidgets.IntSlider()\nslider")
    names = {opened["data"]["state"]["_model_name"]: opened["comm_id"] for opened in outcome.of("comm_open")}
    assert "IntSliderModel" in names
    listed = shared.ask("comm_info")["comms"]
    assert set(names.values()) <= set(listed)

    content: dict[str, Any] = {
        "comm_id": names["IntSliderModel"],
        "data": {"method": "update", "state": {"value": 7}, "buffer_paths": []},
    }
    update = shared.channels.session.msg("comm_msg", content)
    shared.channels.shell_channel.send(update)
    echo = shared.wait_for(update["header"]["msg_id"], "comm_msg")
    assert echo["data"]["method"] == "echo_update"
    assert echo["data"]["state"] == {"value": 7}
    assert shared.run("%%python\nslider.value").texts == ["7"]


def test_steps_are_one_widget(shared: Client) -> None:
    shared.run(EVEN)
    before = set(shared.ask("comm_info")["comms"])
    opened = shared.run("%show even --as dynamics").of("comm_open")
    models = [each for each in opened if each["data"]["state"]["_model_name"] == "AnyModel"]
    assert len(models) == 1
    assert models[0]["comm_id"] in set(shared.ask("comm_info")["comms"]) - before


@pytest.mark.usefixtures("kernels")
def test_a_kernel_starts_and_answers() -> None:
    client = started()
    try:
        assert client.run("true").texts == ["true : Bool = true"]
        assert client.seconds < 3  # all the time that it takes where the machine does nothing else
    finally:
        client.close()


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_saved_notebooks_need_no_kernel(path: Any) -> None:
    text = path.read_text(encoding="utf-8")
    assert "application/vnd.jupyter.widget" not in text
    assert "widgets" not in json.loads(text)["metadata"]


COLLECTS_IN = """%%python
import gc, sys
collected = set()
def note(phase, info):
    frame = sys._getframe(1)
    while frame:
        collected.add(frame.f_code.co_name)
        frame = frame.f_back
gc.callbacks.append(note)
thresholds = gc.get_threshold()
gc.set_threshold(1)"""


def test_no_garbage_is_collected_while_the_user_types(fresh: Client) -> None:
    """With many definitions that takes longer than the answer."""
    assert fresh.run(COLLECTS_IN).status == "ok"
    fresh.ask("complete", "def f (x : Bool) : Bool = no", 28)
    fresh.ask("inspect", "def f (x : Bool) : Bool = x", 1)
    fresh.ask("is_complete", "def f (x : Bool) : Bool =")
    asked = (
        "gc.set_threshold(*thresholds); gc.callbacks.remove(note); print(gc.isenabled(), sorted(collected))"
    )
    printed = fresh.run(f"%%python\n{asked}").printed
    assert printed.startswith("True") and "execute_request" in printed
    assert not any(function in printed for function in ("do_complete", "do_inspect", "do_is_complete"))
