"""Programs: cells, redefinition, nat_size, and the errors of the Python interface."""

import pickle
from typing import Any

import pytest
import torch

from cajal_core import CajalError, Program, load, shape
from cajal_core.ir.graph import Graph
from cajal_core.ir.lower import lower
from cajal_core.terms import core
from cajal_core.terms.values import OverflowMode

NOT = "def not (x : Bool) : Bool = if x then false else true"


def test_a_result_for_each_item() -> None:
    results = Program().run(f"{NOT}\nspace V[3]\nextern f : V -o Bool\nnot true; not")
    assert [(r.kind, r.name, str(r.type), str(r.value)) for r in results] == [
        ("def", "not", "Bool -o Bool", "None"),
        ("space", "V", "None", "None"),
        ("extern", "f", "V -o Bool", "None"),
        ("term", None, "Bool", "false"),
        ("term", None, "Bool -o Bool", "None"),
    ]
    assert results[0].neuron().matrix().tolist() == [[0, 1], [1, 0]]
    assert results[3].neuron()().tolist() == [0, 1]


def test_a_cell_with_a_mistake_changes_nothing() -> None:
    program = Program()
    program.run(NOT)
    with pytest.raises(CajalError):
        program.run("def not (x : Bool) : Bool = x\nspace V[2]\nnot 3")
    assert program.names == ["not"]
    assert str(program.evaluate("not true")) == "false"
    with pytest.raises(CajalError, match="unknown type `V`"):
        program.run("extern f : V")


def test_a_wrong_body_still_lends_its_type() -> None:
    with pytest.raises(CajalError) as caught:
        Program().run("def f (x : Bool) : Nat = x\nf true\nf 3")
    assert [error.title for error in caught.value.errors] == [
        "expected Nat, got Bool",
        "expected Bool, got Nat",
    ]


def test_a_definition_sees_only_what_stands_before_it() -> None:
    with pytest.raises(CajalError, match="unknown name `f`"):
        Program().run("def f : Bool = f")


def test_a_nat_without_a_size_takes_that_of_the_compilation() -> None:
    program = Program()
    program.run("def three : Nat = 3\ndef add3 (n : Nat) : Nat = iter three { zero => n | succ k => succ k }")
    assert program.compile("add3", nat_size=5).matrix().shape == (5, 5)
    assert program["add3"].matrix().shape == (10, 10)
    with pytest.raises(CajalError, match=r"3 does not fit Nat\[3\]") as caught:
        program.compile("add3", nat_size=3)
    assert caught.value.errors[0].span is not None
    assert caught.value.errors[0].span.text == "3"
    program.nat_size = 3
    with pytest.raises(CajalError, match=r"3 does not fit Nat\[3\]"):
        program.run("add3 1")


def test_overflow_is_an_error_of_the_cell_or_saturates() -> None:
    with pytest.raises(CajalError, match=r"succ 9 does not fit Nat\[10\]"):
        Program().run("succ 9")
    assert str(Program(overflow="saturate").evaluate("succ 9")) == "9"
    program = Program()
    assert program.compile(r"\n:Nat. succ n").matrix()[:, 9].tolist() == [0] * 10
    assert program.compile(r"\n:Nat. succ n", overflow="saturate").matrix()[:, 9].tolist() == [0] * 9 + [1]


def test_a_bare_item_that_needs_an_extern_shows_its_type() -> None:
    *_, result = Program().run("extern b : Bool\nif b then 1 else 2")
    assert str(result.type) == "Nat"
    assert result.value is None


@pytest.mark.parametrize("text", ["", "true; false", "def f : Bool = true"])
def test_a_single_term_is_asked_for(text: str) -> None:
    with pytest.raises(CajalError, match="expected a single term"):
        Program().type(text)


