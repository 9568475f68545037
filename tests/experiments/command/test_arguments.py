"""What the command takes."""

from __future__ import annotations

import pytest

from cajal_experiments.command.arguments import overrides, parser, words


def test_settings_are_combined() -> None:
    options = parser().parse_args(["run", "L2", "--rate", "1e-2,1e-3", "--batch", "8,32"])
    assert overrides(options) == [
        {"batch": 8, "rate": 0.01},
        {"batch": 8, "rate": 0.001},
        {"batch": 32, "rate": 0.01},
        {"batch": 32, "rate": 0.001},
    ]


def test_without_settings_there_is_one_set_that_changes_nothing() -> None:
    assert overrides(parser().parse_args(["run", "L2"])) == [{}]


def test_lists_have_commas() -> None:
    assert words("D, D+,") == ["D", "D+"]
    assert parser().parse_args(["run", "L2", "--models", "D,D+"]).models == ["D", "D+"]


@pytest.mark.parametrize("value", ["0", "-1", "x", ","])
def test_a_setting_is_a_number_above_zero(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["run", "L2", f"--steps={value}"])
    assert f"{value!r} is no list of whole numbers above 0, such as 10,20" in capsys.readouterr().err


@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5"])
def test_a_number_is_from_one(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["run", "L2", f"--seeds={value}"])
    assert f"argument --seeds: {value!r} is no whole number from 1" in capsys.readouterr().err
