"""Deep nesting ends in a result or in a `CajalError`, in every way that the grammar nests."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from torch import Tensor

from cajal_core import CajalError, Program

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
def test_deep(way: str) -> None:
    ended(NESTED[way](DEEP))


@pytest.mark.parametrize("way", NESTED)
def test_around_the_limit(way: str) -> None:
    """Just what is accepted is the hardest for the passes behind the parser."""
    for depth in (990, 1010):
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
