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

#: The modules that hold a closed union each, as others name them: types, the surface tree, core terms and IR
#: operations. A class that is written without its module belongs to a union where a `TypeAlias` names it.
UNIONS = {"tys", "tree", "core", "ir"}

#: The functions that treat all others alike, and why each may.
ALIKE = {
    "checking/elaborate.py:_inserted": "what is no declaration and no type is a term",
    "checking/elaborate.py:_verify": "what is no declaration and no type is a term",
    "checking/elaborate.py:core_text": "what is no declaration and no type is a term",
    "checking/terms.py:infer": "`compound` takes the rest, and no other term",
    "program/cell.py:result": "what is no declaration and no type is a term",
    "program/stages.py:observe": "graphs and code print themselves",
    "syntax/printer.py:_term": "`_open` takes the rest, and no other term",
    "syntax/printer.py:pretty": "`_term` takes the rest, and no other node",
}


def open_matches(package: Path, unions: Collection[str]) -> Iterator[str]:
    """`path:function` of each `match` over a union whose wildcard is no `assert_never`."""
    files = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(package.rglob("*.py"))}
    classes = {path: class_names(tree, path, package) for path, tree in files.items()}
    members = {
        classes[path][name] for path, tree in files.items() for name in union_members(tree) & {*classes[path]}
    }
    for path, tree in files.items():
        bare = {name for name, place in classes[path].items() if place in members}
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef):
                continue
            for match in ast.walk(function):
                if isinstance(match, ast.Match) and is_over(match, unions, bare) and is_open(match):
                    yield f"{path.relative_to(package).as_posix()}:{function.name}"


def class_names(tree: ast.Module, path: Path, package: Path) -> dict[str, tuple[str, str]]:
    """The bare names of a module's own classes and of its imports from the package: where each is defined."""
    module = ".".join([package.name, *path.relative_to(package).with_suffix("").parts])
    names = dict[str, tuple[str, str]]()
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            names[node.name] = module, node.name
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == package.name:
            names |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
    return names


def union_members(tree: ast.Module) -> set[str]:
    """The bare names in the unions that a module defines: `Callee: TypeAlias = Extern | Learn | Argument`."""
    return {
        name.id
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.BinOp)
        for name in operands(node.value)
        if isinstance(name, ast.Name)
    }


def operands(union: ast.expr) -> Iterator[ast.expr]:
    if isinstance(union, ast.BinOp):
        yield from operands(union.left)
        yield from operands(union.right)
    else:
        yield union


def is_over(match: ast.Match, unions: Collection[str], bare: Collection[str]) -> bool:
    """Whether a case is a class of one of the unions: `case ir.Call(…)`, or a bare name: `case Call(…)`."""
    for case in match.cases:
        for pattern in alternatives(case.pattern):
            match pattern:
                case ast.MatchClass(ast.Attribute(ast.Name(module))) if module in unions:
                    return True
                case ast.MatchClass(ast.Name(name)) if name in bare:
                    return True
                case _:
                    pass
    return False


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


@pytest.mark.parametrize(
    ("cases", "faults"),
    [
        ("case Call():\n   return 1\n  case _:\n   return 2", ["a.py:f", "b.py:f"]),
        ("case Call() | Given():\n   return 1\n  case _:\n   assert_never(x)", []),
        ("case Other():\n   return 1\n  case _:\n   return 2", []),
        ("case Tensor():\n   return 1\n  case _:\n   return 2", []),
    ],
)
def test_meta_open_matches_over_bare_names(tmp_path: Path, cases: str, faults: list[str]) -> None:
    function = f"def f(x):\n match x:\n  {cases}\n"
    union = "from torch import Tensor\nOperation: TypeAlias = Call | Given | Tensor\n"
    classes = "class Call: ...\nclass Given: ...\nclass Other: ...\n"
    (tmp_path / "a.py").write_text(classes + union + function)
    (tmp_path / "b.py").write_text(f"from {tmp_path.name}.a import Call, Given, Other\n{function}")
    assert list(open_matches(tmp_path, UNIONS)) == faults
