"""Who may import whom: one rule a folder. Each rule reads a package, and has a test that it can fail."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ROOT / "cajal_core"
KERNEL = ROOT / "cajal_kernel"
EXPERIMENTS = ROOT / "cajal_experiments"

# A folder, or a module that stands beside the folders, imports only from those before it; docs/design.md says
# what each is for. `__init__` and `__main__` of a package may import any of them.
CORE_FLOORS = tuple(
    "base diagnostics syntax terms checking ir export backend neuron program training".split()
)
KERNEL_FLOORS = tuple(
    "shadows errors misplaced interrupts variables steps program views showing comparing assist".split()
    + "training session magics kernel integrations editors install".split()
)

# The only folders and files that import what is slow to load or has one boundary.
CORE_BOUNDARIES = {
    "torch": {"backend", "neuron", "training"},
    "parsimonious": {"syntax"},
    "cajal_kernel": {"neuron/show.py"},  # a neuron's own pictures, loaded when they are asked for
    "IPython": set[str](),
    "matplotlib": set[str](),
}
KERNEL_BOUNDARIES = {
    "ipywidgets": {"views/live/widget.py"},
    "anywidget": {"views/live/widget.py"},
    "IPython": {
        "__init__.py",
        "session",
        "showing",
        "magics",
        "kernel",
        "views/curves/output.py",
        "views/live/slots.py",
    },
}

#: A module of more lines says why, in its docstring: "… lines, because …".
LONG = 300
WHY_LONG = re.compile(r"\blines,? because\b")
#: A folder of more modules has two subjects.
MOST_MODULES = 14


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
    """Imports of a library by a file that is neither among those that may, nor in a folder that may."""
    return [
        str(found)
        for found in imports(package)
        if found.top in boundaries and not {found.path, floor(found.path)} & boundaries[found.top]
    ]


def floor(path: str) -> str:
    """The folder, or else the module, directly in the package, that holds a file."""
    return path.partition("/")[0].removesuffix(".py")


def arrows(package: Path) -> Iterator[tuple[Import, str]]:
    """Every import of a module of the package, `folder/module` or `module`."""
    modules = {path.relative_to(package).with_suffix("").as_posix() for path in package.rglob("*.py")}
    for found in imports(package):
        if found.top == package.name:
            inside = "/".join(found.module.split(".")[1:])
            longer = f"{inside}/{found.name}".strip("/")
            yield found, longer if {longer, f"{longer}/__init__"} & modules else inside


def out_of_order(package: Path, floors: Collection[str]) -> list[str]:
    """Folders and modules that the order lacks, and imports from one that stands no earlier."""
    ranks = {name: rank for rank, name in enumerate(floors)}
    present = {floor(path.relative_to(package).as_posix()) for path in package.rglob("*.py")}
    unplaced = sorted(present - {*floors, "__init__", "__main__"})
    faults = [f"{name} has no place in the order" for name in unplaced]
    for found, target in arrows(package):
        importer, imported = floor(found.path), floor(target)
        if importer in ("__init__", "__main__") or imported == importer:
            continue
        if ranks.get(imported, len(ranks)) >= ranks.get(importer, -1):
            faults.append(str(found))
    return faults


def cycles(package: Path) -> list[str]:
    """Modules that import each other, perhaps through others."""
    reads: dict[str, set[str]] = {}
    for found, target in arrows(package):
        reads.setdefault(found.path.removesuffix(".py"), set()).add(target)
    order = TopologicalSorter(reads)
    try:
        order.prepare()
    except CycleError as error:
        return [" imports ".join(reversed(error.args[1]))]
    return []


def reached(package: Path, starts: Collection[str]) -> set[str]:
    """The modules that some modules, or those of some folders, import, perhaps through others."""
    reads: dict[str, set[str]] = {}
    for found, target in arrows(package):
        reads.setdefault(found.path.removesuffix(".py"), set()).add(target)
    first = [module for module in reads if module in starts or floor(module) in starts]
    pending, modules = [target for module in first for target in reads[module]], set[str]()
    while pending:
        module = pending.pop()
        if module not in modules:
            modules.add(module)
            pending.extend(reads.get(module, ()))
    return modules


def crowded(package: Path, most: int) -> list[str]:
    """Folders of more modules than so many."""
    folders = {path.parent for path in package.rglob("*.py")}
    counts = {folder: len([*folder.glob("[!_]*.py")]) for folder in sorted(folders)}
    return [f"{folder.name} has {count} modules" for folder, count in counts.items() if count > most]


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


def too_long(package: Path) -> list[str]:
    """Modules that are long and do not say why."""
    faults: list[str] = []
    for path in sorted(package.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        length = len(text.splitlines())
        if length > LONG and not WHY_LONG.search(ast.get_docstring(ast.parse(text)) or ""):
            faults.append(f"{path.name} has {length} lines and does not say why")
    return faults


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
    assert out_of_order(CORE, CORE_FLOORS) == []


def test_kernel_keeps_its_order() -> None:
    assert out_of_order(KERNEL, KERNEL_FLOORS) == []


def test_the_evaluator_and_the_compiler_share_nothing() -> None:
    """Each is the check of the other."""
    compiler = {"ir", "backend", "neuron"}
    assert {floor(module) for module in reached(CORE, ["terms/evaluate"])} & compiler == set()
    assert "terms/evaluate" not in reached(CORE, compiler)


@pytest.mark.parametrize("package", [CORE, KERNEL, EXPERIMENTS])
def test_no_modules_import_each_other(package: Path) -> None:
    assert cycles(package) == []


@pytest.mark.parametrize("package", [CORE, KERNEL, EXPERIMENTS])
def test_folders_have_one_subject(package: Path) -> None:
    assert crowded(package, MOST_MODULES) == []


@pytest.mark.parametrize("package", [CORE, KERNEL, EXPERIMENTS])
def test_long_modules_say_why(package: Path) -> None:
    assert too_long(package) == []


def test_kernel_keeps_its_boundaries() -> None:
    assert outside_boundaries(KERNEL, KERNEL_BOUNDARIES) == []


@pytest.mark.parametrize("package", [KERNEL, EXPERIMENTS])
def test_the_others_use_only_the_public_api(package: Path) -> None:
    import cajal_core

    assert private_uses(package, "cajal_core", cajal_core.__all__) == []


# The rules can fail


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Two folders, `low` and `high`, and a module `alone`, which keep the order of `FLOORS`."""
    folder = tmp_path / "pkg"
    for name in ("low", "high"):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text("")
    (folder / "__init__.py").write_text("from pkg.high.late import x\n")
    (folder / "low" / "early.py").write_text("import math\n")
    (folder / "low" / "next.py").write_text("from pkg.low.early import x\nfrom . import early\n")
    (folder / "high" / "late.py").write_text("from pkg.low import early\nfrom ..low.next import x\n")
    (folder / "alone.py").write_text("import pkg.low.early\nfrom pkg.high import late\n")
    return folder


