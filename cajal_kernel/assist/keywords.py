"""Every word of the language: its form, its rule in words, an example. For Shift-Tab and `word?`."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_kernel.assist.tokens import SYMBOLS


@dataclass(frozen=True)
class Keyword:
    """`form` is how it is written, `rule` what holds of it, `example` a cell that runs by itself."""

    form: str
    rule: str
    example: str


_IF = Keyword(
    "if c then t else e",
    "c is a Bool; both branches have one type and use the same variables. It means c[0] t + c[1] e.",
    r"\b:Bool. if b then false else true",
)
_ITER = Keyword(
    "iter n { zero => b | succ y => s }",
    "b, then s n times, with y the value so far. The step s sees y and top-level names, no other variable.",
    "iter 3 { zero => true | succ y => if y then false else true }",
)
_LET = Keyword(
    "let x = s in t,  let (x, y) = s in t,  let x : A = s in t",
    "Names s, or the parts of a pair, in t; each name is used there exactly once. `_` drops a part.",
    "let (x, y) = (true, 3) in if x then y else succ y",
)
_COPY = Keyword(
    "copy s as (x, y) in t,  copy s as (x, y, z) in t",
    "Copies of a value of a data type, each used exactly once in t. Functions and spaces have no copies.",
    r"\b:Bool. copy b as (x, y) in if x then y else y",
)
_DROP = Keyword("drop s in t", "Uses s, a value of a data type, and forgets it.", r"\b:Bool. drop b in 3")
_FOLD = Keyword(
    "fold xs { nil => b | cons x y => s },  fold xs { nil => b | snoc y x => s }",
    "Reads a list from its end, or with snoc from its start: b is the state at first, y the state so far, x "
    "an element. The step s sees x, y and top-level names, no other variable.",
    "fold [true, false, true] { nil => 0 | cons x n => if x then succ n else n }",
)
_NIL = Keyword(
    "nil : List[k] A", "The empty list, `[]` too; in `fold` and `case`, its arm.", "(nil : List Bool)"
)
_CONS = Keyword(
    "cons x xs",
    "The list xs with x before it; `[x, y]` is cons x (cons y nil). In `case` and `fold`, its arm.",
    "cons true [false]",
)
_TRUE = Keyword("true, tt : Bool", "The basis vector e0.", "true")
_FALSE = Keyword("false, ff : Bool", "The basis vector e1.", "false")

KEYWORDS: dict[str, Keyword] = {
    "def": Keyword(
        "def f (x : A) (!g : B) : C = t",
        "A definition, used any number of times. Each parameter is used exactly once in t, a reusable one, "
        "marked `!`, any number of times.",
        "def not (x : Bool) : Bool = if x then false else true",
    ),
    "extern": Keyword(
        "extern f : A -o B",
        "A parameter that Python links to a tensor, a module or a function on tensors: `%link f=network`.",
        "extern f : Bool -o Bool",
    ),
    "learn": Keyword(
        "learn f : A -o B",
        "A tensor of this type that is trained, one for all neurons that use it.",
        "learn f : Bool -o Bool",
    ),
    "space": Keyword(
        "space Name[d1, d2]",
        "A real vector space of this shape; its values come from Python.",
        "space Image[28, 28]",
    ),
    "data": Keyword(
        "data Name = C A B | D",
        "A data type: a value is a constructor with a value for each of its fields.",
        "data Shape = Dot | Box Nat[4] Nat[4]",
    ),
    "type": Keyword("type Name = A", "Another name for a type, nothing more.", "type Digit = Nat[10]"),
    "use": Keyword(
        "use module,  use module (f, g)",
        "Runs a module where it stands: a file beside the notebook, or one of the library.",
        "use logic (and, or)",
    ),
    "if": _IF,
    "then": _IF,
    "else": _IF,
    "iter": _ITER,
    "zero": Keyword("zero : Nat", "The number 0; in `iter`, the arm where the count is 0.", "zero"),
    "succ": Keyword(
        "succ t",
        "One more; what does not fit its type overflows. In `iter`, the arm of a step.",
        "succ (succ 1)",
    ),
    "case": Keyword(
        "case s { C x y => t | D => u },  case s { 3 => t | _ => u }",
        "An arm for each constructor of the type of s, with a name for each field, or a last arm `_` or `x` "
        "for all others. All arms use the same variables.",
        "case 3 { zero => zero | succ m => m }",
    ),
    "fold": _FOLD,
    "nil": _NIL,
    "cons": _CONS,
    "snoc": _FOLD,
    "fail": Keyword(
        "fail",
        "A term of any type without a result, the vector 0. It uses up all variables that are left.",
        r"\b:Bool. if b then 3 else fail",
    ),
    "dict": Keyword(
        "dict ks vs : K -o V",
        "The function that looks a key up: of keys and values, `ks : K ^ n` and `vs : V ^ n`, the i-th "
        "belong together.",
        "dict <true, false> <1, 0> true",
    ),
    "let": _LET,
    "in": _LET,
    "copy": _COPY,
    "as": _COPY,
    "drop": _DROP,
    "true": _TRUE,
    "tt": _TRUE,
    "false": _FALSE,
    "ff": _FALSE,
    "Bool": Keyword("Bool", "The type of true and false; a vector of 2 numbers.", "(true : Bool)"),
    "Unit": Keyword("Unit", "The type of `()`; a vector of 1 number.", "(() : Unit)"),
    "Nat": Keyword(
        "Nat, Nat[k]",
        "The type of 0 … k-1; a vector of k numbers. Without a size it is the notebook's: `%nat`.",
        "(2 : Nat[3])",
    ),
    "List": Keyword(
        "List A, List[k] A",
        "The type of lists of at most k elements. Without a number it is one less than `%nat`.",
        "([true, false] : List[3] Bool)",
    ),
}

SIGNS: dict[str, str] = {
    "λ": r"\x:A. t   a function; x is used exactly once in t",
    "⊸": "A -o B   the type of functions from A to B, a matrix of dim B rows and dim A columns",
    "⊗": "A * B   the type of pairs (a, b), a vector of dim A times dim B numbers",
    "↪": "->   in `iter { b | y -> s } n`",
}
"""What the signs are that Tab makes."""


def keyword_text(word: str, prefix: str = "") -> str:
    """What Shift-Tab shows of a word or a sign. `prefix` begins the notebook's magics."""
    if word in SIGNS:
        names = [name for name, sign in SYMBOLS.items() if sign == word]
        return f"{word} is {SIGNS[word]}\n\nWrite it with Tab: {', '.join(names)}"
    keyword = KEYWORDS[word]
    rule = keyword.rule.replace("`%", f"`%{prefix}")
    return f"{keyword.form}\n\n{rule}\n\nExample:\n  {keyword.example}"
