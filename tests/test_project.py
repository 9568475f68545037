"""The project itself: metadata, commands on a machine that lacks something, the rules of the tests."""

from __future__ import annotations

import configparser
import importlib.metadata
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.test_layers import imports

ROOT = Path(__file__).parents[1]
PACKAGES = ("cajal_core", "cajal_kernel", "cajal_experiments")


def setup_cfg() -> configparser.ConfigParser:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return config


def requirements(section: str, key: str) -> list[Requirement]:
    return [Requirement(line) for line in setup_cfg()[section][key].split("\n") if line]


RUNTIME = requirements("options", "install_requires")
EDITORS = requirements("options.extras_require", "editors")
DOCS = requirements("options.extras_require", "docs")
GRAPH = requirements("options.extras_require", "graph")
EXPERIMENTS = requirements("options.extras_require", "experiments")
TENSORBOARD = requirements("options.extras_require", "tensorboard")
TEST = requirements("options.extras_require", "test")
CONSTRAINTS = [
    Requirement(line)
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


# Metadata


def test_the_distribution_has_a_name_of_its_own() -> None:
    assert setup_cfg()["metadata"]["name"] == "cajal-jupyter"


@pytest.mark.parametrize(
    "extra",
    [EDITORS, DOCS, GRAPH, EXPERIMENTS, TENSORBOARD],
    ids=["editors", "docs", "graph", "experiments", "tensorboard"],
)
def test_the_tests_have_what_other_extras_have(extra: list[Requirement]) -> None:
    assert set(map(str, extra)) <= set(map(str, TEST))


@pytest.mark.parametrize("requirement", RUNTIME + TEST, ids=str)
def test_dependency_has_a_lower_bound_and_a_constraint_within(requirement: Requirement) -> None:
    assert [bound.operator for bound in requirement.specifier] == [">="]
    (pinned,) = [
        pin for pin in CONSTRAINTS if canonicalize_name(pin.name) == canonicalize_name(requirement.name)
    ]
    (pin,) = pinned.specifier
    assert pin.operator == "=="
    assert requirement.specifier.contains(pin.version)


def test_constraints_pin_versions_and_nothing_of_a_machine() -> None:
    for requirement in CONSTRAINTS:
        assert requirement.url is None
        (pin,) = requirement.specifier
        assert pin.operator == "=="
        assert "+" not in pin.version
    assert "torch==2.13.0" in map(str, CONSTRAINTS)


def undeclared(folders: Iterable[Path], declared: Iterable[Requirement]) -> list[str]:
    """Imports of a library that no declared distribution brings."""
    names = {canonicalize_name(requirement.name) for requirement in declared}
    brings = importlib.metadata.packages_distributions()
    return [
        str(found)
        for folder in folders
        for found in imports(folder)
        if found.top not in sys.stdlib_module_names
        and found.top not in (*PACKAGES, "tests", "scripts", "benchmarks")
        and names.isdisjoint(canonicalize_name(name) for name in brings.get(found.top, []))
    ]


def test_what_the_packages_import_is_a_dependency() -> None:
    assert (
        undeclared([ROOT / package for package in PACKAGES], RUNTIME + EDITORS + EXPERIMENTS + TENSORBOARD)
        == []
    )


def test_what_the_tests_import_is_a_dependency() -> None:
    folders = [ROOT / name for name in ("tests", "scripts", "benchmarks", "docs")]
    assert undeclared(folders, RUNTIME + TEST) == []


def test_meta_undeclared(tmp_path: Path) -> None:
    (tmp_path / "made_up.py").write_text("import os, torch\nimport cajal_core, packaging\n")
    assert undeclared([tmp_path], RUNTIME) == ["made_up.py:2 imports packaging"]


@pytest.mark.slow
def test_wheel_has_the_files_that_are_not_python(tmp_path: Path) -> None:
    source = tmp_path / "source"
    copy_project(source)
    options = "--quiet --no-deps --no-build-isolation --disable-pip-version-check".split()
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", str(tmp_path), str(source)],
        check=True,
    )
    (wheel,) = tmp_path.glob("cajal_jupyter-*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        path.relative_to(source).as_posix()
        for package in PACKAGES
        for path in (source / package).rglob("*")
        if path.is_file()
    }
    assert expected <= packed
    data = f"{wheel.name.partition('-py3')[0]}.data/data/share/jupyter/kernels/cajal/"
    assert f"{data}kernel.json" in packed
    assert any(name.startswith(f"{data}logo-") for name in packed)


# Commands


