"""A JupyterLab and a browser for the tests of this folder, and what they do with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, Locator, Page

from scripts.screenshot import Lab

#: Opens a page of a width and a height, and with other options of the browser.
NewPage: TypeAlias = Callable[..., Page]


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Pages, which are closed in the end; then no script of one has failed."""
    pages: list[Page] = []
    errors: list[str] = []

    def opened(width: int = 1280, height: int = 900, **options: Any) -> Page:
        page = browser.new_page(viewport={"width": width, "height": height}, **options)
        page.on("pageerror", lambda error: errors.append(str(error)))
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.close()
    assert errors == []


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return Lab(tmp_path_factory.mktemp("lab"))


@pytest.fixture(scope="session")
def address(lab: Lab) -> Iterator[str]:
    with lab.running() as address:
        yield address


def write(folder: Path, name: str, kernel: str, cells: list[str]) -> None:
    notebook = new_notebook(
        cells=[new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": {"name": kernel, "display_name": kernel}},
    )
    nbformat.write(notebook, folder / name)


def complaints(page: Page) -> list[str]:
    """Errors of the console that name us, as they come."""
    found: list[str] = []

    def listen(text: str) -> None:
        if "cajal" in text.lower() or "anywidget" in text.lower():
            found.append(text)

    page.on("console", lambda message: listen(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: listen(str(error)))
    return found


def outputs(page: Page, cell: int) -> Locator:
    return page.locator(".jp-CodeCell").nth(cell).locator(".jp-OutputArea-output")
