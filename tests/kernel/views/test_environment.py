"""The table of names."""

from __future__ import annotations

import cajal_core as cajal
from cajal_kernel.program import NotebookProgram
from cajal_kernel.views.environment import environment, memory, tensor_shape


def test_the_environment_lists_all_and_escapes() -> None:
    program = NotebookProgram()
    program.run("def not (x : Bool) : Bool = if x then false else true\ndef yes : Bool = not false")
    program.run("space Image[2, 3]\nextern step : Image -o Image\ndata Side = L | R")
    program.run("def not (x : Bool) : Bool = x")
    bundle = environment(program)
    lines = bundle["text/plain"].split("\n")
    assert lines[0].split() == ["name", "type", "shape", "memory"]
    cells = {line.split()[0]: " ".join(line.split()[1:]) for line in lines[1:]}
    assert cells["step"] == "Image -o Image (6, 6) 144 B extern"
    assert cells["yes"] == "Bool (2,) 8 B uses the old not"
    assert cells["Side"] == "Side = L | R data"
    assert "<td" in bundle["text/html"]
    assert environment(NotebookProgram())["text/plain"] == "There are no definitions yet."


def test_memory() -> None:
    assert [memory(size) for size in (8, 3136, 2.5e6, 4e15, 7e18)] == [
        "8 B",
        "3.14 kB",
        "2.5 MB",
        "4 PB",
        "7e+03 PB",
    ]


def test_a_declaration_is_shown_without_its_comments() -> None:
    program = NotebookProgram()
    program.run("data {- of {- two -} -} Side -- here\n  = L | R")
    assert environment(program)["text/plain"].split("\n")[1].split() == "Side Side = L | R data".split()


def test_a_definition_with_reusable_parameters_has_no_tensor() -> None:
    program = cajal.Program()
    program.run("def both (x : Bool * Bool) : Bool = let (y, z) = x in if y then z else (drop z in false)")
    program.run("def twice (!f : Bool -o Bool) (x : Bool) : Bool = f (f x)")
    assert tensor_shape(program.type("both")) == (2, 4)
    assert tensor_shape(program.type("twice")) is None


def test_what_goes_through_a_callable_has_no_shape() -> None:
    import torch

    program = NotebookProgram()
    program.run("extern net : Bool -o Bool\nextern other : Bool -o Bool\nlearn t : Bool -o Bool")
    program.run("def f (x : Bool) : Bool = net x\ndef g (x : Bool) : Bool = f (t x)")
    program.run("def plain (x : Bool) : Bool = other x\ndef closed : Bool = net true")
    seed = torch.get_rng_state()

    def rows() -> dict[str, str]:
        lines = environment(program)["text/plain"].splitlines()[1:]
        return {line.split()[0]: " ".join(line.split()[1:]) for line in lines}

    before = rows()
    assert before["f"] == "Bool -o Bool (2, 2) 16 B"
    program.link(net=torch.tanh, other=torch.eye(2))
    after = rows()
    note = "no matrix: not known to be linear"
    assert (after["f"], after["g"]) == (f"Bool -o Bool {note}", f"Bool -o Bool {note}")
    assert after["net"] == f"Bool -o Bool extern; {note}"
    assert all(after[name] == before[name] for name in ("other", "t", "plain", "closed"))
    program.link(net=cajal.linear(torch.tanh))
    assert rows() == before
    assert torch.equal(torch.get_rng_state(), seed)


def test_one_long_name_is_not_paid_for_in_each_line() -> None:
    program = NotebookProgram()
    program.run(f"def {'x' * 10_000} : Bool = true\ndef y : Bool = true")
    bundle = environment(program)
    assert len(bundle["text/plain"]) < 1_000
    assert "x" * 10_000 in bundle["text/html"]


def test_a_list_of_its_type_takes_no_memory() -> None:
    program = NotebookProgram()
    program.run("def nots (xs : List[64] Bool) : List[64] Bool = [if x then false else true | x in xs]")
    assert "PB" not in environment(program)["text/plain"]
