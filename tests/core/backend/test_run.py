"""One run of a neuron: what it calls, and by which method its recurrences are run."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from cajal_core import CajalError, Program
from cajal_core.backend import plan, run
from cajal_core.backend.plan import METHODS, Method, Task, plans
from cajal_core.backend.recurrence import run_loop
from cajal_core.ir.analysis import SHORT
from cajal_core.terms.values import OverflowMode

SOURCE = """
space V[6]
extern step : V -o V
def run (v : V) (n : Nat) : V = iter n { zero => v | succ y => step y }
def powers (!f : V -o V) (v : V) (n : Nat) : V = iter n { zero => v | succ y => f y }
def even (n : Nat) : Bool = iter n { zero => true | succ b => if b then false else true }
"""


def relative(found: Tensor, expected: Tensor) -> float:
    return float((found - expected).norm() / expected.norm())


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[Task]:
    """The recurrences for which methods are compared."""
    tasks = list[Task]()

    def noting(task: Task) -> list[object]:
        tasks.append(task)
        return [*plans(task)]

    monkeypatch.setattr(plan, "plans", noting)
    return tasks


def test_a_short_recurrence_is_looped_and_a_longer_one_is_planned(planned: list[Task]) -> None:
    program = Program()
    program.run(SOURCE)
    matrix = torch.rand(6, 6) / 6
    for size in (SHORT, SHORT + 1):
        neuron = program.compile("run", nat_size=size, link={"step": matrix})
        v, n = torch.rand(2, 1, 6), torch.rand(1, 3, size)
        torch.testing.assert_close(neuron(v, n), run_loop(n, v, lambda state: state @ matrix.T))
    assert planned == [Task(SHORT + 1, 6, batch=6, step_work=36)]


def test_a_method_that_is_forced_is_taken_however_short_it_is(
    planned: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    methods = list[Method]()
    monkeypatch.setattr(run, "run_matrix", lambda method, *_: methods.append(method) or torch.zeros(6))
    program = Program(nat_size=4)
    program.run(SOURCE)
    neuron = program.compile("run", link={"step": torch.eye(6)})
    neuron.methods["y"] = "doubling"
    neuron(torch.rand(6), torch.rand(4))
    assert methods == ["doubling"]
    neuron.methods["y"] = "pointer-jumping"  # no step of numbers, so the cheapest is taken
    neuron(torch.rand(6), torch.rand(4))
    assert planned[-1] == Task(4, 6, batch=1, step_work=36)
    assert plans(planned[-1])[0].method == "loop"
    assert methods == ["doubling"]


def test_an_extern_is_called_in_the_dtype_of_the_arguments() -> None:
    program = Program()
    program.run("extern f : Bool -o Bool")
    x = torch.rand(3, 2)
    matrix = torch.rand(2, 2, dtype=torch.float64)
    found = program.compile("f", link={"f": matrix})(x)
    torch.testing.assert_close(found, x @ matrix.float().T)
    with pytest.raises(RuntimeError) as caught:
        program.compile("f", link={"f": lambda x: x.reshape(2, 2)})(x)
    assert "linked to the extern `f`" in caught.value.__notes__[0]
    with pytest.raises(ZeroDivisionError) as caught:
        program.compile(r"\g:Bool -o Bool. \x:Bool. g x")(lambda _: 1 / 0, x)
    assert "linked to the argument `g`" in caught.value.__notes__[0]


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_what_was_not_finite_before_is_no_explosion(value: float) -> None:
    program = Program(nat_size=100)
    program.run(SOURCE)
    neuron = program.compile("run", link={"step": torch.eye(6)})
    assert not neuron(torch.full((6,), value), torch.eye(100)[0]).isfinite().any()


@pytest.mark.parametrize("method", METHODS)
def test_a_neuron_by_every_method(method: Method) -> None:
    program = Program(nat_size=50)
    program.run(SOURCE)
    matrix = torch.linalg.qr(torch.randn(6, 6))[0]
    v, n = torch.randn(1, 3, 6), torch.rand(2, 1, 50)
    neuron = program.compile("run", link={"step": matrix})
    expected = run_loop(n, v, lambda state: state @ matrix.T)
    neuron.methods["y"] = method
    assert relative(neuron(v, n), expected) < 1e-5
    matrices = torch.linalg.qr(torch.randn(1, 3, 6, 6))[0]
    given = program["powers"]
    given.methods["y"] = method
    expected = run_loop(n, v, lambda state: (matrices @ state.unsqueeze(-1)).squeeze(-1))
    assert relative(given(matrices, v, n), expected) < 1e-5


@pytest.mark.parametrize("overflow", ["truncate", "saturate"])
def test_a_neuron_jumps_where_a_step_sends_numbers_to_numbers(overflow: OverflowMode) -> None:
    program = Program(nat_size=200, overflow=overflow)
    program.run("def add (m : Nat) (n : Nat) : Nat = iter m { zero => n | succ k => succ k }")
    add = program["add"]
    assert add.plan().splitlines()[1].split()[3:5] == ["pointer-jumping", "*"]
    m, n = torch.rand(1, 3, 200), torch.rand(2, 1, 200)
    found = add(m, n)
    add.methods["k"] = "loop"
    torch.testing.assert_close(found, add(m, n))


def test_the_matrix_of_a_step_is_not_made_where_the_loop_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    def made(*_: object) -> Tensor:
        raise AssertionError

    monkeypatch.setattr(run, "step_matrix", made)
    program = Program(nat_size=1500)
    program.run(
        """def add (m : Nat) (n : Nat) : Nat = iter m { zero => n | succ k => succ k }
