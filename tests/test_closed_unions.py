"""A new type, term or operation is noticed wherever one is told from another.

pyright checks that a `match` names every class of its union, unless it has a wildcard. So a wildcard in a
match over a closed union may only say `assert_never`. The rule has a test that it can fail.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ROOT / "cajal_core"

#: The modules that hold a closed union each: types, the surface tree, core terms and IR operations.
UNIONS = {"tys", "tree", "core", "ir"}

#: The functions that treat all others alike, and why each may.
ALIKE = {
    "checking/elaborate.py:_inserted": "what is no declaration and no type is a term",
    "checking/elaborate.py:_verify": "what is no declaration and no type is a term",
    "checking/elaborate.py:core_text": "what is no declaration and no type is a term",
    "checking/insert_copies.py:_names": "the other terms name what they bind",
    "checking/terms.py:infer": "`compound` takes the rest, and no other term",
    "program/cell.py:result": "what is no declaration and no type is a term",
    "program/stages.py:observe": "graphs and code print themselves",
    "syntax/printer.py:_term": "`_open` takes the rest, and no other term",
    "syntax/printer.py:pretty": "`_term` takes the rest, and no other node",
}


def open_matches(package: Path, unions: Collection[str]) -> Iterator[str]:
    """`path:function` of each `match` over a union whose wildcard is no `assert_never`."""
    for path in sorted(package.rglob("*.py")):
        where = path.relative_to(package).as_posix()
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            for match in ast.walk(function):
                if isinstance(match, ast.Match) and is_over(match, unions) and is_open(match):
                    yield f"{where}:{function.name}"


def is_over(match: ast.Match, unions: Collection[str]) -> bool:
    """Whether a case is a class of one of the unions: `case ir.Call(…)`."""
    return any(
        isinstance(pattern, ast.MatchClass)
        and isinstance(pattern.cls, ast.Attribute)
        and isinstance(pattern.cls.value, ast.Name)
        and pattern.cls.value.id in unions
        for case in match.cases
        for pattern in alternatives(case.pattern)
    )


def alternatives(pattern: ast.pattern) -> Iterator[ast.pattern]:
    match pattern:
        case ast.MatchOr():
            for alternative in pattern.patterns:
                yield from alternatives(alternative)
        case ast.MatchAs(pattern=ast.pattern() as inside):
            yield from alternatives(inside)
        case _:
            yield pattern


def is_open(match: ast.Match) -> bool:
    """Whether a case takes whatever comes, and does not say that nothing does."""
    return any(
        isinstance(case.pattern, ast.MatchAs)
        and case.pattern.pattern is None
        and case.guard is None
        and not is_never(case.body)
        for case in match.cases
    )


def is_never(body: list[ast.stmt]) -> bool:
    match body:
        case [ast.Expr(ast.Call(ast.Name("assert_never")))]:
            return True
        case _:
            return False


def test_every_match_over_a_union_names_all_of_it() -> None:
    assert sorted(set(open_matches(CORE, UNIONS))) == sorted(ALIKE)


def test_every_exception_has_a_reason() -> None:
    assert all(ALIKE.values())


@pytest.mark.parametrize(
    ("cases", "faults"),
    [
        ("case tys.Bool():\n   return 1\n  case _:\n   assert_never(x)", []),
        ("case tys.Bool():\n   return 1\n  case tys.Unit() | tys.Nat():\n   return 2", []),
        ("case (tys.Bool(), 1):\n   return 1\n  case _:\n   return 2", []),
        ("case int():\n   return 1\n  case _:\n   return 2", []),
        ("case tys.Bool():\n   return 1\n  case _:\n   return 2", ["a.py:f"]),
        ("case tys.Bool() | tys.Unit():\n   return 1\n  case _:\n   pass", ["a.py:f"]),
        ("case tys.Bool() as one:\n   return 1\n  case other:\n   return 2", ["a.py:f"]),
        ("case ir.Call():\n   return 1\n  case _:\n   raise ValueError", ["a.py:f"]),
    ],
)
def test_meta_open_matches(tmp_path: Path, cases: str, faults: list[str]) -> None:
    (tmp_path / "a.py").write_text(f"def f(x):\n match x:\n  {cases}\n")
    assert list(open_matches(tmp_path, UNIONS)) == faults
