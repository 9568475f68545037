"""Writing Cajal in a real JupyterLab: colours, completion, tooltips, errors, and nothing of it elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from scripts.screenshot import Lab, chromium, open_notebook, run_all

from .conftest import complaints, outputs, write

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="there is no Chromium on this machine"),
]

NOT = "def not (x : Bool) : Bool = if x then false else true"
WRONG = "-- <img src=x onerror=alert(1)>\n\\x:Bool. and x x\ntrue\n<script>alert(1)</script>"
WIDE = "{- 🚀🚀漢 -} nope x"
EVIL = "<img src=x onerror=alert(1)>"
CELLS = [NOT, "%%python\nimport os\nnumber = len('x')", WRONG, "%%time\nnot true", "", "", WIDE]
# What a cell contains comes back in errors of each kind, in answers and in tables.
HOSTILE = [
    f"-- {EVIL}\ndef evil : Bool = true",
    "evil?",
    "%env",
    f"{EVIL}?",
    f"%nat {EVIL}",
    f"%nope {EVIL}",
    f"%link not={EVIL}",
    f"%show {EVIL}",
    f"%%cajal -i {EVIL}\ntrue",
    f"%%python\nraise ValueError('{EVIL}')",
    "true; " * 1000,
]
CAJAL = [*CELLS, *HOSTILE]
PYTHON = ["%load_ext cajal_kernel", f"%%cajal\n{NOT}", "x = 1\nif x: pass", "1 / 0", ""]


@pytest.fixture(scope="module")
def cajal(lab: Lab, address: str, browser: Browser) -> Iterator[Page]:
    write(lab.folder, "editor.ipynb", "cajal", CAJAL)
    page = open_notebook(browser, address, "editor.ipynb", 1280)
    errors = complaints(page)
    page.on("dialog", lambda dialog: errors.append(f"a dialog: {dialog.message}"))
    run_cells(page)
    yield page
    assert errors == []
    page.close()


@pytest.fixture(scope="module")
def python(lab: Lab, address: str, browser: Browser) -> Iterator[Page]:
    write(lab.folder, "other.ipynb", "python3", PYTHON)
    page = open_notebook(browser, address, "other.ipynb", 1280)
    errors = complaints(page)
    run_cells(page)
    yield page
    assert errors == []
    page.close()


def run_cells(page: Page) -> None:
    """Run every cell, those behind an error too."""
    for index in range(page.locator(".jp-CodeCell").count()):
        page.evaluate(
            """async (index) => {
                window.jupyterapp.shell.currentWidget.content.activeCellIndex = index;
                await window.jupyterapp.commands.execute("notebook:run-cell");
            }""",
            index,
        )
        page.wait_for_timeout(300)  # what comes right behind an error is not run


def editor(page: Page, cell: int) -> Locator:
    return page.locator(".jp-CodeCell").nth(cell).locator(".cm-content")


def colours(content: Locator) -> dict[str, str]:
    """The colour of each piece of an editor's text that is marked at all."""
    return content.evaluate(
        """content => Object.fromEntries([...content.querySelectorAll(".cm-line span")].map(
            span => [span.textContent.trim(), getComputedStyle(span).color]))"""
    )


def type_into(page: Page, cell: int, text: str) -> Locator:
    content = editor(page, cell)
    content.click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type(text)
    return content


def accept(page: Page) -> None:
    """Tab offers what there is, and once more takes the first."""
    page.keyboard.press("Tab")
    expect(page.locator(".jp-Completer-item").first).to_be_visible()
    page.keyboard.press("Tab")


def test_cajal_is_coloured_in_its_cells(cajal: Page) -> None:
    found = colours(editor(cajal, 0))
    assert found["def"] == found["if"] == found["then"]
    assert len({found[word] for word in ("def", "not", ":", "Bool")}) == 4
    timed = colours(editor(cajal, 3))
    assert timed["true"] == found["true"]
    assert "%%time" in timed


def test_python_is_coloured_in_python_cells(cajal: Page, python: Page) -> None:
    found = colours(editor(cajal, 1))
    assert found["import"] == colours(editor(python, 2))["if"]
    assert "len" in found
    assert "'x'" in found


def test_cajal_is_coloured_in_a_python_notebook(cajal: Page, python: Page) -> None:
    found = colours(editor(python, 1))
    own = colours(editor(cajal, 0))
    assert {word: found[word] for word in own} == own


