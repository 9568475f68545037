"""What the documents refer to is there: sections, pages, headings, paths, folders."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from .conftest import ROOT
from .test_layers import CORE_FLOORS, KERNEL_FLOORS

DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
#: Where the definition is cited.
CITING = [
    *PAGES,
    *(
        path
        for folder in ("cajal_core", "cajal_kernel", "cajal_experiments", "tests", "scripts", "benchmarks")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path != Path(__file__)
    ),
]

SECTION = re.compile(r"^#{2,3} (\d+(?:\.\d+)?)\.? ", re.MULTILINE)
CITATION = re.compile(r"spec\.md,\s+section\s+([\d.]*\d)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)")
FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
#: A path from the top, or one in code with a folder in front.
PATH = re.compile(
    r"(?<![\w/.-])((?:cajal_core|cajal_kernel|cajal_experiments|tests|docs|scripts|benchmarks|notebooks)/[\w./-]*\w)"
    r"|`((?:\w[\w.-]*/)+[\w.-]+\.(?:py|md|js|json|cajal|err|txt|cfg|toml))`"
)
#: What a reader puts a name of their own into.
PLACEHOLDER = re.compile(r"\bname\.(?:cajal|err)$|[A-Z]{4,}\.")
OLD = ("LANGUAGE" + ".md", "API" + ".md")


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def where(path: Path, page: str, offset: int) -> str:
    return f"{path.name}:{page.count(chr(10), 0, offset) + 1}"


# The definition


def uncited(paths: Iterable[Path], definition: str) -> list[str]:
    """Citations of sections that the definition has not."""
    sections = set(SECTION.findall(definition))
    return [
        f"{where(path, page, match.start())} cites section {match[1]}"
        for path in paths
        for page in [text(path)]
        for match in CITATION.finditer(page)
        if match[1] not in sections
    ]


def test_every_section_that_is_cited_is_there() -> None:
    assert uncited(CITING, text(DOCS / "spec.md")) == []
    cited = {number for path in CITING for number in CITATION.findall(text(path))}
    assert len(cited) > 3


def test_no_page_is_cited_that_the_project_has_not() -> None:
    assert [f"{path.name} cites {old}" for path in CITING for old in OLD if old in text(path)] == []


def test_meta_sections(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        '"""As in docs/spec.md, section 2.4.\n\nBut not as in spec.md, section 3."""'
    )
    definition = "## 2. Typing\n### 2.4 Declarations\n"
    assert uncited([tmp_path / "a.py"], definition) == ["a.py:3 cites section 3"]


def literals(grammar: str) -> set[str]:
    """The quoted tokens of a grammar, without those that stand for many, as `name` does."""
    quoted = {token.replace("\\\\", "\\") for token in re.findall(r'"([^"]+)"', grammar)}
    return quoted - {"name", "Name", "int", "end"}


def test_the_grammar_of_the_definition_has_the_tokens_of_the_parser() -> None:
    section = text(DOCS / "spec.md").partition("\n### 1.1 Grammar\n")[2]
    [written, *_] = re.findall(r"```\n(.*?)```", section, re.DOTALL)
    [parsed] = re.findall(r'r"""(.*?)"""', text(ROOT / "cajal_core" / "syntax" / "grammar.py"), re.DOTALL)
    assert literals(written) == literals(parsed)
    assert len(literals(written)) > 30


# Links


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub and MyST make it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def links(path: Path) -> Iterator[tuple[str, Path, str]]:
    """Each link of a page to a file: where it stands, the file, the heading in it or nothing."""
    page = text(path)
    for match in LINK.finditer(page):
        target = (path.parent / match[1]).resolve() if match[1] else path
        yield where(path, page, match.start()), target, match[2] or ""


def broken(paths: Iterable[Path]) -> list[str]:
    """Links to files and headings that are not there."""
    faults: list[str] = []
    for path in paths:
        for place, target, anchor in links(path):
            if not target.exists():
                faults.append(f"{place} links to {target.name}")
            elif anchor and anchor not in map(slug, HEADING.findall(FENCE.sub("", text(target)))):
                faults.append(f"{place} links to {target.name}#{anchor}")
    return faults


def unreachable(start: Path, pages: Iterable[Path]) -> list[str]:
    """Pages that no chain of links leads to."""
    reached, pending = {start}, [start]
    while pending:
        for _, target, _ in links(pending.pop()):
            if target not in reached and target.suffix == ".md" and target.is_file():
                reached.add(target)
                pending.append(target)
    return [page.name for page in pages if page not in reached]


def test_every_link_leads_somewhere() -> None:
    assert broken(PAGES) == []


def test_every_page_is_reached_from_the_first() -> None:
    assert unreachable(DOCS / "index.md", DOCS.glob("*.md")) == []
    assert DOCS / "index.md" in [target for _, target, _ in links(ROOT / "README.md")]


def test_meta_links(tmp_path: Path) -> None:
    first, second, third = (tmp_path / f"{name}.md" for name in ("first", "second", "third"))
    first.write_text(
        "# One\n[a](second.md#two-tables) [b](second.md#three) [c](gone.md) [d](https://x.org)\n"
    )
    second.write_text("## Two tables\n```\n# three\n```\n")
    third.write_text("")
    assert broken([first]) == ["first.md:2 links to second.md#three", "first.md:2 links to gone.md"]
    assert unreachable(first, [first, second, third]) == ["third.md"]


# Paths and folders


def missing(paths: Iterable[Path], roots: Iterable[Path]) -> list[str]:
    """Paths that the pages name and that are not there, seen from any of the roots."""
    return [
        f"{where(path, page, match.start())} names {named}"
        for path in paths
        for page in [text(path)]
        for match in PATH.finditer(page)
        for named in [(match[1] or match[2]).partition("::")[0]]
        if not PLACEHOLDER.search(named) and not any((root / named).exists() for root in roots)
    ]


def test_every_path_that_is_named_is_there() -> None:
    assert (
        missing(PAGES, [ROOT, ROOT / "cajal_core", ROOT / "cajal_kernel", ROOT / "cajal_experiments"]) == []
    )


def test_meta_paths(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    (tmp_path / "tests").mkdir()
    page.write_text("run tests, or tests/core, `ir/fuse.py` or `tests/errors/name.cajal`\n")
    assert missing([page], [tmp_path]) == ["page.md:1 names tests/core", "page.md:1 names ir/fuse.py"]
    (tmp_path / "tests" / "core").mkdir()
    assert missing([page], [tmp_path]) == ["page.md:1 names ir/fuse.py"]


def table(heading: str, page: str) -> list[str]:
    """The names in the first column of the table below a heading."""
    section = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`(\w+)`", row)]


def test_the_floor_plan_is_that_of_the_code() -> None:
    page = text(DOCS / "design.md")
    assert table("The folders of the compiler", page) == list(CORE_FLOORS)
    assert table("The folders of the notebook", page) == list(KERNEL_FLOORS)


@pytest.mark.parametrize("heading", ["The folders of the compiler", "The folders of the notebook"])
def test_only_folders_that_exist_are_in_the_floor_plan(heading: str) -> None:
    package = ROOT / ("cajal_core" if "compiler" in heading else "cajal_kernel")
    named = table(heading, text(DOCS / "design.md"))
    assert named
    assert [
        name for name in named if not (package / name).is_dir() and not (package / f"{name}.py").is_file()
    ] == []


# Recipes

#: The modules of the trees, the types and the operations, by the names under which others import them.
HOMES = {
    "tree": "cajal_core/syntax/tree.py",
    "core": "cajal_core/terms/core.py",
    "tys": "cajal_core/base/tys.py",
    "ir": "cajal_core/ir/graph.py",
}
#: The classes of the example of each recipe in docs/contributing.md.
EXAMPLES = {
    "A form of term": ("tree.Case", "core.Case"),
    "A declaration": ("tree.Learn", "core.Learn", "tree.Data"),
    "A type": ("tys.Product", "tree.ProductType"),
    "An operation of the IR": ("ir.Outer",),
}
#: Beside those of the compiler, the modules that read or write every construct.
LAWS = [ROOT / "tests" / "laws" / f"{name}.py" for name in ("numpy_ir", "oracle", "strategies")]


def mentions(path: Path, kind: str, home: bool) -> set[str]:
    """The functions and classes in a module, or "" for its top, that mention `kind`, as in `tree.Case`.

    A method stands for itself, and a function in a function for the outer one. At `home` it is `Case` alone.
    """
    alias, _, name = kind.partition(".")

    def inside(node: ast.AST, owner: str, *, closed: bool = False) -> Iterator[str]:
        match node:
            case ast.Name(id) if home and id == name:
                yield owner
            case ast.Attribute(ast.Name(id), attribute) if not home and (id, attribute) == (alias, name):
                yield owner
            case ast.FunctionDef() if not closed:
                owner, closed = node.name, True
            case ast.ClassDef() if not closed:
                owner = node.name
            case _:
                pass
        for child in ast.iter_child_nodes(node):
            yield from inside(child, owner, closed=closed)

    return set(inside(ast.parse(text(path)), ""))


def recipe(heading: str, page: str) -> dict[str, str]:
    """The modules in the table below a heading, each with what the page says of it."""
    section = page.partition(f"\n### {heading}\n")[2].partition("\n### ")[0]
    places: dict[str, str] = {}
    for module, said in re.findall(r"^\| `([\w./]+)` \| (.*) \|", section, re.MULTILINE):
        places[module] = places.get(module, "") + said
    return places


def unsaid(places: dict[str, str], kinds: Iterable[str], root: Path, paths: Iterable[Path]) -> list[str]:
    """The modules that mention the classes of an example and are not in its recipe, and their functions."""
    faults = list[str]()
    for path in paths:
        module = path.relative_to(root).as_posix()
        owners = set[str]().union(
            *(mentions(path, kind, module == HOMES[kind.partition(".")[0]]) for kind in kinds)
        )
        words = re.findall(r"`(\w+)`", places.get(module, ""))
        faults += [
            f"{module}:{owner}".rstrip(":")
            for owner in sorted(owners)
            if module not in places or (owner and not owner.startswith("__") and owner not in words)
        ]
    return faults


@pytest.mark.parametrize("heading", EXAMPLES)
def test_a_recipe_names_every_place_of_its_example(heading: str) -> None:
    places = recipe(heading, text(DOCS / "contributing.md"))
    paths = [*sorted((ROOT / "cajal_core").rglob("*.py")), *LAWS]
    assert unsaid(places, EXAMPLES[heading], ROOT, paths) == []


@pytest.mark.parametrize("heading", EXAMPLES)
def test_what_a_recipe_names_is_in_the_module(heading: str) -> None:
    for module, said in recipe(heading, text(DOCS / "contributing.md")).items():
        code = text(ROOT / module)
        assert [word for word in re.findall(r"`(\w+)`", said) if word not in code] == [], module


def test_meta_recipes(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "T = tree.Case\ndef f(x):\n def g(): return tree.Case\nclass C:\n def h(self): return tree.Case\n"
    )
    (tmp_path / "b.py").write_text("def f(x): return core.Case, tree.If\n")
    page = "\n### One\n| module | has |\n| `a.py` | `f` | pyright |\n| `a.py` | `h` | nothing |\n### Two\n"
    paths = [tmp_path / "a.py", tmp_path / "b.py"]
    assert unsaid(recipe("One", page), ["tree.Case"], tmp_path, paths) == []
    assert unsaid(recipe("One", page), ["tree.Case", "core.Case"], tmp_path, paths) == ["b.py:f"]
    assert unsaid(recipe("One", page.replace("`h`", "`i`")), ["tree.Case"], tmp_path, paths) == ["a.py:h"]
    assert unsaid(recipe("Two", page), ["tree.Case"], tmp_path, paths) == ["a.py", "a.py:f", "a.py:h"]
