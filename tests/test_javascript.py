"""The JavaScript: its own tests, and what checks it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from cajal_kernel.views.live.modules import JAVASCRIPT

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "package-lock.json"


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node on this machine")
def test_the_tests_of_the_javascript_pass() -> None:
    tests = sorted((ROOT / "tests" / "js").glob("*.test.js"))
    done = subprocess.run(["node", "--test", *tests], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"^\S+ pass (\d+)$", done.stdout, re.MULTILINE)
    assert passed and int(passed[1]) >= len(tests)


@pytest.fixture
def without_npm(tmp_path: Path) -> str:
    """A PATH on which there are a shell and `dirname` alone."""
    for name in ("sh", "dirname"):
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    return str(tmp_path)


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_ci_does_not_pass_over_the_javascript(without_npm: str, ci: str, code: int) -> None:
    done = subprocess.run(
        ["sh", ROOT / "scripts" / "javascript.sh"],
        env={"PATH": without_npm, "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    assert "there is no npm. On Debian and Ubuntu: apt install nodejs npm" in done.stdout + done.stderr


def test_every_module_is_checked() -> None:
    assert [path.name for path in JAVASCRIPT.rglob("*.js") if "@ts-nocheck" in path.read_text("utf-8")] == []


def test_the_lock_file_pins_versions_and_names_no_host() -> None:
    packages = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert packages[""]["devDependencies"] == wanted
    for name, version in wanted.items():
        assert packages[f"node_modules/{name}"]["version"] == version
    for package in packages.values():
        assert "resolved" not in package