def test_links_of_a_program_serve_its_later_neurons() -> None:
    program = Program()
    program.run("extern b : Bool\ndef f : Bool = b")
    program.link(b=torch.tensor([0.25, 0.75]))
    assert program["f"]().tolist() == [0.25, 0.75]
    assert program.compile("f", link={"b": torch.tensor([1.0, 0.0])})().tolist() == [1, 0]
    program.run("extern b : Bool")
    assert not program["f"].unlinked
    program.run("extern b : Nat\ndef g : Nat = b")
    assert list(program["g"].unlinked) == ["b"]
    with pytest.raises(CajalError, match="there is no extern `c` to link"):
        program.link(c=torch.zeros(2))


def test_one_extern_at_two_types_is_refused() -> None:
    program = Program()
    program.run("extern b : Bool\ndef f : Bool = b")
    program.run("extern b : Nat")
    with pytest.raises(CajalError, match="`b` is reached with two meanings: `extern b : Bool` and"):
        program.compile("if f then b else b")


def test_an_old_space_is_marked() -> None:
    program = Program()
    program.run("space V[2]\nextern v : V")
    program.run("space V[2]\nextern f : V -o Bool\nf v")
    program.run("space V[3]\nextern f : V -o Bool")
    with pytest.raises(CajalError, match=r"expected V, got V \(old\)"):
        program.run("f v")


@pytest.mark.parametrize("size", [0, -1, 2.5, "3", True])
def test_a_bad_nat_size_is_refused(size: object) -> None:
    with pytest.raises(CajalError, match="nat_size must be a whole number"):
        Program(nat_size=size)  # type: ignore[arg-type]


def test_a_bad_overflow_is_refused() -> None:
    with pytest.raises(CajalError, match="overflow must be"):
        Program(overflow="wrap")  # type: ignore[arg-type]


def test_a_type_is_no_term() -> None:
    program = Program()
    program.run("space Image[2]")
    with pytest.raises(CajalError, match="`Image` is a type, not a term"):
        program.compile("Image")


def test_a_link_of_the_program_that_does_not_fit_is_left_out() -> None:
    """Another size, and an extern declared again, are other types under the same name."""
    program = Program()
    program.run("extern f : Nat -o Nat\ndef g (n : Nat) : Nat = f n")
    program.link(f=torch.eye(10))
    assert program["g"].matrix().shape == (10, 10)
    assert program.compile("g", nat_size=4, link={"f": torch.eye(4)}).matrix().shape == (4, 4)
    assert program.compile("g", nat_size=4).unlinked
    program.run("extern f : Nat -o Bool")
    program.link(f=torch.rand(2, 10))
    assert program["g"].unlinked


def test_a_definition_is_compiled_once_and_again_when_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    lowered = list[str]()

    def counting(term: core.Term, overflow: OverflowMode = "truncate") -> Graph:
        lowered.append(term.span.text)
        return lower(term, overflow)

    monkeypatch.setattr("cajal_core.program.program.lower", counting)
    program = Program()
    program.run("def f (x : Bool) : Bool = x\ndef g (x : Bool) : Bool = f x\nlearn w : Bool -o Bool")
    first, second = program["g"], program["g"]
    assert lowered == ["g"]
    assert first is not second
    assert program.compile("g", overflow="saturate").matrix().tolist() == [[1, 0], [0, 1]]
    assert lowered == ["g", "g"]
    program.run("def f (x : Bool) : Bool = if x then false else true\ndef g (x : Bool) : Bool = f x")
    assert program["g"].matrix().tolist() == [[0, 1], [1, 0]]
    # What is learned is each neuron's own.
    assert program["w"].learned["w"] is program["w"].learned["w"]


