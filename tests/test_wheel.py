"""The wheel in an environment of its own: kernel, extension, conformance, a notebook, nothing left behind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from .conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SOURCES = ("cajal_core", "cajal_kernel", "setup.cfg", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE")
JAVASCRIPT = ROOT / "cajal_kernel" / "views" / "js"
EXTENSION = "share/jupyter/labextensions/cajal-jupyter"
SHARED = [
    "share/jupyter/kernels/cajal/kernel.json",
    "share/jupyter/kernels/cajal/logo-svg.svg",
    f"{EXTENSION}/package.json",
    f"{EXTENSION}/install.json",
    f"{EXTENSION}/static/remoteEntry.js",
    f"{EXTENSION}/static/rules.html",
    f"{EXTENSION}/static/tokens.json",
    "etc/jupyter/jupyter_server_config.d/cajal-jupyter.json",
]


@dataclass
class Place:
    """A virtual environment, a folder to work in, and nothing of the machine's Jupyter."""

    folder: Path

    @property
    def prefix(self) -> Path:
        return self.folder / "env"

    def run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        ours = ("PYTHON", "JUPYTER", "PIP_", "VIRTUAL_ENV", "CI")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        home = {"HOME": str(self.folder), "JUPYTER_PLATFORM_DIRS": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        path = f"{self.prefix / 'bin'}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            [str(self.prefix / "bin" / "python"), *command],
            cwd=self.folder,
            env={**kept, **home, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done


def build(folder: Path, kind: str) -> Path:
    """The wheel or the sdist of a copy of the sources, so that nothing is left in the project's folder."""
    source = folder / "source"
    if not source.exists():
        source.mkdir()
        for name in SOURCES:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, source / name)
    code = f"import setuptools.build_meta as b, sys; print(b.build_{kind}(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, str(folder)], cwd=source, check=True, capture_output=True)
    (found,) = folder.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("wheel"), "wheel")


