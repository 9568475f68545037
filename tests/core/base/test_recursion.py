"""Deep nesting ends in a result or in a `CajalError`, in every way that the grammar nests."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextvars import ContextVar

import pytest
import torch
from torch import Tensor

from cajal_core import CajalError, Program
from cajal_core.base import recursion
from cajal_core.base.recursion import deep
from cajal_core.base.tys import Bool, Product, Type

DEEP = 3000
#: Deep for Python's own recursion limit, and well within what the language promises nothing about.
SHALLOW = 60

PRELUDE = (
    "def not (x : Bool) : Bool = if x then false else true\nextern hungry : Bool -o Bool\ndata Ab = A | B\n"
)

#: For each way to nest, a program so many levels deep.
NESTED: dict[str, Callable[[int], str]] = {
    "parentheses": lambda n: "(" * n + "true" + ")" * n,
    "parentheses in arguments": lambda n: "not (" * n + "true" + ")" * n,
    "application": lambda n: "hungry" + " true" * n,
    "application of applications": lambda n: "(" * n + "not" + " true)" * n,
    "lambda": lambda n: "".join(rf"\x{i}:Bool. " for i in range(n)) + "true",
    "lambda that uses all": lambda n: (
        "".join(rf"\x{i}:Bool. " for i in range(n)) + "".join(f"drop x{i} in " for i in range(n)) + "true"
    ),
    "lambda without a type": lambda n: "(" + "\\x. " * n + "x : Bool)",
    "lambda of parameters": lambda n: "\\" + "(x : Bool) " * n + ". x",
    "redexes": lambda n: r"(\x:Bool. x) (" * n + "true" + ")" * n,
    "redexes at the left": lambda n: "(" * n + r"\x:Bool. x" + ") true" * n,
    "condition": lambda n: "if " * n + "true" + " then true else false" * n,
    "consequent": lambda n: "if true then " * n + "true" + " else false" * n,
    "alternative": lambda n: "if true then false else " * n + "true",
    "let, bound": lambda n: "let x = " * n + "true" + " in x" * n,
    "let, body": lambda n: "let x = true in " + "let x = not x in " * n + "x",
    "let of functions": lambda n: r"let f = \x:Bool. x in " + r"let f = \x:Bool. f x in " * n + "f true",
    "succ": lambda n: "succ (" * n + "0" + ")" * n,
    "count": lambda n: "iter " * n + "0" + " { zero => 1 | succ x => x }" * n,
    "base": lambda n: "iter 1 { zero => " * n + "true" + " | succ x => not x }" * n,
    "step": lambda n: (
        "iter 1 { zero => true | succ x => " + "iter 1 { zero => x | succ x => " * n + "x" + " }" * (n + 1)
    ),
    "base, as the papers write it": lambda n: "iter { " * n + "true" + " | x -> not x } 1" * n,
    "step, as the papers write it": lambda n: (
        "iter { true | x -> " + "iter { x | x -> " * n + "x" + " } 1" * n + " } 1"
    ),
    "count, as the papers write it": lambda n: "iter { 1 | x -> x } (" * n + "0" + ")" * n,
    "copy, original": lambda n: "copy " * n + "true" + " as (x, y) in if x then y else not y" * n,
    "copy, body": lambda n: "let x = true in " + "copy x as (x, y) in drop y in " * n + "x",
    "pair, left": lambda n: "(" * n + "true" + ", true)" * n,
    "pair, right": lambda n: "(true, " * n + "true" + ")" * n,
    "pair of many": lambda n: "(" + "true, " * n + "true)",
    "let of a pair, bound": lambda n: "let (x, y) = " * n + "(true, true)" + " in (y, x)" * n,
    "let of a pair, body": lambda n: (
        "let p = (true, true) in " + "let (x, y) = p in let p = (y, x) in " * n + "p"
    ),
    "scrutinee": lambda n: "case " * n + "A" + " { A => B | B => A }" * n,
    "arm": lambda n: "case A { A => A | B => " * n + "B" + " }" * n,
    "products": lambda n: "extern e : " + "Bool * " * n + "Bool",
    "products at the right": lambda n: "extern e : " + "(Bool * " * n + "Bool" + ")" * n,
    "constructors": lambda n: "data D = " + " | ".join(f"C{i}" for i in range(n)),
    "reusable parameters": lambda n: (
        "def g0 (!x : Bool) : Bool = x\n"
        + "".join(f"def g{i} (!x : Bool) : Bool = g{i - 1} (not x)\n" for i in range(1, n))
        + f"g{n - 1} true"
    ),
    "reusable parameters used twice": lambda n: (
        "def g0 (!x : Bool) : Bool = x\n"
        + "".join(f"def g{i} (!x : Bool) : Bool = if x then g{i - 1} x else x\n" for i in range(1, n))
        + f"g{n - 1} true"
    ),
    "dropped": lambda n: "drop " * n + "true" + " in true" * n,
    "drop, body": lambda n: "drop true in " * n + "true",
    "annotation": lambda n: "(" * n + "true" + " : Bool)" * n,
    "annotation of functions": lambda n: "(" * n + r"\x. x" + " : Bool -o Bool)" * n,
    "results of types": lambda n: "extern e : " + "Bool -o " * n + "Bool",
    "arguments of types": lambda n: "extern e : " + "(" * n + "Bool" + " -o Bool)" * n,
    "parentheses in types": lambda n: "extern e : " + "(" * n + "Bool" + ")" * n,
    "types of lambdas": lambda n: rf"\f:{'Bool -o ' * n}Bool. f",
    "types of annotations": lambda n: rf"(hungry : {'Bool -o ' * n}Bool)",
    "parameters": lambda n: "def f " + "".join(f"(x{i} : Bool) " for i in range(n)) + ": Bool = true",
    "sizes": lambda n: f"space S[{', '.join(['1'] * n)}]",
    "comments": lambda n: "{- " * n + "-} " * n + "true",
    "definitions": lambda n: (
        "def f0 : Bool = true\n"
        + "".join(f"def f{i} : Bool = not f{i - 1}\n" for i in range(1, n))
        + f"f{n - 1}"
    ),
    "definitions of functions": lambda n: (
        "def f0 (x : Bool) : Bool = x\n"
        + "".join(f"def f{i} (x : Bool) : Bool = not (f{i - 1} x)\n" for i in range(1, n))
        + f"f{n - 1} true"
    ),
    "one name redefined": lambda n: (
        "def f (x : Bool) : Bool = x\n" + "def f (x : Bool) : Bool = f x\n" * n + "f true"
    ),
    "definitions that double": lambda n: (
        "def f0 (x : Bool) : Bool = x\n"
        + "".join(f"def f{i} (x : Bool) : Bool = f{i - 1} x\n" for i in range(1, min(n, 12)))
        + "f0 (f1 true)"
    ),
    "items": lambda n: "true\n" * min(n, 300),
    "open parentheses": lambda n: "(" * n,
    "open braces": lambda n: "iter 1 { zero => " * n,
    "closed parentheses": lambda n: "true" + ")" * n,
    "conditions without branches": lambda n: "if " * n,
    "lambdas without bodies": lambda n: "\\x. " * n,
    "arrows without results": lambda n: "extern e : " + "Bool -o " * n,
    "open comments": lambda n: "{- " * n,
    "mixed": lambda n: (
        r"if (\x:Bool. x) true then let y = true in (copy y as (a, b) in drop a in b : Bool) else (" * n
        + "true"
        + ")" * n
    ),
}


def ended(text: str) -> str:
    """Runs a cell and all that a user may ask about it; any exception but `CajalError` gets out."""
    program = Program()
    program.run(PRELUDE)
    try:
        program.run(text)
    except CajalError as error:
        assert str(error)
        assert all(len(str(each.title)) < 2000 for each in error.errors)
        return "refused"
    for ask in (
        program.type,
        program.evaluate,
        lambda term: program.compile(term).link(hungry=nothing).matrix(),
    ):
        last = text.strip().split("\n")[-1]
        try:
            str(ask(last))
        except CajalError as error:
            assert str(error)
    return "accepted"


def nothing(x: Tensor) -> Tensor:
    return x


@pytest.mark.parametrize("way", NESTED)
def test_deep(way: str, trials: Callable[[int, int], int]) -> None:
    # The time grows with the square of the depth.
    ended(NESTED[way](trials(DEEP // 2, DEEP) if way == "one name redefined" else DEEP))


#: They nest nothing in the text, so that the parser has no limit which they could be around.
CHAINS = (
    "reusable parameters",
    "reusable parameters used twice",
    "definitions",
    "definitions of functions",
    "one name redefined",
)


@pytest.mark.parametrize("way", NESTED)
def test_around_the_limit(way: str, trials: Callable[[int, int], int]) -> None:
    """Just what is accepted is the hardest for the passes behind the parser."""
    for depth in (990, 1010)[: trials(1, 2) if way in CHAINS else 2]:
        ended(NESTED[way](depth))


WELL_FORMED = [
    "parentheses",
    "parentheses in arguments",
    "lambda that uses all",
    "redexes",
    "condition",
    "consequent",
    "alternative",
    "let, bound",
    "let, body",
    "let of functions",
    "base",
    "step",
    "base, as the papers write it",
    "step, as the papers write it",
    "copy, original",
    "copy, body",
    "pair, left",
    "pair, right",
    "let of a pair, bound",
    "let of a pair, body",
    "scrutinee",
    "arm",
    "reusable parameters",
    "reusable parameters used twice",
    "dropped",
    "drop, body",
    "annotation",
    "annotation of functions",
    "results of types",
    "arguments of types",
    "parentheses in types",
    "comments",
    "definitions",
    "definitions of functions",
    "one name redefined",
    "mixed",
]


@pytest.mark.parametrize("way", WELL_FORMED)
def test_ordinary_depth_is_accepted(way: str) -> None:
    """So that the tests above meet more than the refusal of the parser."""
    assert ended(NESTED[way](12 if "lambda" in way or "types" in way else SHALLOW)) == "accepted"


def test_a_long_chain_of_definitions_has_a_value() -> None:
    program = Program()
    program.run(PRELUDE)
    assert str(program.run(NESTED["definitions"](500))[-1].value) == "false"


def test_on_a_thread_too() -> None:
    """Kernels run cells beside the main thread, where the stack of C is smaller."""
    code = (
        "import threading\n"
        "from cajal_core import CajalError, Program\n"
        "def work():\n"
        "    nested = 'if ' * 990 + 'true' + ' then true else false' * 990\n"
        "    for text in ('(' * 3000 + 'true' + ')' * 3000, nested):\n"
        "        try: Program().run(text); print('accepted')\n"
        "        except CajalError: print('refused')\n"
        "thread = threading.Thread(target=work); thread.start(); thread.join()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert len(done.stdout.split()) == 2, done.stderr


@deep
def depth_of(nested: tuple[object, ...]) -> int:
    return 1 + depth_of(nested[0]) if nested else 0  # type: ignore[arg-type]


def nest(levels: int) -> tuple[object, ...]:
    nested: tuple[object, ...] = ()
    for _ in range(levels):
        nested = (nested,)
    return nested


def test_a_deep_function_goes_on_where_python_would_stop() -> None:
    assert depth_of(nest(20_000)) == 20_000


def test_a_deep_function_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recursion, "DEEPEST", 2_000)
    with pytest.raises(RecursionError, match="more than 2000 calls deep"):
        depth_of(nest(10_000))
    assert depth_of(nest(1_000)) == 1_000


def test_an_exception_passes_through_all_stacks() -> None:
    @deep
    def descend(levels: int) -> int:
        if not levels:
            raise ValueError("at the bottom")
        try:
            return descend(levels - 1)
        finally:
            left.append(levels)

    left = list[int]()
    with pytest.raises(ValueError, match="at the bottom"):
        descend(5_000)
    assert left == list(range(1, 5_001))


def test_what_belongs_to_a_thread_is_there_in_a_deep_recursion() -> None:
    variable = ContextVar("variable", default="outside")
    variable.set("set")

    @deep
    def descend(levels: int) -> tuple[object, ...]:
        if levels:
            return descend(levels - 1)
        return variable.get(), threading.current_thread(), torch.is_grad_enabled()

    with torch.no_grad():
        assert descend(3_000) == ("set", threading.current_thread(), False)


def test_an_interrupt_reaches_a_deep_recursion() -> None:
    # A shell lets its background jobs ignore it, and then Python sets no handler.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    @deep
    def descend(levels: int) -> None:
        if levels:
            descend(levels - 1)
        else:
            signal.raise_signal(signal.SIGINT)

    try:
        with pytest.raises(KeyboardInterrupt):
            descend(3_000)
    finally:
        signal.signal(signal.SIGINT, before)


def test_no_pass_touches_the_recursion_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(limit: int) -> None:
        raise AssertionError(f"the limit belongs to the process, and would be {limit}")

    monkeypatch.setattr(sys, "setrecursionlimit", refused)
    assert ended(NESTED["mixed"](SHALLOW)) == "accepted"
    type: Type = Bool()
    for _ in range(2_000):
        type = Product(type, Bool())
    assert repr(type).startswith("Bool * Bool")


def test_programs_on_two_threads(trials: Callable[[int, int], int]) -> None:
    """Nothing that one thread does ends the other, and the process is left as it was."""
    code = (
        "import sys, threading\n"
        "from cajal_core import Program\n"
        "values = []\n"
        "def work(depth):\n"
        "    program = Program()\n"
        "    program.run('def not (x : Bool) : Bool = if x then false else true')\n"
        "    for levels in (depth, 5, depth):\n"
        "        nested = 'if ' * levels + 'true' + ' then true else false' * levels\n"
        "        values.append(program.run(nested)[0].value)\n"
        "        program['not ' + '(not ' * levels + 'true' + ')' * levels]\n"
        "def endless(): endless()\n"
        "before = sys.getrecursionlimit()\n"
        "sys.setswitchinterval(1e-4)\n"
        "threads = [threading.Thread(target=work, args=(int(depth),)) for depth in sys.argv[1:]]\n"
        "for thread in threads: thread.start()\n"
        "for thread in threads: thread.join()\n"
        "print(*values)\n"
        "assert sys.getrecursionlimit() == before\n"
        "try: endless()\n"
        "except RecursionError: print('bounded')\n"
    )
    depths = ["5", "60", "300", "900"]
    for attempt in range(trials(2, 12)):
        pair = (depths[attempt % 4], depths[-1 - attempt // 4])
        done = subprocess.run(
            [sys.executable, "-c", code, *pair], capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.split() == ["true"] * 6 + ["bounded"]