FLOORS = ("low", "high", "alone")


def test_meta_loaded_modules(package: Path) -> None:
    (package / "__init__.py").write_text("from pkg.high import late\n")
    (package / "high" / "late.py").write_text("import colorsys\n")
    assert "colorsys" in loaded_by("import pkg", package.parent)
    assert "colorsys" not in loaded_by("import math", package.parent)


@pytest.mark.parametrize(
    "statement",
    ["import torch", "import torch.nn as nn", "from torch.nn import Module", "def f():\n    import torch"],
)
@pytest.mark.parametrize("allowed", ["high", "high/late.py"])
def test_meta_boundaries(package: Path, statement: str, allowed: str) -> None:
    (package / "high" / "late.py").write_text("import torch\n")
    boundaries = {"torch": {allowed}}
    assert outside_boundaries(package, boundaries) == []
    (package / "low" / "early.py").write_text(statement)
    (fault,) = outside_boundaries(package, boundaries)
    assert fault.startswith("low/early.py:")


@pytest.mark.parametrize(
    "statement",
    [
        "import pkg.high.late",
        "import pkg.alone",
        "from pkg import high",
        "from pkg import alone",
        "from pkg.high import late",
        "from pkg.high.late import x",
        "from pkg.alone import x",
        "from .. import alone",
        "from ..high import late",
        "from ..high.late import x",
        "import pkg",
        "from pkg import x",
        "from pkg.unlisted import x",
        "def f():\n    from pkg.high.late import x",
    ],
)
def test_meta_order(package: Path, statement: str) -> None:
    assert out_of_order(package, FLOORS) == []
    (package / "low" / "early.py").write_text(statement)
    (fault,) = out_of_order(package, FLOORS)
    assert fault.startswith("low/early.py:")


def test_meta_order_is_complete(package: Path) -> None:
    assert out_of_order(package, ("low", "high"))[0] == "alone has no place in the order"


@pytest.mark.parametrize(
    "statement",
    ["from pkg.low.next import x", "from pkg.low import next", "def f():\n    from .next import x"],
)
def test_meta_cycles(package: Path, statement: str) -> None:
    assert cycles(package) == []
    (package / "low" / "early.py").write_text(statement)
    assert cycles(package) != []


def test_meta_reached(package: Path) -> None:
    assert reached(package, ["alone"]) == {"low/early", "low/next", "high/late"}
    assert reached(package, ["low"]) == {"low/early"}
    (package / "low" / "next.py").write_text("def f():\n    import pkg.alone\n")
    assert "high/late" in reached(package, ["low/next"])
    assert "high/late" not in reached(package, ["low/early"])


def test_meta_crowded(package: Path) -> None:
    assert crowded(package, 2) == []
    (package / "low" / "third.py").write_text("")
    assert crowded(package, 2) == ["low has 3 modules"]


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
    (package / "high" / "late.py").write_text("from api import public\nimport api as a\na.public.anything\n")
    assert private_uses(package, "api", ["public"]) == []
    (package / "low" / "early.py").write_text(source)
    (fault,) = private_uses(package, "api", ["public"])
    assert fault.startswith("low/early.py:")


def test_meta_too_long(package: Path) -> None:
    (package / "low" / "early.py").write_text('"""What it does."""\n' + "x = 1\n" * 300)
    assert too_long(package) == ["early.py has 301 lines and does not say why"]
    (package / "low" / "early.py").write_text(
        '"""It has over 300 lines because a reason."""\n' + "x = 1\n" * 300
    )
    assert too_long(package) == []