def test_a_program_pickles_before_and_after_it_compiled() -> None:
    program = Program(nat_size=3, overflow="saturate", auto=True, verify=True)
    program.run(f"{NOT}\nextern f : Bool -o Bool\ndef g (x : Bool) : Bool = f (not x)\ndata Side = L | R")
    program.link(f=torch.eye(2))
    for _ in range(2):
        again = pickle.loads(pickle.dumps(program))
        assert (again.names, again.nat_size, again.overflow) == (["not", "f", "g"], 3, "saturate")
        assert again.auto and again.verify
        assert again["g"].matrix().tolist() == program["g"].matrix().tolist() == [[0, 1], [1, 0]]
        assert str(again.evaluate("not true")) == "false"
        assert again.run("L")[0].type == program.run("L")[0].type


def test_a_program_of_many_definitions_pickles() -> None:
    program = Program()
    program.run("def f0 : Bool = true\n" + "\n".join(f"def f{i} : Bool = f{i - 1}" for i in range(1, 2000)))
    assert str(pickle.loads(pickle.dumps(program)).evaluate("f1999")) == "true"


def test_a_neuron_knows_how_long_each_pass_took() -> None:
    program = Program(nat_size=4, auto=True)
    *_, result = program.run(r"def f (g : Bool -o Bool) (x : Bool) : Bool = g x")
    neuron = program["f"]
    called = ["parse", "check", "insert_copies", "verify", "lower", "tabulate", "fuse", "emit", "specialize"]
    assert sorted(neuron.timings) == sorted(called)
    assert all(seconds > 0 for seconds in neuron.timings.values())
    assert str(neuron.timings).splitlines()[-1].split()[0] == "total"
    # A neuron from a cell counts the check of its own item, and no parse: cells are parsed whole.
    assert sorted(result.neuron().timings) == sorted({*called} - {"parse"})
    # Code that is there already took as long as it did then; what a matrix needs is added.
    assert program["f"].timings["lower"] == neuron.timings["lower"]
    before = neuron.timings
    neuron.matrix()
    assert neuron.timings["specialize"] > before["specialize"]
    before.clear()
    assert neuron.timings


def test_a_definition_that_no_longer_fits_is_the_only_mistake() -> None:
    program = Program()
    program.run("def big : Nat = 9")
    program.nat_size = 5
    with pytest.raises(CajalError) as caught:
        program.run("def h : Nat = big\nh")
    assert [mistake.title for mistake in caught.value.errors] == ["9 does not fit Nat[5]"]


def test_deep_types_are_compared_wherever_they_are() -> None:
    program = Program()
    declared = f"extern h : {' * '.join(['Unit'] * 990)}"
    program.run(declared)
    program.link(h=torch.ones(1, 1))
    program.run(declared)
    assert list(program.state.links) == ["h"]
    assert program.type("h") == load(declared).type("h")


def test_a_program_is_shown_with_its_settings_and_names() -> None:
    program = Program(nat_size=8, overflow="saturate", auto=True)
    assert repr(program) == "Program(nat_size=8, overflow='saturate', auto=True)"
    program.run(
        "data Light = Red | Green\nspace Image[3]\nextern f : Image -o Nat\nlearn t : Light\ndef n : Nat = 7"
    )
    program.nat_size = 5
    assert repr(program).split("\n  ") == [
        "Program(nat_size=5, overflow='saturate', auto=True)",
        "data Light",
        "space Image",
        "extern f : Image -o Nat",
        "learn t : Light",
        "n, which Nat[5] does not fit: 7 does not fit Nat[5]",
    ]
    program.run("\n".join(f"def d{number} : Bool = true" for number in range(200)))
    assert repr(program).endswith("\n  … and 103 more")


def test_externs_have_the_types_of_the_present_size() -> None:
    program = Program()
    program.run("extern f : Nat -o Bool\ndef g (n : Nat) : Bool = f n")
    before = program.externs
    program.nat_size = 4
    assert [shape(type) for type in (before["f"], program.externs["f"])] == [(2, 10), (2, 4)]


def test_a_program_is_not_asked_for_a_term_that_is_a_number() -> None:
    program: Any = Program()
    for ask in (lambda: "f" in program, lambda: list(program)):
        with pytest.raises(TypeError, match="not iterable"):
            ask()