@pytest.fixture(scope="module")
def place(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The wheel installed. What it depends on is seen where it is, since a second PyTorch takes minutes."""
    place = Place(tmp_path_factory.mktemp("place"))
    subprocess.run([sys.executable, "-m", "venv", str(place.prefix)], check=True)
    site = place.run("-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip()
    (Path(site) / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    templates = place.prefix / "share" / "jupyter" / "nbconvert"
    templates.parent.mkdir(parents=True)
    templates.symlink_to(Path(sys.prefix) / "share" / "jupyter" / "nbconvert")
    place.run("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--ignore-installed", str(wheel))
    return place


def test_the_wheel_has_kernel_and_extension(wheel: Path) -> None:
    data = f"{wheel.name.partition('-py3')[0]}.data/data/"
    packed = zipfile.ZipFile(wheel).namelist()
    assert {data + name for name in SHARED} <= set(packed)
    # What the kernel itself reads: the page of rules, and the JavaScript and CSS of the live pictures.
    drawn = [path.relative_to(JAVASCRIPT.parent).as_posix() for path in JAVASCRIPT.rglob("*.*")]
    read = ["labextension/static/rules.html", *(f"views/{name}" for name in drawn)]
    assert len(read) > 1
    assert {f"cajal_kernel/{name}" for name in read} <= set(packed)
    (metadata,) = [name for name in packed if name.endswith("entry_points.txt")]
    points = zipfile.ZipFile(wheel).read(metadata).decode()
    assert "[pygments.lexers]\ncajal = cajal_kernel.assist.lexer:CajalLexer" in points
    assert "[nbconvert.exporters.script]\ncajal = cajal_kernel.integrations.nbconvert:CajalExporter" in points
    assert "[papermill.engine]\ncajal = cajal_kernel.integrations.papermill:CajalEngine" in points


def test_the_sdist_has_all_that_the_wheel_is_made_of(wheel: Path) -> None:
    with tarfile.open(build(wheel.parent, "sdist")) as archive:
        names = archive.getnames()
    packed = {name.partition("/")[2] for name in names}
    assert {
        "cajal_kernel/labextension/static/remoteEntry.js",
        "cajal_kernel/labextension/static/rules.html",
        "cajal_kernel/kernelspec/kernel.json",
    } <= packed
    assert {"setup.cfg", "pyproject.toml", "README.md", "LICENSE"} <= packed


def test_jupyter_finds_both(place: Place) -> None:
    where = place.run("-c", "import cajal_kernel; print(cajal_kernel.__file__)").stdout
    assert where.startswith(str(place.prefix))
    specs = json.loads(place.run("-m", "jupyter_client.kernelspecapp", "list", "--json").stdout)[
        "kernelspecs"
    ]
    assert specs["cajal"]["resource_dir"] == str(place.prefix / "share" / "jupyter" / "kernels" / "cajal")
    listed = place.run("-m", "jupyterlab.labextensions", "list")
    (line,) = [line for line in (listed.stdout + listed.stderr).split("\n") if "cajal-jupyter" in line]
    assert "enabled" in line
    assert "OK" in line


def test_the_installed_kernel_conforms(place: Place) -> None:
    shutil.copy(ROOT / "tests" / "kernel" / "kernel" / "test_kernel_suite.py", place.folder)
    (place.folder / "conftest.py").write_text(
        "import pytest\n\n@pytest.fixture(scope='class')\ndef kernels():\n    'The kernel is installed.'\n",
        encoding="utf-8",
    )
    done = place.run("-m", "pytest", "-q", "-p", "no:cacheprovider", "test_kernel_suite.py")
    summary = done.stdout.strip().split("\n")[-1]
    assert "passed" in summary
    assert "skipped" not in summary


def test_a_notebook_runs_and_converts(place: Place) -> None:
    notebook = place.folder / "first.ipynb"
    shutil.copy(ROOT / "notebooks" / "01_first_neurons.ipynb", notebook)
    place.run("-m", "nbconvert", "--execute", "--to", "html", str(notebook))
    page = notebook.with_suffix(".html").read_text(encoding="utf-8")
    # Coloured by our lexer.
    assert '<span class="kd">def</span><span class="w"> </span><span class="nf">' in page
    assert "not : Bool -o Bool" in page.replace("<b>", "").replace("</b>", "")
    for kind, ending in (("markdown", ".md"), ("script", ".cajal")):
        place.run("-m", "nbconvert", "--to", kind, str(notebook))
        assert "def not (x : Bool)" in notebook.with_suffix(ending).read_text(encoding="utf-8")
    assert (
        "def evens : " in place.run("-m", "cajal_core", "check", str(notebook.with_suffix(".cajal"))).stdout
    )


def test_papermill_sets_parameters(place: Place) -> None:
    cells = [new_code_cell("def n : Nat = 1\ndef flag : Bool = false"), new_code_cell("(flag, n)")]
    cells[0].metadata["tags"] = ["parameters"]
    metadata = {"kernelspec": {"name": "cajal", "language": "cajal", "display_name": "Cajal"}}
    nbformat.write(new_notebook(cells=cells, metadata=metadata), place.folder / "in.ipynb")
    place.run(*"-m papermill in.ipynb out.ipynb -p n 5 -p flag true".split())
    *_, injected, shown = nbformat.read(place.folder / "out.ipynb", as_version=4).cells
    assert injected.source == "-- Parameters\ndef n : Nat = 5\ndef flag : Bool = true\n"
    assert shown.outputs[0].data["text/plain"] == "(flag, n) : Bool * Nat = (true, 5)"


def test_jupytext_writes_scripts(place: Place) -> None:
    notebook = place.folder / "second.ipynb"
    shutil.copy(ROOT / "notebooks" / "03_a_small_machine.ipynb", notebook)
    place.run(*"-m cajal_kernel jupytext --to cajal:percent second.ipynb".split())
    assert "def walk : " in place.run("-m", "cajal_core", "check", "second.cajal").stdout
    listed = place.run("-m", "jupyter_server.extension.serverextension", "list")
    (line,) = [
        line for line in (listed.stdout + listed.stderr).split("\n") if "cajal" in line and "OK" in line
    ]
    assert "cajal_kernel.integrations.jupyter_server" in line


def test_uninstalling_leaves_nothing(place: Place) -> None:
    place.run("-m", "pip", "uninstall", "--quiet", "--yes", "cajal-jupyter")
    assert [name for name in SHARED if (place.prefix / name).exists()] == []
    assert not (place.prefix / EXTENSION).exists()
    assert not (place.prefix / "share" / "jupyter" / "kernels" / "cajal").exists()
