"""What all tests share: checks of annotations, their order, graphs, golden files, skips in CI."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import jaxtyping
import pytest

from cajal_core.base import passes
from cajal_core.ir import graph as ir

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
IN_CI = os.environ.get("CI") == "true"

# Fast tests first. What is not listed comes before what is.
ORDER = ("core", "errors", "laws", "kernel", "experiments", "notebooks", "browser")

# In tests and not for users, annotations are checked where tensors are held, their shapes included. Elsewhere
# pyright has checked them, and checking them again makes the passes several times slower.
jaxtyping.install_import_hook(
    [
        f"cajal_core.{folder}.{path.stem}"
        for folder in ("backend", "neuron")
        for path in sorted((ROOT / "cajal_core" / folder).glob("[!_]*.py"))
        # Users call these with arguments of any kind, and tests see what they are told then.
        if path.stem not in ("initialize", "linear", "networks", "parameters")
    ],
    "beartype.beartype",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden files instead of comparing"
    )
    parser.addoption(
        "--thorough",
        action="store_true",
        help="as many trials as docs/conformance.md reports, which takes long",
    )


def pytest_configure(config: pytest.Config) -> None:
    passes.VERIFY_ALL = True  # what any pass makes in the tests' own process is checked again
    if IN_CI and config.getoption("update_golden"):
        raise pytest.UsageError("--update-golden in CI: golden files are updated by hand, and looked at")


@pytest.fixture
def lowered() -> Callable[[str], ir.Graph]:
    """The graph of the last item of a program, as it was lowered."""
    from cajal_core import Program

    def graph(source: str) -> ir.Graph:
        *_, last = Program(nat_size=3).run(source)
        return last.neuron()._lowered

    return graph


@pytest.fixture(scope="session")
def trials(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """How often a test tries: `trials(few, many)` is the second number with `--thorough`."""
    thorough = bool(request.config.getoption("thorough"))
    return lambda few, many: many if thorough else few


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether a test of a golden file should write the file."""
    return bool(request.config.getoption("update_golden"))


@pytest.fixture(scope="session")
def mnist() -> Path:
    """The folder of MNIST's four files, gzipped in the format of their authors, beside the repository."""
    folder = ROOT.parent / "shared" / "data" / "mnist"
    if not folder.is_dir():
        pytest.skip(f"MNIST is not in {folder}")
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> tuple[bool, int]:
        top, folder, *_ = item.path.relative_to(ROOT).parts
        slow = any(item.get_closest_marker(name) for name in ("slow", "browser"))
        return slow, ORDER.index(folder) if top == "tests" and folder in ORDER else -1

    items.sort(key=rank)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    expected = hasattr(report, "wasxfail") or item.get_closest_marker("gpu")
    if IN_CI and report.skipped and not expected:
        fail_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if IN_CI and report.skipped:
        fail_skipped(report)
    return report


def fail_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    """A test that CI skips is a test that nobody runs."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"{reason}\nIn CI only tests marked gpu may be skipped: install what this one needs."


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for a process of tests: Playwright runs once in each."""
    from playwright.sync_api import sync_playwright

    from scripts.screenshot import chromium

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()