def copy_project(folder: Path) -> None:
    """What a clone has of the commands and the packages, and nothing that was built."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package,
            folder / package,
            ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"),
        )
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    for name in ("Makefile", "setup.cfg", "pyproject.toml", "constraints.txt", "MANIFEST.in", "LICENSE"):
        shutil.copy(ROOT / name, folder)


def environment(**changes: str) -> dict[str, str]:
    """What a user's shell has, whatever runs the tests."""
    ours = ("PIP_", "MAKE", "MFLAGS", "PYTHON", "ARGS", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | changes


def make(folder: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env=environment(**changes),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def assert_plain(process: subprocess.CompletedProcess[str], *sentences: str) -> None:
    """The command failed, and said why in few words."""
    assert process.returncode != 0
    for sentence in sentences:
        assert sentence in process.stdout
    assert "Traceback" not in process.stdout
    assert len(process.stdout.splitlines()) < 15


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = tmp_path / "a clone"
    copy_project(folder)
    return folder


def fake_python(folder: Path, script: str) -> str:
    """A PATH on which `python3` is a script of ours."""
    folder.mkdir()
    (folder / "python3").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "python3").chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.parametrize("version", ["2.7", "3.9", "3.10"])
@pytest.mark.parametrize("command", ["lab", "test"])
def test_an_old_python(clone: Path, tmp_path: Path, command: str, version: str) -> None:
    process = make(clone, command, PATH=fake_python(tmp_path / "bin", f"echo {version}"))
    assert_plain(
        process,
        f"Cajal needs Python 3.11 or later, and `python3` is Python {version}.",
        "make PYTHON=python3.12 lab",
    )


def test_no_python(clone: Path) -> None:
    process = make(clone, "PYTHON=python-of-tomorrow", "lab")
    assert_plain(process, "there is no `python-of-tomorrow` here.", "make PYTHON=")


def test_a_python_without_venv(clone: Path, tmp_path: Path) -> None:
    script = 'case "$2" in *version*) echo 3.14;; *) echo "ModuleNotFoundError" >&2; exit 1;; esac'
    process = make(clone, "test", PATH=fake_python(tmp_path / "bin", script))
    assert_plain(process, "venv or ensurepip module is missing", "apt install python3.14-venv")


@pytest.mark.slow
@pytest.mark.parametrize(
    "index", [{"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0"}, {"PIP_NO_INDEX": "1"}]
)
def test_no_network(clone: Path, index: dict[str, str]) -> None:
    process = make(clone, f"PYTHON={sys.executable}", "test", PIP_CONFIG_FILE=os.devnull, **index)
    assert_plain(process, "The packages could not be fetched: pip cannot reach a package index.")
    again = make(clone, "lab", PIP_CONFIG_FILE=os.devnull, **index)
    assert_plain(again, "The packages could not be fetched")


def test_help_lists_every_command(clone: Path) -> None:
    process = make(clone)
    assert process.returncode == 0
    (phony,) = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"make (\w+) ", process.stdout)) == set(phony.split()) - {"setup-dev"}


@pytest.mark.slow
@pytest.mark.skipif(
    not (ROOT / ".venv" / "installed-test").is_file(), reason="`make test` did not install this"
)
def test_lab_serves_the_notebooks_with_the_kernel(tmp_path: Path) -> None:
    port, token = free_port(), "a-token"
    options = (
        f"--no-browser --ServerApp.port={port} --ServerApp.port_retries=0 --IdentityProvider.token={token}"
    )
    private = {name: str(tmp_path) for name in ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")}
    log = tmp_path / "log"
    with log.open("w") as output:
        lab = subprocess.Popen(
            ["make", "lab", f"ARGS={options}"],
            cwd=ROOT,
            env=environment(**private),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def get(path: str) -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/{path}?token={token}", timeout=10) as reply:
            return json.load(reply)

    def is_up() -> bool:
        assert lab.poll() is None, log.read_text()
        try:
            get("status")
        except OSError:
            return False
        return True

    try:
        wait_for(is_up)
        notebooks = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
        assert notebooks <= {entry["name"] for entry in get("contents")["content"]}
        assert get("kernelspecs")["kernelspecs"]["cajal"]["spec"]["language"] == "cajal"
    finally:
        os.killpg(lab.pid, signal.SIGTERM)
        lab.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"nothing after {seconds} s"
        time.sleep(0.2)


# The rules of the tests


def run_tests(folder: Path, ci: str, **tests: str) -> str:
    """Run made-up tests, each in a file of its own name, under the conftest of this project."""
    shutil.copy(ROOT / "tests" / "conftest.py", folder)
    for name, test in tests.items():
        (folder / f"test_{name}.py").write_text(f"import pytest\n\n{test}\n")
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]
    markers = "\n    ".join(tool["markers"])
    (folder / "pytest.ini").write_text(f"[pytest]\nstrict = true\nmarkers =\n    {markers}\n")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--continue-on-collection-errors"],
        cwd=folder,
        env=os.environ | {"CI": ci},
        capture_output=True,
        text=True,
        check=False,
    ).stdout


SKIPS = {
    "call": "def test():\n    pytest.skip('no browser')",
    "mark": "@pytest.mark.skip(reason='no browser')\ndef test():\n    pass",
    "fixture": "@pytest.fixture\ndef page():\n    pytest.skip('no browser')\n\ndef test(page):\n    pass",
    "module": "pytest.skip('no browser', allow_module_level=True)",
}


def test_a_skip_fails_in_ci_alone(tmp_path: Path) -> None:
    assert re.search(rf"^{len(SKIPS)} skipped", run_tests(tmp_path, "", **SKIPS), re.MULTILINE)
    output = run_tests(tmp_path, "true", **SKIPS)
    *_, summary = output.strip().splitlines()
    # Where the test itself has not begun, pytest calls it an error.
    assert re.match(r"1 failed, 3 errors in ", summary), output
    for name in SKIPS:
        assert f"{name}.py" in output.partition("short test summary")[2]
    assert output.count("no browser\nIn CI only tests marked gpu may be skipped") >= len(SKIPS)


def test_gpu_tests_and_known_failures_may_skip_in_ci(tmp_path: Path) -> None:
    gpu = "@pytest.mark.gpu\ndef test():\n    pytest.skip('no device')"
    known = "@pytest.mark.xfail(reason='known')\ndef test():\n    assert False"
    assert "1 skipped, 1 xfailed" in run_tests(tmp_path, "true", gpu=gpu, known=known)


def test_slow_tests_run_last(tmp_path: Path) -> None:
    test = "@pytest.mark.slow\ndef test_a():\n    print('slow')\n\ndef test_b():\n    assert False"
    assert "F." in run_tests(tmp_path, "", test=test)


def test_annotations_are_checked_in_tests() -> None:
    from jaxtyping import TypeCheckError

    from cajal_core.neuron.module import Argument

    with pytest.raises(TypeCheckError):
        Argument("x", "Bool")  # pyright: ignore[reportArgumentType]