def mul (!n : Nat) (m : Nat[20]) : Nat = iter m { zero => 0 | succ k => add n k }"""
    )
    found = program["mul"](torch.eye(1500)[[3, 70]], torch.eye(20)[19])
    assert found.argmax(-1).tolist() == [57, 1330]


@pytest.mark.parametrize("size", [65_535, 65_537])
def test_numbers_beyond_two_bytes_are_added_by_an_index(size: int) -> None:
    program = Program(nat_size=size)
    program.run("def add (m : Nat) (n : Nat) : Nat = iter m { zero => n | succ k => succ k }")
    m, n = torch.zeros(size), torch.zeros(size)
    m[300], n[7] = 1, 1
    assert program["add"].plan().splitlines()[1].split()[3:5] == ["pointer-jumping", "*"]
    assert program["add"](m, n).argmax() == 307


def test_a_callable_step_is_looped_whatever_is_forced() -> None:
    program = Program(nat_size=50)
    program.run(SOURCE)
    neuron = program.compile("run", link={"step": torch.tanh})
    neuron.methods["y"] = "doubling"
    v, n = torch.randn(3, 6), torch.rand(3, 50)
    torch.testing.assert_close(neuron(v, n), run_loop(n, v, torch.tanh))


def test_a_recurrence_that_explodes_says_so() -> None:
    program = Program(nat_size=300)
    program.run(SOURCE)
    neuron = program.compile("run", link={"step": 4 * torch.eye(6)})
    with pytest.raises(CajalError, match="the recurrence of `y` over 300 steps grew past the largest number"):
        neuron(torch.ones(6), torch.eye(300)[299])


def test_a_long_loop_masks_states_of_weight_zero_while_torch_batches_it() -> None:
    program = Program()
    program.run("space V[400]\nextern step : V -o V")
    neuron = program.compile(
        r"\n:Nat[20]. \v:V. iter n { zero => v | succ y => step y }", link={"step": 1e9 * torch.eye(400)}
    )
    n, v = torch.eye(20)[:2], torch.ones(2, 400)
    torch.testing.assert_close(torch.vmap(neuron)(n, v), torch.stack([v[0], 1e9 * v[1]]))


def test_torch_s_transforms_take_long_recurrences() -> None:
    program = Program(nat_size=70)
    program.run(SOURCE)
    neuron = program.compile("run", link={"step": torch.linalg.qr(torch.randn(6, 6))[0]})
    n, v = torch.rand(70), torch.rand(4, 6)
    torch.testing.assert_close(torch.vmap(lambda each: neuron(each, n))(v), neuron(v, n))
    by_column = torch.func.jacfwd(lambda each: neuron(each, n))(v[0])
    torch.testing.assert_close(by_column, torch.func.jacrev(lambda each: neuron(each, n))(v[0]))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("size", [500, 4000, 5000, 60000, 70000])
@pytest.mark.parametrize(
    "term",
    [
        r"\n:Nat. iter n { zero => true | succ b => if b then false else true }",
        r"\n:Nat. drop n in true",
        r"\n:Nat. iter n { zero => (true, 1) | succ p => let (b, k) = p in (if b then false else true, k) }",
    ],
)
def test_sums_of_half_precision_are_taken_in_single(dtype: torch.dtype, size: int, term: str) -> None:
    program = Program(nat_size=2)
    neuron = program.compile(term.replace("Nat.", f"Nat[{size}]."))
    n = torch.full((size,), 2**-12, dtype=dtype)
    found = neuron(n)
    assert found.dtype == dtype
    torch.testing.assert_close(found.double(), neuron(n.double()), rtol=1e-2, atol=0)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_many_branches_and_many_steps_in_half_precision(dtype: torch.dtype) -> None:
    arms = [f"C{place}" for place in range(600)]
    program = Program(nat_size=600)
    program.run(f"data T = {' | '.join(arms)}\nspace V[2]\nextern v : V\nextern step : V -o V")
    cases = " | ".join([f"{arm} => v" for arm in arms])
    weights, v = torch.full((600,), 2**-9, dtype=dtype), torch.tensor([1.0, 0.5], dtype=dtype)
    neuron = program.compile(rf"\t:T. case t {{ {cases} }}", link={"v": v})
    expected = v.float() * 600 * 2**-9
    torch.testing.assert_close(neuron(weights).float(), expected, rtol=1e-2, atol=0)
    for link in (torch.eye(2, dtype=dtype), lambda y: y):
        looped = program.compile(
            r"\v:V. \n:Nat. iter n { zero => v | succ y => step y }", link={"step": link}
        )
        torch.testing.assert_close(looped(v, weights).float(), expected, rtol=1e-2, atol=0)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_autocast_holds_for_what_is_linked_alone(dtype: torch.dtype) -> None:
    program = Program(nat_size=6000)
    program.run("extern f : Bool -o Bool")
    seen = list[torch.dtype]()
    network = torch.nn.Linear(2, 2)
    network.register_forward_hook(lambda _, __, result: seen.append(result.dtype))
    term = r"\n:Nat. f (iter n { zero => true | succ b => if b then false else true })"
    neuron = program.compile(term, link={"f": network})
    n = torch.rand(3, 6000) / 6000
    seen.clear()  # it was called when it was linked
    with torch.autocast("cpu", dtype=dtype):
        found = neuron(n)
    assert (seen, found.dtype) == ([dtype], torch.float32)
    torch.testing.assert_close(found, neuron(n), rtol=2e-2, atol=2e-2)
