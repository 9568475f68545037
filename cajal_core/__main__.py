"""`python -m cajal_core check FILE…`, `fmt FILE…`, `stages FILE` and `regex EXPRESSION`.

The file `-` is what is piped in.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cajal_core as cajal
from cajal_core.base.output import escape_unencodable
from cajal_core.program.files import decoded
from cajal_core.program.regex.module import module

PIPED = Path("-")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns its exit status: 0 if all files are in order, else 1."""
    escape_unencodable()
    parser = argparse.ArgumentParser(
        prog="python -m cajal_core",
        description="Checks, formats and writes Cajal files, and shows how a term is compiled.",
        epilog="The file `-` is what is piped in; `fmt -` writes it to the output.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    settings = argparse.ArgumentParser(add_help=False)
    settings.add_argument("--nat", type=int, default=10, metavar="N", help="let Nat be Nat[N]")
    settings.add_argument("--auto", action="store_true", help="put in missing copies and drops of data")
    settings.add_argument("--verify", action="store_true", help="check what each pass makes again")
    check = commands.add_parser(
        "check",
        parents=[settings],
        help="print the types of a file's items, or its errors",
    )
    check.add_argument("files", type=Path, nargs="+", metavar="FILE")
    check.add_argument("--json", action="store_true", help="print one JSON object, for editors")
    fmt = commands.add_parser("fmt", help="lay files out, in place")
    fmt.add_argument("files", type=Path, nargs="+", metavar="FILE")
    fmt.add_argument("--check", action="store_true", help="change nothing, and fail if a file would change")
    stages = commands.add_parser(
        "stages",
        parents=[settings],
        help="show what each pass makes of one term: syntax, core, graphs, torch code",
    )
    stages.add_argument("file", type=Path, metavar="FILE")
    stages.add_argument(
        "--term", metavar="NAME", help="a name or a term; without it, the last one of the file"
    )
    regex = commands.add_parser(
        "regex",
        help="write a module that tells whether a word matches a regular expression",
        description="Writes a Cajal module whose `accepts` tells whether a whole word matches.",
    )
    regex.add_argument("expression", metavar="EXPRESSION", help="as Python writes it, such as 'a(b|c)*'")
    regex.add_argument(
        "--length", type=_length, default=64, metavar="N", help="the most letters of a word (default: 64)"
    )
    options = parser.parse_args(arguments)
    if options.command == "fmt":
        return max([_format(file, options.check) for file in options.files])
    if options.command == "stages":
        return _stages(options.file, options.term, options)
    if options.command == "regex":
        return _regex(options.expression, options.length)
    reports = [_check(file, options) for file in options.files]
    if options.json:
        print(json.dumps(reports, indent=1))
    else:
        for report in reports:
            _show(report)
    return int(any(report["errors"] for report in reports))


def _program(settings: argparse.Namespace) -> cajal.Program:
    return cajal.Program(settings.nat, auto=settings.auto, verify=settings.verify)


def _name(file: Path) -> str:
    return "stdin" if file == PIPED else str(file)


def _read(file: Path) -> str:
    return decoded(sys.stdin.buffer.read(), _name(file)) if file == PIPED else cajal.read(file)


def _check(file: Path, settings: argparse.Namespace) -> dict[str, Any]:
    """What a file declares and shows, or its errors, as plain data."""
    try:
        results = _program(settings).run(_read(file), _name(file), folder=file.parent)
    except cajal.CajalError as error:
        return {"file": _name(file), "items": [], "errors": [_error(mistake) for mistake in error.errors]}
    items = [
        {
            "kind": result.kind,
            "name": result.name,
            "type": result.type and str(result.type),
            "value": _text(result.value),
        }
        for result in results
    ]
    return {"file": _name(file), "items": items, "errors": []}


def _error(mistake: cajal.Mistake) -> dict[str, Any]:
    """A mistake as plain data. Its file is another than that of the report where it is inside a module."""
    span = mistake.span
    place = {
        "file": span.source.name,
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
    name = _name(file)
    try:
        written = _read(file)
        text = written.replace("\r\n", "\n")
        formatted = cajal.format(text, name)
        if not only_check and (formatted != text or file == PIPED):
            _put(file, formatted.replace("\n", "\r\n") if "\r\n" in written else formatted)
    except cajal.CajalError as error:
        print(error, file=sys.stderr)
        return 1
    if formatted != text and only_check:
        advice = "" if file == PIPED else f"; run `python -m cajal_core fmt {file}`"
        print(f"{name} is not laid out{advice}", file=sys.stderr)
        return 1
    return 0


def _put(file: Path, text: str) -> None:
    if file == PIPED:  # a source is UTF-8, whatever a terminal shows
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8"))
    else:
        cajal.write(file, text)


def _stages(file: Path, term: str | None, settings: argparse.Namespace) -> int:
    """Prints every stage of a term, or of the last definition or bare term of a file."""
    try:
        program = _program(settings)
        results = program.run(_read(file), _name(file), is_file=True, folder=file.parent)
        terms = [result.name or result.text for result in results if result.kind in ("def", "term")]
        if term is None and not terms:
            print(f"`{_name(file)}` has no definition and no bare term to show", file=sys.stderr)
            return 1
        stages = program.stages(terms[-1] if term is None else term)
    except cajal.CajalError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n\n".join(f"--- {stage.name}\n{stage.text.strip()}" for stage in stages))
    return 0


def _length(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a length is a whole number of at least 1, got {text!r}")
    return int(text)


def _regex(expression: str, length: int) -> int:
    try:
        _put(PIPED, module(expression, length))
    except cajal.CajalError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _text(value: cajal.Value | None) -> str | None:
    return None if value is None else str(value)


if __name__ == "__main__":
    sys.exit(main())
