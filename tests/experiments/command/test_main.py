"""Exit statuses."""

from __future__ import annotations

import pytest

from cajal_experiments.command import listing
from cajal_experiments.command.main import main


def test_a_mistake_is_told_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "nothing.py"]) == 2
    assert capsys.readouterr().err == "error: There is no file `nothing.py`.\n"


def test_an_interrupt_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(_options: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(listing, "listing", interrupt)
    assert main(["list"]) == 130
    assert capsys.readouterr().err == "Interrupted. The same command goes on from here.\n"


@pytest.mark.parametrize(
    "arguments", [[], ["train"], ["run"], ["run", "L2", "--seeds", "0"], ["run", "L2", "--rate", "fast"]]
)
def test_what_the_parser_refuses_is_no_traceback(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err
