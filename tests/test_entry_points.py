"""What the package's metadata names for other tools; test_wheel.py lets the tools find it."""

from __future__ import annotations

import configparser
from importlib.metadata import EntryPoint
from typing import Any

from papermill.engines import NBClientEngine

from cajal_kernel.integrations.nbconvert import CajalExporter

from .conftest import ROOT


def test_entry_points_lead_to_what_is_there() -> None:
    config = configparser.ConfigParser(delimiters=("=",))
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    loaded: dict[str, Any] = {}
    for group, lines in config["options.entry_points"].items():
        for line in lines.strip().split("\n"):
            name, _, target = line.partition(" = ")
            assert name == "cajal"
            loaded[group] = EntryPoint(name, target, group).load()
    assert loaded["nbconvert.exporters.script"] is CajalExporter
    assert issubclass(loaded["papermill.engine"], NBClientEngine)
    assert loaded["papermill.engine"].__module__ == "cajal_kernel.integrations.papermill"
