"""Who may import whom. Each rule reads a folder of modules, and has a test that it can fail."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ROOT / "cajal_core"
KERNEL = ROOT / "cajal_kernel"

# A module or package in cajal_core imports only what stands before it; `__init__` imports any of them.
ORDER = (
    "recursion",
    "source",
    "tys",
    "syntax",
    "core",
    "look_alikes",
    "diagnostics",
    "errors",
    "grammar",
    "lex",
    "hints",
    "explain",
    "build",
    "parse",
    "format",
    "pretty",
    "context",
    "expect",
    "resolve",
    "auto",
    "readback",
    "check_leaf",
    "check_term",
    "check",
    "declarations",
    "evaluate",
    "tensor_ir",
    "analyse",
    "image",
    "fold",
    "fuse",
    "optimize",
    "verify",
    "plan",
    "builder",
    "specialize",
    "meaning",
    "lower",
    "product",
    "emit",
    "code",
    "initial",
    "recurrence",
    "links",
    "inputs",
    "watch",
    "execute",
    "parameters",
    "sparse",
    "table",
    "readout",
    "neuron",
    "linked",
    "cell",
    "program",
)

# The only modules, as paths in their package, that import what is slow to load or has one boundary.
CORE_BOUNDARIES = {
    "torch": {
        f"{name}.py"
        for name in (
            "product emit code initial recurrence links inputs watch "
            "execute parameters sparse readout neuron linked"
        ).split()
    },
    "parsimonious": {"grammar.py", "explain.py", "build.py", "parse.py"},
    "cajal_kernel": set[str](),
    "IPython": set[str](),
    "matplotlib": set[str](),
}
KERNEL_BOUNDARIES = {"ipywidgets": {"views/widgets.py"}, "anywidget": {"views/widgets.py"}}

LONGEST = 300


@dataclass(frozen=True)
class Import:
    """`import module`, or `from module import name`, wherever it stands in a file."""

    path: str
    line: int
    module: str
    name: str | None

    def __str__(self) -> str:
        return f"{self.path}:{self.line} imports {self.module}{f'.{self.name}' if self.name else ''}"

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]


def imports(package: Path) -> Iterator[Import]:
    """Every import in a package, those in functions and for types included."""
    for path in sorted(package.rglob("*.py")):
        where = path.relative_to(package).as_posix()
        inside = [package.name, *path.relative_to(package).parent.parts]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield Import(where, node.lineno, alias.name, None)
            elif isinstance(node, ast.ImportFrom):
                parent = inside[: len(inside) - node.level + 1] if node.level else []
                module = ".".join([*parent, *([node.module] if node.module else [])])
                for alias in node.names:
                    yield Import(where, node.lineno, module, alias.name)


def outside_boundaries(package: Path, boundaries: dict[str, set[str]]) -> list[str]:
    """Imports of a library by a module that is not among those that may."""
    return [
        str(found)
        for found in imports(package)
        if found.top in boundaries and found.path not in boundaries[found.top]
    ]


def out_of_order(package: Path, order: Collection[str]) -> list[str]:
    """Modules that the order lacks, and imports of a module that does not stand before the importer."""
    ranks = {module: rank for rank, module in enumerate(order)}
    present = {member(path.relative_to(package).as_posix()) for path in package.rglob("*.py")}
    unplaced = sorted(present - {*order, "__init__", "__main__"})
    faults = [f"{name} has no place in the order" for name in unplaced]
    for found in imports(package):
        importer = member(found.path)
        if found.top != package.name or importer in ("__init__", "__main__"):
            continue
        # `from package import module` and `from package.module import name`
        imported = (found.module.split(".")[1:] or [found.name or ""])[0]
        if imported != importer and ranks.get(imported, len(ranks)) >= ranks.get(importer, -1):
            faults.append(str(found))
    return faults


def member(path: str) -> str:
    """The module or package, directly in the package, that holds a file."""
    return path.partition("/")[0].removesuffix(".py")


def private_uses(package: Path, api: str, public: Collection[str]) -> list[str]:
    """Uses of a name of `api` that is not public, through either kind of import."""
    faults = [
        str(found)
        for found in imports(package)
        if found.top == api and (found.module != api or (found.name is not None and found.name not in public))
    ]
    for path in sorted(package.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
            if alias.name == api
        }
        faults += [
            f"{path.relative_to(package).as_posix()}:{node.lineno} uses {api}.{node.attr}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in names
            and node.attr not in public
        ]
    return faults


def too_long(package: Path, longest: int) -> list[str]:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in package.rglob("*.py")}
    return [f"{path.name} has {length} lines" for path, length in lengths.items() if length > longest]


def loaded_by(statement: str, folder: Path) -> set[str]:
    """The top-level modules that a statement loads in a fresh interpreter."""
    code = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    process = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    return set(process.stdout.split())


# The rules


def test_core_loads_nothing_slow() -> None:
    slow = {"torch", "IPython", "matplotlib", "sklearn", "ipywidgets"}
    assert not loaded_by("import cajal_core", ROOT) & slow


def test_core_keeps_its_boundaries() -> None:
    assert outside_boundaries(CORE, CORE_BOUNDARIES) == []


def test_core_keeps_its_order() -> None:
    assert out_of_order(CORE, ORDER) == []


def test_core_modules_are_short() -> None:
    assert too_long(CORE, LONGEST) == []


def test_kernel_keeps_its_boundaries() -> None:
    assert outside_boundaries(KERNEL, KERNEL_BOUNDARIES) == []


def test_kernel_uses_only_the_public_api() -> None:
    import cajal_core

    assert private_uses(KERNEL, "cajal_core", cajal_core.__all__) == []


# The rules can fail


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "pkg"
    (folder / "views").mkdir(parents=True)
    (folder / "__init__.py").write_text("from pkg import late\n")
    (folder / "early.py").write_text("import math\n")
    (folder / "views" / "text.py").write_text("from pkg.views.html import x\nfrom ..early import x\n")
    (folder / "late.py").write_text("from pkg.early import x\nfrom pkg import views\nfrom . import early\n")
    return folder


def test_meta_loaded_modules(package: Path) -> None:
    (package / "late.py").write_text("import colorsys\n")
    assert "colorsys" in loaded_by("import pkg", package.parent)
    assert "colorsys" not in loaded_by("import math", package.parent)


@pytest.mark.parametrize(
    "statement",
    ["import torch", "import torch.nn as nn", "from torch.nn import Module", "def f():\n    import torch"],
)
def test_meta_boundaries(package: Path, statement: str) -> None:
    (package / "views" / "widgets.py").write_text("import torch\n")
    boundaries = {"torch": {"views/widgets.py"}}
    assert outside_boundaries(package, boundaries) == []
    (package / "early.py").write_text(statement)
    (fault,) = outside_boundaries(package, boundaries)
    assert fault.startswith("early.py:")


@pytest.mark.parametrize(
    "statement",
    [
        "import pkg.late",
        "from pkg import late",
        "from pkg.late import x",
        "from . import late",
        "from .late import x",
        "import pkg",
        "from pkg import x",
        "from pkg.unlisted import x",
    ],
)
def test_meta_order(package: Path, statement: str) -> None:
    assert out_of_order(package, ["early", "views", "late"]) == []
    (package / "early.py").write_text(statement)
    (fault,) = out_of_order(package, ["early", "views", "late"])
    assert fault.startswith("early.py:1 ")


def test_meta_order_is_complete(package: Path) -> None:
    assert out_of_order(package, ["early", "views"])[0] == "late has no place in the order"


@pytest.mark.parametrize(
    "source",
    [
        "from api import _private",
        "from api.module import public",
        "import api.module",
        "import api\napi.other",
        "import api as a\na.other()",
    ],
)
def test_meta_private_uses(package: Path, source: str) -> None:
    (package / "views" / "text.py").write_text("from api import public\nimport api as a\na.public.anything\n")
    assert private_uses(package, "api", ["public"]) == []
    (package / "early.py").write_text(source)
    (fault,) = private_uses(package, "api", ["public"])
    assert fault.startswith("early.py:")


def test_meta_too_long(package: Path) -> None:
    (package / "views" / "html.py").write_text("x = 1\n" * 301)
    assert too_long(package, 300) == ["html.py has 301 lines"]
