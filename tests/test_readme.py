"""What the README shows is true."""

import re
from pathlib import Path

import pytest

from cajal_core import CajalError, Program

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, re.DOTALL)


def test_the_fifteen_lines_run(capsys: pytest.CaptureFixture[str]) -> None:
    [(_, code)] = [block for block in BLOCKS if block[0] == "python"]
    assert len(code.splitlines()) == 15
    names: dict[str, object] = {}
    exec(code, names)
    assert capsys.readouterr().out == "true\n"
    network = names["network"]
    assert all(parameter.grad is not None for parameter in network.parameters())  # type: ignore[attr-defined]


def test_the_definitions_check_and_the_mistake_reads_as_shown() -> None:
    cajal, mistake = [text for language, text in BLOCKS if not language]
    program = Program()
    program.run(cajal)
    with pytest.raises(CajalError) as caught:
        program.run(r"\x:Bool. and x x")
    assert str(caught.value) == mistake.rstrip("\n")


def test_what_is_linked_is_there() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    images = re.findall(r'src(?:set)?="([^"]+)"', README)
    assert len(images) == 2
    for target in links + images:
        assert (Path(__file__).parents[1] / target).exists(), target
