"""Files of a user that hide a library."""

from __future__ import annotations

from pathlib import Path

import pytest

from cajal_kernel.shadows import shadow
from tests.kernel.conftest import NOT, started


def raised(code: str, file: Path) -> Exception:
    """What a file raises when it is imported."""
    try:
        exec(compile(code, str(file), "exec"), {})
    except Exception as error:  # noqa: BLE001  # whatever it is
        return error
    raise AssertionError("it raised nothing")


def test_a_file_that_failed_and_hides_a_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "opt_einsum.py"
    assert shadow(raised("1 / 0", file)) == (file, "opt_einsum")
    package = tmp_path / "opt_einsum" / "__init__.py"
    assert shadow(raised("1 / 0", package)) == (package.parent, "opt_einsum")


def test_a_file_that_hides_nothing_or_had_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shadow(raised("1 / 0", tmp_path / "helpers.py")) is None
    assert shadow(raised("1 / 0", tmp_path / "elsewhere" / "opt_einsum.py")) is None
    assert shadow(AttributeError("module 'opt_einsum' has no attribute 'x'")) is None


@pytest.mark.parametrize("library", ["torch", "numpy"])
def test_a_cell_says_what_hides_a_library(library: str, kernels: Path, tmp_path: Path) -> None:  # noqa: ARG001
    (tmp_path / f"{library}.py").write_text("x = 1\n")
    kernel = started(cwd=str(tmp_path))
    try:
        (error,) = kernel.run(NOT).of("error")
        assert error["traceback"] == [
            f"`{tmp_path / library}.py` hides the library {library}, which Cajal needs.",
            "help: Rename the file and restart the kernel.",
        ]
        assert kernel.run("%env").status == "ok"
    finally:
        kernel.close()
