"""What a front end is told, in the protocol's form and at the offsets of the whole cell."""

from __future__ import annotations

from cajal_kernel.assist.cells import Place, cajal_at
from cajal_kernel.assist.replies import Reply, completion, explanation
from cajal_kernel.program import NotebookProgram


def place(code: str, before: str) -> Place:
    """The place behind a piece of a cell."""
    place = cajal_at(code, code.index(before) + len(before))
    assert place is not None
    return place


def plain(reply: Reply) -> str:
    return reply["data"]["text/plain"]


def test_completion_counts_from_the_start_of_the_cell(program: NotebookProgram) -> None:
    code = "%%time\nif no then"
    assert completion(program, place(code, "no")) == {
        "status": "ok",
        "matches": ["not", "nought"],
        "cursor_start": 10,
        "cursor_end": 12,
        "metadata": {
            "_jupyter_types_experimental": [
                {"start": 10, "end": 12, "text": "not", "type": "function", "signature": "Bool -o Bool"},
                {"start": 10, "end": 12, "text": "nought", "type": "instance", "signature": "Nat"},
            ]
        },
    }


def test_a_magic_completes_what_it_takes(program: NotebookProgram) -> None:
    assert completion(program, place("%source So", "So"))["matches"] == []
    assert completion(program, place("%source Si", "Si"))["matches"] == ["Side"]
    assert completion(program, place("%help the", "the"))["matches"] == ["then"]


def test_a_bound_variable_hides_the_definition_of_its_name(program: NotebookProgram) -> None:
    hidden = explanation(program, place("\\not:Nat. not", ". not"))
    assert plain(hidden).startswith("not : Nat\n\nA bound variable")
    assert (hidden["status"], hidden["found"]) == ("ok", True)
    assert plain(explanation(program, place("%%time\nnot true", "not"))).startswith("not : Bool -o Bool\n")


def test_what_is_unknown_is_a_reply_too(program: NotebookProgram) -> None:
    for code in ("nowhere", "3"):
        reply = explanation(program, place(code, code))
        assert reply == {"status": "ok", "found": False, "data": {}, "metadata": {}}
