r"""What people write by habit, and what to write instead: a table of patterns over the tokens of an item.

A pattern is a little program. `‸` stands before the token at which the parser gives up. `x` is any name,
`C` any name with a capital, `3` any number, `KEYWORD` any reserved word and `END` the end; other words are
themselves, `Λ*` one that begins so, and `a/b` is either. `…` skips any tokens, `~` those of one phrase.
`START` is the start of the item, and `†` stands before the culprit where that is not the token after `‸`.

It has over 300 lines, because a habit is met where others are not, and the order of the rows decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from cajal_core.base.confusables import EQUALITY, operator
from cajal_core.diagnostics.mistake import Edit
from cajal_core.syntax.lexer import KEYWORDS, Token
from cajal_core.syntax.rewrites import (
    Rewrite,
    annotated,
    applied,
    before,
    capital,
    closed,
    cons_pattern,
    copies,
    declared,
    declared_by,
    empty_list,
    field_of,
    fields,
    first,
    instead,
    joined,
    lambda_word,
    listed,
    next_lambda,
    nothing,
    paired,
    parenthesized,
    renamed,
    separated,
    sized_list,
    small,
)

_LAMBDA = r"a function is written `\x. t`, or `\x:A. t` with its type"
_LAMBDAS = r"a variable with a type has its own `\`: `\x:A. \y:B. t`"
_TYPED = r"variables of one type are written with it in parentheses: `\(x y : A). t`"
_SPACES = r"variables are separated by spaces: `\x y. t`"
_MATCH = "a value is taken apart by `case d { C x => s | D => t }`"
_DEEP = "the parts of a pattern are names, `_` and pairs; a part is taken apart by a `case` of its own"
_LET_PARTS = "`let` takes pairs apart; other values are taken apart by `case s { C x => t | D => u }`"
_PICKED = "of alternatives one is picked, `p.1`; they are not taken apart"
_FOLD = "a list is read by `fold xs { nil => b | cons x y => s }`, or with `snoc y x` from the left"
_CONS_PARTS = "`cons` names two: the first element and the rest, in `fold` the element and the state"
_LIST_CASE = "a list is taken apart by `nil` and `cons x r`, the first element and the rest"
_CONS = "a list with one more element is `cons x xs`; an annotation is `(t : A)`, in parentheses"
_EACH = "a list of results is written `[t | x in xs]`"
_WRITTEN = "the elements of a list are written out: `[1, 2, 3]`"
_WILDCARD = "`_` drops a value and names nothing; what is used has a name"
_CHOICE = "the results of both are written `a <|> b`; for a Bool `use logic` has `or`: write `or x y`"
_AND = "alternatives are written `<a, b>`; for a Bool `use logic` has `and`: write `and x y`"
_NO_AND, _OR, _TIMES = operator("logic", "and x y"), operator("logic", "or x y"), operator("nat", "mul m n")
_APPLIED = "what stands in braces ends there; its result is applied in parentheses: `(fold xs { … }) x`"
_EACH_ALL = "a comprehension takes all elements; `fold xs { nil => nil | cons x r => … }` may leave some out"
_BANG_ONCE = "`!` stands once, before all names of its parentheses: `(!x y : A)`"
_BANG_FIRST = "`!` marks all names of its parentheses, and stands first: `(!x y : A)`, or `(!y : A) (x : A)`"
_BANG_NAMES = "with `!` there are names alone; a pair is taken apart by `let (x, y) = p in t`"
_LIST_OF = "a list type names its elements, and before them how many there are at most: `List[3] Bool`"
_POWER = "`A ^ 3` is a type, with a number from 2 on"
_FIELDS = "the types of the fields follow a constructor: `data T = C A (B * D)`"
_TYPE_OR_DATA = "`type T = A` is another name for a type; a data type is written `data T = C | D`"
_CONS_ALONE = r"`cons` is given both, `cons x xs`; as a function it is `\x xs. cons x xs`"
_DICT_ALONE = r"`dict` is given both, `dict ks vs`; as a function it is `\ks vs. dict ks vs`"
_CONS_ONE = r"`cons` is given a list, too; as a function it is `\xs. cons x xs`"
_DICT_ONE = r"`dict` is given values, too; as a function it is `\vs. dict ks vs`"
_ARGUMENT = "an argument is put in parentheses: `f (‸ …)`"
_SUM = "a sum is declared, `data Sum = L A | R B`; its values are `L x` and `R y`"
_USE = "a module is used by `use logic`, or `use logic (and, or)` for some of its names"
_USE_ONE = "`use` takes one module: `use logic`, or `use logic (and, or)` for some of its names"
_NO_OF = "`case d { C => s | D => t }`, without `of` or `with`"
_ONE_PATTERN = "an arm has one pattern; a last arm `_ => t` stands for all others"
_ARM = "arms are separated by `|`: `{ C => s | D => t }`"
_ITER = "`iter n { zero => s | succ y => t }` has both arms, `zero` first"
_ITER_OF = "in this form the step is written with `->`: `iter { s | y -> t } n`"
_THEN = "a condition is followed by `then`: `if c then t else e`"
_ELSE = "`if` always has both branches: `if c then t else e`"
_LET = "what uses `x` follows `in`: `let x = s in t`"
_LET_DEF = r"inside a term `let f = \x:A. s in t`, at the left margin `def f (x : A) : B = s`"
_COPY = "the copies are in parentheses: `copy s as (x, y) in t`"
_DROP = "what is left follows `in`: `drop s in t`"
_DEF = "a definition is written `def f (x : A) : B = t`"
_VALUE = "a definition is written `def x : A = t`"
_PARAMETER = "a parameter is written `(x : A)`"
_PARAMETERS = "parameters of one type are written `(x y : A)`, others `(x : A) (y : B)`"
_RESULT = "the type of the result follows `:`: `def f (x : A) : B = t`"
_STATED = "a definition states its type: `def f (x : A) : B = t`"
_EXTERN = "an `extern` has no body, Python links it: `extern f : A`; with one it is `def f : A = t`"
_LEARN = "a `learn` has no body, training finds it: `learn w : A`; with one it is `def w : A = t`"
_BUILT_IN = "`Bool`, `Unit`, `Nat` and `List` cannot be declared again"
_NAMES = "names of variables and definitions begin with a lower-case letter"
_NO_TYPE = "types begin with a capital letter, as `Bool` and `Nat` do; no name stands for any type"
_TYPES = "names of types begin with a capital letter"
_CONSTRUCTORS = "constructors begin with a capital letter"
_SEPARATED = "constructors are separated by `|`: `data T = C | D`"
_RESERVED = "`‸` is a reserved word; choose another name"
_SUCC = r"`succ` is always given its number, `succ n`; as a function it is `\n:Nat. succ n`"
_PARTS = "fields have no names; a pair is taken apart by `let (x, y) = p in t`, an alternative is `p.1`"
RECURSION = "a definition sees only those above it; what repeats is an `iter`, and over a list a `fold`"
_REPEATS = "what repeats is an `iter n { zero => s | succ y => t }`"
_WHERE = "what a term uses stands before it: `let x = s in t`, or a `def` above"
_NO_COMMAS = "the parts of a pattern are separated by spaces: `C x y => t`"
_NO_CONDITION = "an arm has no condition of its own: `x => if c then s else t`"
_BANG = "`use logic` has `not`: write `not x`; a reusable parameter is marked, `(!f : A)`, not its argument"

#: Words of other languages, which are names here: what to say where they name nothing.
WORDS = {
    **dict.fromkeys(["of", "with"], _NO_OF),
    **dict.fromkeys(["fun", "fn", "func", "function", "lambda"], _LAMBDA),
    **dict.fromkeys(["match", "switch"], _MATCH),
    **dict.fromkeys(["define", "val", "var", "const"], _DEF),
    "return": f"{_DEF}, and `t` is its value",
    "where": _WHERE,
    **dict.fromkeys(["for", "while", "loop"], _REPEATS),
    "print": "a bare term is shown: write it alone",
    **dict.fromkeys(["foldr", "foldl", "fold_left", "fold_right", "reduce"], _FOLD),
    **dict.fromkeys(["map", "fmap"], f"{_EACH}: here `[f x | x in xs]`"),
    **dict.fromkeys(["zip", "zipWith"], f"{_EACH}, of lists in step `[(x, y) | x in xs, y in ys]`"),
    "filter": f"{_FOLD}; to leave an element out, the step gives `y` alone",
    **dict.fromkeys(["head", "tail"], f"{_LIST_CASE}: `case xs {{ nil => s | cons x r => t }}`"),
    **dict.fromkeys(["fst", "snd"], "a pair is taken apart by `let (x, y) = p in t`"),
    **dict.fromkeys(["inl", "inr"], _SUM),
    **dict.fromkeys(["import", "from", "include", "require"], _USE),
    **dict.fromkeys(["error", "raise", "throw", "undefined"], "a term without a result is `fail`"),
}

#: Types of other languages, where they name nothing here, and what they are called.
TYPE_WORDS = {
    **dict.fromkeys(["Boolean", "Logical"], "Bool"),
    **dict.fromkeys(["Int", "Integer", "Natural", "Fin", "UInt"], "Nat"),
    **dict.fromkeys(["Void", "Null", "None", "Empty"], "Unit"),
}

#: Words that begin a definition in other languages, or a `let` without `in`: what they define may be used.
DECLARING = frozenset({"define", "Def", "val", "var", "const", "let"})

# A pattern, what fits at `‸` or, after `!`, does not, the hint, and how the culprit is rewritten.
# The first row that matches tells.
_TABLE: tuple[tuple[str, str, str] | tuple[str, str, str, Rewrite], ...] = (
    ("‸ = =", "", EQUALITY),
    ("[ … † for … ‸ in", "|", _EACH, instead("|")),
    ("† for/while ~ ‸ in/:/{", "", _REPEATS),
    ("[ … | … in … , ‸ if", "_", _EACH_ALL),
    ("( ! ~ ‸ !", ":", _BANG_ONCE, instead("")),
    ("( ! ~ ‸ (/_", "!Bool !int", _BANG_NAMES),
    ("def x … ( x ~ ‸ !", ":", _BANG_FIRST),
    ("‸ !", "int", _BANG),
    ("‸ !", "", "`!` marks a parameter of a `def`, `(!f : A)`, and stands nowhere else", instead("")),
    ("START ‸ -o/*/=/./=>/->/:/,", "", "a line that goes on with the item above is indented", before("  ")),
    # Declarations
    ("START † fun/fn/func/function/lambda x ‸ : ~ =>", "", _LAMBDA),
    ("START † define/Def/val/var/const/fun/fn/func/function x … ‸ :/=", "", _DEF, instead("def")),
    ("START † enum/newtype C … ‸ =/{/|", "", "a data type is written `data T = C | D`", instead("data")),
    ("type C = … ‸ |/C/Bool/Unit/Nat/List", "end", _TYPE_OR_DATA, declared_by("data")),
    ("START x ‸ : … =", "", _VALUE, first("def ")),
    ("START from x ‸ use", "", _USE),
    ("data/space/type ‸ Bool/Unit/Nat/List", "", _BUILT_IN),
    ("data/space/type ‸ KEYWORD", "", _RESERVED),
    ("data/space/type ‸ x", "", _TYPES, renamed(capital)),
    ("data C ‸ x/C", "=", "a declared type has no parameters: `data T = C | D`"),
    ("type C ‸ x/C", "=", "a declared type has no parameters: `type T = A`"),
    ("data C = ‸ |", "", "the first constructor has no `|` before it", instead("")),
    ("data … ‸ Bool/Unit/Nat/List", "Name !Bool", f"{_BUILT_IN}; a constructor has a name of its own"),
    ("data … C ‸ of", "Bool", _FIELDS, instead("")),
    ("data … C ( … ‸ ,", ")", _FIELDS, fields),
    ("data … C ( ‸ x :", "Bool", f"{_FIELDS}; fields have no names"),
    ("data … C ‸ :/{", "Bool", f"{_FIELDS}; fields have no names"),
    ("data C = … ‸ */-o/&/^", "|", _FIELDS, field_of),
    ("data … ‸ x", "Name !Bool", _CONSTRUCTORS, renamed(capital)),
    ("data C = … ‸ ,", "|", _SEPARATED, instead(" |")),
    ("use ‸ C", "", "names of modules begin with a lower-case letter", renamed(small)),
    ("use x ‸ . x", "", _USE, listed),
    ("use x ‸", "end", _USE_ONE),
    ("use x ( … ‸ x", ",", _USE, before(", ")),
    ("use x ( … ‸ )", "name", _USE),
    ("space C ‸", "[", "a space has a shape: `space Image[28, 28]`"),
    ("space C [ … ‸", "int", "a shape is made of numbers: `space Image[28, 28]`"),
    ("let ‸ C/3/true/false/zero/succ/nil/cons", "_", _LET_PARTS),
    ("let ‸ <", "_", _PICKED),
    (r"\ ‸ C", "name !int", _NAMES, renamed(small)),
    ("iter/case/fold … ‸ C/3/true/false/zero/succ/nil/cons", "_ !Name", _DEEP),
    ("case … ‸ <", "Name _", _PICKED),
    ("case … ‸ [ ]", "Name _", _LIST_CASE, empty_list),
    ("case … ‸ [", "Name _", _LIST_CASE),
    ("[ … | … in … , ‸ true/false/zero/3/[/</if", "name !int", _EACH_ALL),
    ("‸ _", "name !int", "`_` stands for what is dropped; here a name is wanted"),
    ("‸ C", "name !int", _NAMES, renamed(small)),
    ("‸ KEYWORD", "name !int", _RESERVED),
    ("extern x … ‸ =", "", _EXTERN),
    ("learn x … ‸ =", "", _LEARN),
    ("def x ~ : ‸ =", "", f"{_STATED}, with `B` between `:` and `=`"),
    ("def x ~ ‸ : =", "=", f"{_STATED}, with `=` before `t`", instead("")),
    ("def x ~ ‸ =", ":", _STATED),
    ("def x ~ ‸ ->/=>", ":", _RESULT, instead(":")),
    (": ( Bool/Unit/Nat/C ‸ ,", ")", "the type of pairs is written `A * B`", instead(" *")),
    ("def x ~ ( x ~ ‸ ,", ":", _PARAMETERS, instead("")),
    ("def x ~ ( x : ~ ‸ ,", ")", _PARAMETERS),
    ("def x ~ ( x ~ ‸ )", ":", _PARAMETER),
    ("def x ~ ‸ x", "( !Bool", _PARAMETER),
    ("def x ~ ‸ END", ":", _STATED),
    ("def x ~ ‸ END", "=", "the body follows `=`: `def f (x : A) : B = t`"),
    # Types
    ("‸ bool/boolean/Boolean", "Bool", "did you mean `Bool`?", instead("Bool")),
    ("‸ nat/int/integer", "Bool", "did you mean `Nat`?", instead("Nat")),
    ("‸ unit", "Bool", "did you mean `Unit`?", instead("Unit")),
    ("‸ list", "Bool", "did you mean `List`?", instead("List")),
    ("def x ~ ( x : ‸ x", "Bool", _NO_TYPE, declared),
    ("\\ ( x ~ : ‸ x", "Bool", _NO_TYPE, declared),
    ("( x : ‸ x )", "Bool", _CONS),
    ("( x : ‸ :", "Bool", _CONS),
    ("List ‸ </3", "", _LIST_OF),
    ("List [ ‸", "int", _LIST_OF),
    ("List Bool/Unit/C ‸ [ 3 ]", "-o", _LIST_OF, sized_list),
    ("‸ [", "Bool", _LIST_OF),
    ("^ ‸", "int !name", _POWER),
    ("‸ |", "-o", _SUM),
    ("‸ _", "Bool", "a type is written out; `_` stands for a value that is dropped"),
    ("‸ x", "Bool", _NO_TYPE, declared),
    ("List ‸ )/=/END/-o/*/,", "Bool", _LIST_OF),
    ("‸ Bool/Unit/Nat/List", "int", "`‸` is a type, not a term"),
    # Functions
    ("† fun/fn/func/function/lambda ~ ‸ ->/=>/:/{", "", _LAMBDA, lambda_word),
    ("† Λ* ‸ ./:/->/=>", "", r"a function begins with a small `λ`, or with `\`: `\x:A. t`"),
    ("\\ … ‸ ->/=>", ". !<|>", _LAMBDA, instead(".")),
    ("\\ ( x ~ ‸ )", ":", r"in parentheses a variable has its type: `\(x:A). t`"),
    ("\\ … ‸ :", ". !<|>", _TYPED),
    ("\\ … ‸ x", ". !<|> !name", _LAMBDAS, next_lambda),
    ("\\ … ‸ ,", ". _", _SPACES, instead("")),
    ("\\ … ‸ ,", ". !<|> !name", _LAMBDAS, instead(". \\")),
    # Arms
    ("† match/switch … ‸ {/=>/->/|/:", "", _MATCH),
    ("case … † of/with … ‸ =>/->/|/:", "{", _NO_OF),
    ("iter/case/fold … { ‸ |", "", "the first arm has no `|` before it", instead("")),
    ("case … ‸ else", "Name _", "the last arm may stand for all others: `_ => t`", instead("_")),
    ("case … { ‸ }", "Name", "a `case` has an arm for every constructor: `case d { C x => s | D => t }`"),
    ("case/fold … C/cons/snoc ~ ‸ ,", "_", _NO_COMMAS, instead("")),
    ("case … ‸ if", "=>", _NO_CONDITION),
    ("case … ‸ |", "=>", _ONE_PATTERN),
    ("case … {/| x ‸ x", "=>", _CONSTRUCTORS, renamed(capital, back=1)),
    ("iter/case/fold … ‸ ,", "| !,", _ARM, instead(" |")),
    ("case … x ‸ : x/:", "=>", _LIST_CASE, cons_pattern),
    ("fold … ‸ cons/snoc", "nil !int", "`nil` comes first: `fold xs { nil => b | cons x y => s }`"),
    ("fold … ‸ [ ]", "nil !int", _FOLD, empty_list),
    ("fold … ‸", "nil !int", _FOLD),
    ("fold … ‸", "cons !int", _FOLD),
    ("fold ~ ‸ END/)/}/]", "{", _FOLD),
    ("fold ~ { nil … ‸ }", "| !}", _FOLD),
    ("cons/snoc ~ ‸ =>", "_", _CONS_PARTS, before("_ ")),
    ("‸ cons/snoc x", "| !}", _ARM, before("| ")),
    ("iter … ‸", "zero !int", _ITER),
    ("iter … ‸ }", "| !}", _ITER),
    ("iter … ‸", "succ !int", _ITER),
    ("succ x ‸ x", "=>", "`succ y` has one variable, which may be a pair: `succ (x, y) => t`"),
    ("‸ ->", "=>", "an arm of `case`, `fold` or `iter n {…}` is written with `=>`", instead("=>")),
    ("iter … ‸ =>", "->", _ITER_OF, instead("->")),
    ("‸ succ x", "| !}", _ARM, before("| ")),
    ("‸ succ", "| !}", _ARM),
    ("C ‸ =>", "| int", _ARM, before("| ", back=1)),
    ("C x ‸ =>", "| int", _ARM, before("| ", back=2)),
    ("iter { … } ‸", "int", "the count follows: `iter { s | y -> t } n`"),
    # Forms with `in`, `then` and `else`
    ("let x ‸ ,", "", "a pair is taken apart with parentheses: `let (x, y) = s in t`", paired),
    ("let rec ‸ x", "", RECURSION),
    ("let x ‸ x/(", "=", _LET_DEF),
    ("let x ‸ in", "=", _LET),
    ("if … ‸ =", "then", EQUALITY),
    ("as ‸ x", "(", _COPY, copies),
    ("as ‸", "(", _COPY),
    ("as ( ~ x ‸ x", ",", _COPY, before(", ")),
    ("as ( x ‸ )", ",", "`copy` makes two copies or more: `copy s as (x, y) in t`"),
    ("‸", "as", _COPY),
    ("copy … as ( … ) ‸", "in", _COPY, joined),
    ("drop ~ ‸", "in", _DROP, joined),
    ("let … ‸ END", "in", f"{_LET}; for the whole program it is `def x : A = s`"),
    ("drop … ‸ END", "in", _DROP),
    ("‸ END/{/}/)/else/then", "else", _ELSE),
    ("‸ then/else", "end", "`‸` belongs to an `if`: `if c then t else e`"),
    ("‸ in", "end", "`in` belongs to a `let`, a `copy` or a `drop`: `let x = s in t`"),
    # Terms
    ("[ … 3 ‸ . .", "]", _WRITTEN),
    ("[ … , ‸ . .", "int", _WRITTEN),
    ("3 ‸ .", "", "numbers are whole"),
    ("succ ‸ END/)/}/|/,/in/then/else/as/:", "int", _SUCC, instead(r"(\n:Nat. succ n)", back=1)),
    ("cons ‸ END/)/}/|/,/>/]", "int !end", _CONS_ALONE, instead(r"(\x xs. cons x xs)", back=1)),
    ("dict ‸ END/)/}/|/,/>/]", "int !end", _DICT_ALONE, instead(r"(\ks vs. dict ks vs)", back=1)),
    ("cons ( ~ , ~ ) ‸", "int . !<|>", "`cons` is given both without parentheses: `cons x xs`", separated),
    ("dict ( ~ , ~ ) ‸", "int . !<|>", "`dict` is given both without parentheses: `dict ks vs`", separated),
    ("cons ~ ‸ END/)/}/|/,/>/]", "int . !<|>", _CONS_ONE, applied("cons", "xs")),
    ("dict ~ ‸ END/)/}/|/,/>/]", "int . !<|>", _DICT_ONE, applied("dict", "vs")),
    ("x/)/>/] . ‸ x", "int !name", _PARTS),
    ("‸ snoc", "int", "`snoc` stands in `fold` alone; a list with one more element is `cons x xs`"),
    ("† where x … ‸ =/:", "", _WHERE),
    ("[ … | … in … , … ‸", "in", _EACH_ALL),
    ("[ … | x/_/) ‸", "in", _EACH),
    ("[ … | … in … ‸ |/if", "]", _EACH_ALL),
    ("iter/case/fold … } ‸ x/C/3/true/false/zero/fail/nil/(/[/<", "!int", _APPLIED, closed),
    ("‸ & &", "int", _NO_AND),
    ("‸ &", "int", _AND),
    ("‸ ^", "int", _POWER),
    ("‸ *", "int", _TIMES),
    ("‸ | |", "int", _OR),
    ("‸ |", "int end", _CHOICE, instead("<|>")),
    ("( ~ ‸ |", "int )", _CHOICE, instead("<|>")),
    ("‸ : :", "int", _CONS),
    ("‸ : x/[", "int end", _CONS),
    ("< ~ ‸ >", "int", "`<a, b>` has two alternatives or more; there is no comparison"),
    ("‸ _", "int", _WILDCARD),
    ("‸ ->/=>", "-o", "a function type is written `-o`", instead("-o")),
    ("x ‸ ->/=>", "int", _LAMBDA),
    ("succ ‸ succ", "int", "an argument is put in parentheses: `succ (succ …)`", parenthesized),
    ("‸ if/iter/case/fold/let/copy/drop/\\/succ/cons/dict", "int", _ARGUMENT),
    ("‸", "then", _THEN),
    ("START x ‸ =", "", _VALUE),
    ("START x … ‸ =", "int", _DEF),
    ("‸ =", "int", EQUALITY),
    ("START x … ‸ : … =", "", _DEF),
    ("‸ :", "int end", "an annotation is put in parentheses: `(t : A)`", annotated),
    ("‸ def/extern/learn/space/data/type/use", "", "a new item begins at the left margin, or after `;`"),
)  # fmt: skip

#: How many tokens before and after `‸` are looked at, and how many at the start of the item.
_AROUND, _FIRST = 80, 4
#: What does not stand within a phrase.
_BETWEEN = "|".join(map(re.escape, "= in => -> | { }".split()))
_CLASSES = {"x": r"name␟\S+", "C": r"Name␟\S+", "3": r"int␟\S+", "END": r"end␟\S*", "START": "START"}
_CLASSES["KEYWORD"] = rf"(?:{'|'.join(sorted(KEYWORDS))})␟\S+"
_SKIPS = {"…": r"(?:\S+ )*?", "~": rf"(?:(?!(?:{_BETWEEN})␟)\S+ )*?"}


@dataclass(frozen=True, slots=True)
class Hint:
    """What to write instead; `culprit` is the token that is wrong, if not the one that does not fit."""

    text: str
    culprit: int | None
    edits: tuple[Edit, ...] = ()


def find_hint(tokens: Sequence[Token], at: int, fits: AbstractSet[str]) -> Hint | None:
    """What to write instead, if the token `at` does not fit for a reason that is easily recognised.

    `fits` are the types of the tokens that would fit there.
    """
    before = [index for index in range(at) if index < _FIRST or index >= at - _AROUND]
    words = [
        f"{token.type}␟{token.value} "
        for token in [*map(tokens.__getitem__, before), *tokens[at : at + _AROUND]]
    ]
    text = "".join(["START ", *words[: len(before)], "‸ ", *words[len(before) :]])
    for pattern, wanted, unwanted, hint, rewrite in _ROWS:
        if wanted <= fits and not unwanted & fits and (match := pattern.search(text)):
            culprit = before[text.count(" ", 0, match.start("culprit")) - 1] if pattern.groups else None
            edits = rewrite(tokens, at if culprit is None else culprit)
            return Hint(hint.replace("‸", tokens[at].span.text), culprit, edits)
    return None


def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of the table, over tokens written `type␟value `."""
    parts, words = list[str](), iter(pattern.split(" "))
    for word in words:
        if word == "†":
            parts.append(rf"(?P<culprit>{_one_of(next(words))} )")
        else:
            parts.append("‸ " if word == "‸" else _SKIPS.get(word) or f"{_one_of(word)} ")
    return re.compile(r"(?<!\S)" + "".join(parts))


def _one_of(alternatives: str) -> str:
    return "(?:" + "|".join(map(_token, alternatives.split("/"))) + ")"


def _token(word: str) -> str:
    if word in _CLASSES:
        return _CLASSES[word]
    if word.endswith("*") and word != "*":
        return rf"[nN]ame␟{word[:-1]}\S*"
    is_name = word.isidentifier() and word not in KEYWORDS and word != "_"
    return f"[nN]ame␟{word}" if is_name else rf"{re.escape(word)}␟\S+"


_ROWS = tuple(
    (
        _compiled(pattern),
        frozenset(word for word in fits.split() if not word.startswith("!")),
        frozenset(word[1:] for word in fits.split() if word.startswith("!")),
        hint,
        rewrite[0] if rewrite else nothing,
    )
    for pattern, fits, hint, *rewrite in _TABLE
)
