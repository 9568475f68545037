"""`python -m cajal_kernel install` and `uninstall`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from cajal_kernel import install


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders of Jupyter that are not this machine's."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "prefix" / "share" / "jupyter"))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    return tmp_path


def folder(home: Path, name: str = "cajal") -> Path:
    return home / "prefix" / "share" / "jupyter" / "kernels" / name


def test_into_a_prefix_and_out(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert install.main(["install", "--prefix", str(home / "prefix")]) == 0
    assert str(folder(home)) in capsys.readouterr().out
    files = {path.name for path in folder(home).iterdir()}
    assert files == {"kernel.json", "logo-32x32.png", "logo-64x64.png", "logo-svg.svg"}
    spec = json.loads((folder(home) / "kernel.json").read_text())
    assert spec["argv"] == [sys.executable, "-m", "cajal_kernel", "-f", "{connection_file}"]
    assert (spec["display_name"], spec["language"]) == ("Cajal", "cajal")
    assert install.main(["install", "--prefix", str(home / "prefix")]) == 0
    assert install.main(["uninstall", "--prefix", str(home / "prefix")]) == 0
    assert not folder(home).exists()


def test_for_a_user_and_found_without_saying_where(home: Path) -> None:
    assert install.main(["install", "--user", "--name", "mine"]) == 0
    spec = json.loads((home / "data" / "kernels" / "mine" / "kernel.json").read_text())
    assert spec["display_name"] == "Cajal (mine)"
    assert install.main(["uninstall", "--name", "mine"]) == 0
    assert not (home / "data" / "kernels" / "mine").exists()


@pytest.mark.parametrize("where", [[], ["--user"], ["--prefix", "/nowhere"]])
def test_nothing_to_remove(where: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert install.main(["uninstall", "--name", "absent", *where]) == 1
    assert "There is no kernel absent" in capsys.readouterr().err


@pytest.mark.parametrize("content", ['{"argv": ["python", "-m", "ipykernel"]}', "not json", "[1]"])
def test_another_kernel_is_left_alone(home: Path, content: str, capsys: pytest.CaptureFixture[str]) -> None:
    folder(home, "python3").mkdir(parents=True)
    (folder(home, "python3") / "kernel.json").write_text(content)
    for command in ("install", "uninstall"):
        assert install.main([command, "--prefix", str(home / "prefix"), "--name", "python3"]) == 1
        assert "is not Cajal's" in capsys.readouterr().err
    assert (folder(home, "python3") / "kernel.json").read_text() == content


def test_a_name_that_no_kernel_may_have(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert install.main(["install", "--prefix", str(home / "prefix"), "--name", "a b/c"]) == 1
    assert "a b/c" in capsys.readouterr().err


def test_no_permission_is_said_plainly(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied", "/usr/local/share/jupyter")

    monkeypatch.setattr(install.KernelSpecManager, "install_kernel_spec", refuse)
    assert install.main(["install", "--prefix", str(home / "prefix")]) == 1
    said = capsys.readouterr().err
    assert said.startswith("Cannot write to /usr/local/share/jupyter: permission denied. Use --sys-prefix")


def test_a_file_in_the_way(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "prefix").write_text("a file, not a folder")
    assert install.main(["install", "--prefix", str(home / "prefix")]) == 1
    assert str(home / "prefix") in capsys.readouterr().err


def test_help_and_wrong_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        install.main(["--help"])
    assert stop.value.code == 0
    assert "install" in capsys.readouterr().out
    with pytest.raises(SystemExit) as stop:
        install.main(["install", "--user", "--sys-prefix"])
    assert stop.value.code == 2


def test_the_shipped_spec_names_no_machine() -> None:
    spec = json.loads((install.SPEC / "kernel.json").read_text())
    assert spec["argv"][0] == "python"
    assert os.sep not in "".join(spec["argv"])
