"""Laws of the parser and the printer: what is printed parses back, spans hold their text, layout is free."""

from __future__ import annotations

import typing

from hypothesis import given
from hypothesis import strategies as st

from cajal_core.base.source import Source
from cajal_core.syntax import tree
from cajal_core.syntax.parse import parse
from cajal_core.syntax.printer import pretty
from tests.laws.budget import budget
from tests.laws.strategies import Sample, nodes, samples, trees

#: Blank space as the language has it, inside an item.
BLANKS = (" ", "   ", "\t", "\n ", "\n\n\t", " -- in then ) ;\n  ", " {- ; {- nested -} def -} ", "\r\n  ")


def read(text: str) -> list[tree.Item]:
    return parse(Source("test", text))


def term(text: str) -> tree.Term:
    [item] = read(text)
    assert isinstance(item, tree.Show)
    return item.term


@given(samples())
@budget(200)
def test_printed_programs_parse_back(sample: Sample) -> None:
    text = "\n".join(map(pretty, sample.items))
    assert read(text) == sample.items


@given(samples(), st.sampled_from(["; ", "\n", "\n\n-- between\n", "{- x -}\n", ";\n"]))
@budget(100)
def test_items_are_separated_by_lines_or_semicolons(sample: Sample, separator: str) -> None:
    assert read(separator.join(map(pretty, sample.items))) == sample.items


@given(samples())
@budget(100)
def test_printed_terms_parse_back_one_by_one(sample: Sample) -> None:
    for node in nodes(tuple(sample.items)):
        if isinstance(node, typing.get_args(tree.Term)):
            assert term(pretty(node)) == node


@given(trees())
@budget(200)
def test_printed_types_parse_back(type: tree.Type) -> None:
    [item] = read(f"extern t : {pretty(type)}")
    assert isinstance(item, tree.Extern)
    assert item.type == type


@given(samples(), st.data())
@budget(150)
def test_blank_space_is_free(sample: Sample, data: st.DataObject) -> None:
    """Any blank space, comments and line ends between two tokens leave the tree as it is."""
    for item in sample.items:
        words = pretty(item).split(" ")
        blanks = data.draw(st.lists(st.sampled_from(BLANKS), min_size=len(words), max_size=len(words)))
        text = "".join(word + blank for word, blank in zip(words, blanks, strict=True))
        assert read(text) == [item]


@given(samples(), st.integers(1, 5))
@budget(50)
def test_a_cell_may_be_indented_as_a_whole(sample: Sample, width: int) -> None:
    lines = "\n".join(map(pretty, sample.items)).split("\n")
    assert read("\n".join(" " * width + line for line in lines)) == sample.items


@given(samples())
@budget(150)
def test_the_span_of_a_node_holds_its_text(sample: Sample) -> None:
    found = list(nodes(tuple(read("\n".join(map(pretty, sample.items))))))
    # In `(a, b, c)` the pair of a and b has no text of its own.
    implied = {id(node.left) for node in found if isinstance(node, tree.Pair)}
    for node in found:
        match node:
            case tree.Pair() if id(node) in implied:
                assert node.span.text.startswith("(")
            case tree.Binder(name):
                assert node.span.text == name
            case tree.PairPattern() | tree.Wildcard():
                let = term(f"let {node.span.text} = t in true")
                assert isinstance(let, tree.Let)
                assert node in (let.pattern, *tree.children(let.pattern))  # `(a, b, c)` is `((a, b), c)`
            case tree.ConstructorPattern() | tree.NumberPattern():
                case = term(f"case t {{ {node.span.text} => true }}")
                assert isinstance(case, tree.Case)
                assert case.arms[0].pattern == node
            case tree.Generator():
                listed = term(f"[true | {node.span.text}]")
                assert isinstance(listed, tree.Comprehension)
                assert listed.generators == (node,)
            case tree.DataConstructor():
                [item] = read(f"data Made = {node.span.text}")
                assert isinstance(item, tree.Data)
                assert item.constructors == (node,)
            case tree.Param():
                [item] = read(f"def f {node.span.text} : Bool = true")
                assert isinstance(item, tree.Def)
                assert item.params == (node,)
            case tree.Arm():
                [item] = read(f"case t {{ {node.span.text} }}")
                assert isinstance(item, tree.Show)
                assert isinstance(item.term, tree.Case)
                assert item.term.arms == (node,)
            case _ if isinstance(node, typing.get_args(tree.Item)):
                assert read(node.span.text) == [node]
            case _ if isinstance(node, typing.get_args(tree.Type)):
                [item] = read(f"extern t : {node.span.text}")
                assert isinstance(item, tree.Extern)
                assert item.type == node
            case _:
                assert term(node.span.text) == node
