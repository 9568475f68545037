"""`python -m cajal_core check FILE…` and `python -m cajal_core fmt FILE…`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cajal_core as cajal


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns its exit status: 0 if all files are in order, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m cajal_core", description="Checks and formats Cajal files."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="print the types of a file's items, or its errors")
    check.add_argument("files", type=Path, nargs="+", metavar="FILE")
    check.add_argument("--json", action="store_true", help="print one JSON object, for editors")
    check.add_argument("--nat", type=int, default=10, metavar="N", help="let Nat be Nat[N]")
    check.add_argument("--auto", action="store_true", help="put in missing copies and drops of data")
    fmt = commands.add_parser("fmt", help="lay files out, in place")
    fmt.add_argument("files", type=Path, nargs="+", metavar="FILE")
    fmt.add_argument("--check", action="store_true", help="change nothing, and fail if a file would change")
    options = parser.parse_args(arguments)
    if options.command == "fmt":
        return max([_format(file, options.check) for file in options.files])
    reports = [_check(file, options.nat, options.auto) for file in options.files]
    if options.json:
        print(json.dumps(reports, ensure_ascii=False, indent=1))
    else:
        for report in reports:
            _show(report)
    return int(any(report["errors"] for report in reports))


def _check(file: Path, nat_size: int, auto: bool) -> dict[str, Any]:
    """What a file declares and shows, or its errors, as plain data."""
    try:
        results = cajal.Program(nat_size, auto=auto).run(cajal.read(file), str(file))
    except cajal.CajalError as error:
        return {"file": str(file), "items": [], "errors": [_error(each) for each in error.errors]}
    items = [
        {
            "kind": each.kind,
            "name": each.name,
            "type": each.type and str(each.type),
            "value": _text(each.value),
        }
        for each in results
    ]
    return {"file": str(file), "items": items, "errors": []}


def _error(mistake: cajal.Mistake) -> dict[str, Any]:
    span = mistake.span
    place = {
        "line": span.line,
        "column": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    } if span else {}  # fmt: skip
    text = str(cajal.CajalError(mistake))
    return {"title": mistake.title, "rule": mistake.rule, "help": mistake.help, "text": text, **place}


def _show(report: dict[str, Any]) -> None:
    for error in report["errors"]:
        print(error["text"], end="\n\n")
    for item in report["items"]:
        name = f"{item['kind']} {item['name']}" if item["name"] else item["kind"]
        type = f" : {item['type']}" if item["type"] else ""
        value = f" = {item['value']}" if item["value"] else ""
        print(f"{name}{type}{value}")


def _format(file: Path, only_check: bool) -> int:
    try:
        text = cajal.read(file)
        formatted = cajal.format(text, str(file))
        if formatted != text and not only_check:
            file.write_text(formatted, encoding="utf-8")
    except cajal.CajalError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:  # of writing; `read` has its own
        print(f"cannot write `{file}`: {error.strerror}", file=sys.stderr)
        return 1
    if formatted != text and only_check:
        print(f"{file} is not laid out; run `python -m cajal_core fmt {file}`", file=sys.stderr)
        return 1
    return 0


def _text(value: cajal.Value | None) -> str | None:
    return None if value is None else str(value)


if __name__ == "__main__":
    sys.exit(main())
