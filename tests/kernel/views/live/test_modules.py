"""JavaScript modules as one text."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from cajal_kernel.views.live import modules
from cajal_kernel.views.live.modules import JAVASCRIPT, bundle

PICTURES = sorted(path.parent.name for path in JAVASCRIPT.glob("*/picture.js"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(modules, "JAVASCRIPT", tmp_path)
    bundle.cache_clear()
    return tmp_path


def test_each_module_stands_once_before_those_that_import_it(folder: Path) -> None:
    (folder / "a").mkdir()
    importing = 'import { two as zwei } from "../two.js";\nexport const one = zwei - 1;\n'
    (folder / "a" / "one.js").write_text(importing)
    (folder / "two.js").write_text("export const two = 2;\nexport function three() { return 3; }\n")
    text = bundle("two.js", "a/one.js")
    assert re.findall(r'^modules\["(.*)"\] =', text, re.MULTILINE) == ["two.js", "a/one.js"]
    assert 'const { two: zwei } = modules["two.js"];' in text
    assert "return { two, three };" in text


@pytest.mark.parametrize("line", ['import x from "y";', "export default 1;", 'export * from "./two.js";'])
def test_other_forms_are_refused(folder: Path, line: str) -> None:
    (folder / "one.js").write_text(line)
    with pytest.raises(ValueError, match="no bundle takes"):
        bundle("one.js")


def test_a_module_that_imports_itself_is_refused(folder: Path) -> None:
    (folder / "one.js").write_text('import { two } from "./two.js";')
    (folder / "two.js").write_text('import { one } from "./one.js";')
    with pytest.raises(ValueError, match=r"one\.js imports itself, through one\.js and two\.js"):
        bundle("one.js")


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node on this machine")
@pytest.mark.parametrize("picture", PICTURES)
def test_a_bundle_is_javascript(picture: str) -> None:
    bundle.cache_clear()
    text = bundle("shared/widget.js", "shared/page.js", f"{picture}/picture.js")
    done = subprocess.run(["node", "--check", "-"], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