def test_a_cell_changes_its_colours_with_its_magic(python: Page) -> None:
    content = type_into(python, 4, "data = 1")
    assert "data" not in colours(content)
    type_into(python, 4, "%%cajal\ndata D = A")
    expect(content.locator("span", has_text="data").first).to_be_visible()
    assert "data" in colours(content)
    type_into(python, 4, "data = 1")
    expect(content.locator("span", has_text="data")).to_have_count(0)


def test_other_cells_and_errors_are_as_they_were(python: Page) -> None:
    mimes = python.evaluate(
        "() => window.jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.model.mimeType)"
    )
    assert mimes[:4] == ["text/x-ipython", "text/x-cajal", "text/x-ipython", "text/x-ipython"]
    error = outputs(python, 3)
    expect(error).to_contain_text("ZeroDivisionError")
    expect(error.locator("pre")).to_have_count(1)
    expect(python.locator(".cajal-error")).to_have_count(0)


def test_cells_of_a_console_have_their_colours(address: str, browser: Browser, cajal: Page) -> None:
    page = browser.new_page()
    page.goto(f"{address}/lab?reset")
    page.wait_for_function("() => window.jupyterapp?.commands.hasCommand('console:create')", timeout=60_000)
    page.evaluate(
        """() => window.jupyterapp.commands.execute(
            "console:create", { kernelPreference: { name: "cajal", shouldStart: true } })"""
    )
    content = page.locator(".jp-CodeConsole-promptCell .cm-content")
    content.click()
    page.keyboard.type("data D = A")
    expect(content.locator("span", has_text="data").first).to_be_visible(timeout=60_000)
    page.keyboard.press("Control+a")
    page.keyboard.type("%%python\nimport os")
    expect(content.locator("span", has_text="import").first).to_be_visible()
    assert colours(content)["import"] == colours(editor(cajal, 1))["import"]
    page.close()


def test_a_cajal_file_is_coloured(lab: Lab, address: str, browser: Browser, cajal: Page) -> None:
    (lab.folder / "logic.cajal").write_text(f"{NOT}\n", encoding="utf-8")
    page = browser.new_page()
    page.goto(f"{address}/doc/tree/logic.cajal?reset")
    content = page.locator(".cm-content")
    expect(content.locator("span", has_text="def").first).to_be_visible(timeout=60_000)
    assert colours(content) == colours(editor(cajal, 0))
    page.close()


def test_errors_are_drawn_and_escaped(cajal: Page) -> None:
    error = outputs(cajal, 2).locator(".cajal-error")
    expect(error.locator(".cajal-title", has_text="unknown name and")).to_have_count(1)
    wave = error.locator(".cajal-culprit", has_text="and")
    expect(wave).to_have_count(1)
    assert "wavy" in wave.evaluate("span => getComputedStyle(span).textDecorationStyle")
    expect(error.locator(".cajal-place", has_text="In[3]:2:10")).to_have_count(1)
    assert error.locator(".cajal-place").count() >= 3
    expect(error.locator(".cajal-help", has_text="copy x as")).to_have_count(1)
    expect(error.locator("script, img")).to_have_count(0)
    expect(error).to_contain_text("<script>")


def test_the_rule_of_an_error_is_a_link_to_it(cajal: Page) -> None:
    places = outputs(cajal, 2).locator(".cajal-place")
    rule = places.locator("a", has_text="T-Name")
    expect(rule).to_have_count(1)
    with cajal.expect_popup() as opened:
        rule.click()
    page = opened.value
    expect(page.locator("#t-name")).to_be_in_viewport()
    expect(page.locator(":target h3")).to_have_text("T-Name")
    reply = cajal.request.get(page.url)
    assert reply.status == 200
    assert reply.headers["content-type"].startswith("text/html")
    page.close()
    links = [*outputs(cajal, 2).locator("a").all(), *outputs(cajal, CELLS.index(WIDE)).locator("a").all()]
    assert {link.inner_text() for link in links} == {"T-Name", "T-Var"}
    expect(places.filter(has_not=cajal.locator("a"))).to_have_count(1)  # what does not parse breaks no rule


def test_wide_characters_move_no_underline(cajal: Page) -> None:
    expect(outputs(cajal, CELLS.index(WIDE)).locator(".cajal-culprit")).to_have_text(["nope", "x"])


