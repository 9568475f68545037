"""Tests mirror the folders: `tests/core/ir/test_fuse.py` tests `cajal_core/ir/fuse.py` and nothing else.

A second file on one module has a word more: `test_module_export.py`. What is no single module has a folder of
its own: `tests/laws`, `tests/language`, `tests/errors`, `tests/notebooks`, `tests/browser`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MIRRORS = {"cajal_core": "core", "cajal_kernel": "kernel", "cajal_experiments": "experiments"}


def modules(package: Path) -> set[str]:
    """The modules of a package, as `folder/module`; what only names a folder's contents is none."""
    paths = {path.relative_to(package) for path in package.rglob("*.py")}
    return {path.with_suffix("").as_posix() for path in paths if path.stem != "__init__"}


def subjects(tests: Path) -> set[str]:
    """What the test files of a folder are named after, as `folder/name`."""
    paths = {path.relative_to(tests) for path in tests.rglob("test_*.py")}
    return {(path.parent / path.stem.removeprefix("test_")).as_posix() for path in paths}


def is_of(subject: str, module: str) -> bool:
    """Whether a test file is named after a module: `ir/fuse`, `ir/fuse_long`, and `main` for `__main__`."""
    plain = module.replace("__", "")
    return subject == plain or subject.startswith(f"{plain}_")


def unmirrored(package: Path, tests: Path) -> list[str]:
    """Modules without a test file, and test files that no module gave the name."""
    every, named = modules(package), subjects(tests)
    lacking = [module for module in sorted(every) if not any(is_of(subject, module) for subject in named)]
    stray = [subject for subject in sorted(named) if not any(is_of(subject, module) for module in every)]
    return [f"{module} has no test" for module in lacking] + [
        f"{subject} tests no module" for subject in stray
    ]


@pytest.mark.parametrize("package", MIRRORS)
def test_each_module_has_its_tests(package: str) -> None:
    assert unmirrored(ROOT / package, ROOT / "tests" / MIRRORS[package]) == []


def test_this_test_can_fail(tmp_path: Path) -> None:
    package, tests = tmp_path / "pkg", tmp_path / "tests"
    for path in (package / "ir" / "fuse.py", package / "ir" / "lower.py", tests / "ir" / "test_fuse_long.py"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    assert unmirrored(package, tests) == ["ir/lower has no test"]
    (tests / "ir" / "test_lower.py").write_text("")
    (tests / "ir" / "test_lexer.py").write_text("")
    assert unmirrored(package, tests) == ["ir/lexer tests no module"]