def test_nothing_of_a_hostile_cell_runs_in_the_page(cajal: Page, lab: Lab) -> None:
    """An alert would fail every test of this notebook; nor is there anything that could raise one."""
    shown = cajal.locator(".jp-OutputArea-output")
    assert sum("onerror" in text for text in shown.all_inner_texts()) >= 7
    expect(shown.locator("script, img")).to_have_count(0)
    type_into(cajal, 4, "evil")
    cajal.keyboard.press("Shift+Tab")
    expect(cajal.locator(".jp-Tooltip")).to_contain_text("onerror")
    expect(cajal.locator(".jp-Tooltip img")).to_have_count(0)
    cajal.keyboard.press("Escape")
    assert "rate exceeded" not in lab.log.read_text(encoding="utf-8")


def test_the_drawn_error_says_what_the_text_says(cajal: Page) -> None:
    drawn = outputs(cajal, 2).locator(".cajal-error").evaluate("node => node.textContent")
    text = cajal.evaluate(
        """() => window.jupyterapp.shell.currentWidget.content.widgets[2].model.outputs
            .get(0).toJSON().traceback"""
    )
    expected = "".join(line.strip() for line in text).replace("`", "").replace("help:", "help")
    assert "".join(drawn.split()) == "".join(expected.split())


def test_completion_shows_kinds(cajal: Page) -> None:
    type_into(cajal, 4, "n")
    cajal.keyboard.press("Tab")
    expect(cajal.locator(".jp-Completer-item", has_text="not")).to_be_visible()
    cajal.keyboard.press("Escape")
    type_into(cajal, 4, "def f (nu : Bool) : Bool = n")
    cajal.keyboard.press("Tab")
    items = cajal.locator(".jp-Completer-item")
    expect(items).to_have_count(3)
    words = [item.split() for item in items.all_inner_texts()]
    assert {"nu": "param", "not": "function"}.items() <= {
        word[1]: word[2] for word in words if len(word) > 2
    }.items()
    cajal.keyboard.press("Escape")


@pytest.mark.parametrize(("typed", "meant"), [("nto", "not"), ("itre", "iter")])
def test_completion_mends_what_is_misspelt(cajal: Page, typed: str, meant: str) -> None:
    type_into(cajal, 4, typed)
    cajal.keyboard.press("Tab")
    expect(cajal.locator(".jp-Completer-item", has_text=meant)).to_be_visible()
    cajal.keyboard.press("Escape")


def test_tab_writes_signs(cajal: Page) -> None:
    content = type_into(cajal, 4, "\\lambda")
    accept(cajal)
    expect(content).to_have_text("λ")
    cajal.keyboard.type("x:Bool \\multi")
    accept(cajal)
    expect(content).to_have_text("λx:Bool ⊸")


def test_shift_tab_explains(cajal: Page) -> None:
    type_into(cajal, 4, "not")
    cajal.keyboard.press("Shift+Tab")
    tooltip = cajal.locator(".jp-Tooltip")
    expect(tooltip).to_contain_text("not : Bool -o Bool")
    expect(tooltip).to_contain_text("shape (2, 2)")
    cajal.keyboard.press("Escape")


def test_comments_brackets_and_indentation(cajal: Page) -> None:
    content = type_into(cajal, 4, "true")
    cajal.keyboard.press("Control+/")
    expect(content).to_have_text("-- true")
    type_into(cajal, 4, "(true)")
    expect(content.locator(".cm-matchingBracket")).to_have_count(2)
    type_into(cajal, 4, "def f : Bool =")
    cajal.keyboard.press("Enter")
    cajal.keyboard.type("true")
    assert content.locator(".cm-line").nth(1).inner_text() == "    true"


def test_completion_in_a_cajal_cell_of_a_python_notebook(python: Page) -> None:
    content = type_into(python, 4, "%%cajal\nnot fal")
    accept(python)
    expect(content).to_contain_text("not false")


def test_run_all_stops_at_a_mistake(lab: Lab, address: str, browser: Browser) -> None:
    write(lab.folder, "stops.ipynb", "cajal", ["true", "nope", "false"])
    page = open_notebook(browser, address, "stops.ipynb", 1280)
    run_all(page)
    assert [outputs(page, cell).count() for cell in range(3)] == [1, 1, 0]
    page.close()
