"""`python -m cajal_core`: what it prints, writes and exits with."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import cajal_core as cajal
from cajal_core import Program
from cajal_core.__main__ import main
from cajal_core.base.output import escape_unencodable


def test_fmt_writes_files_in_place(tmp_path: Path) -> None:
    file = tmp_path / "logic.cajal"
    file.write_text("(a,b)\n")
    assert main(["fmt", "--check", str(file)]) == 1
    assert main(["fmt", str(file)]) == 0
    assert file.read_text() == "(a, b)\n"
    assert main(["fmt", "--check", str(file)]) == 0


@pytest.mark.parametrize("command", ["check", "fmt"])
def test_mistakes_have_their_place_in_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    file = tmp_path / "logic.cajal"
    file.write_text("true\nif true")
    assert main([command, str(file)]) == 1
    printed = capsys.readouterr()
    assert f" --> {file}:2:8" in printed.out + printed.err


def test_mistakes_as_json_have_their_rule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "logic.cajal"
    file.write_text("nope; (true, 20)")
    assert main(["check", "--json", str(file)]) == 1
    [report] = json.loads(capsys.readouterr().out)
    assert [(each["rule"], each["column"]) for each in report["errors"]] == [("T-Name", 1), ("T-Nat", 14)]
    file.write_text("if")
    assert main(["check", "--json", str(file)]) == 1
    [report] = json.loads(capsys.readouterr().out)
    assert [each["rule"] for each in report["errors"]] == [None]


@pytest.mark.parametrize("command", ["check", "stages"])
def test_a_mistake_inside_a_module_is_shown_in_its_own_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    (tmp_path / "main.cajal").write_text("true\nuse wrong")
    (tmp_path / "wrong.cajal").write_text("def f : Bool = nope")
    for folder, file in ((tmp_path, "main.cajal"), (tmp_path.parent, f"{tmp_path.name}/main.cajal")):
        monkeypatch.chdir(folder)
        assert main([command, file]) == 1
        printed = capsys.readouterr()
        assert f" --> {file.replace('main', 'wrong')}:1:16" in printed.out + printed.err
    monkeypatch.chdir("/usr")
    assert main([command, str(tmp_path / "main.cajal")]) == 1
    printed = capsys.readouterr()
    assert f" --> {tmp_path / 'wrong.cajal'}:1:16" in printed.out + printed.err


def test_a_mistake_as_json_has_the_file_of_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("main.cajal").write_text("use wrong\nnope")
    Path("wrong.cajal").write_text("def f : Bool = nope")
    assert main(["check", "--json", "main.cajal"]) == 1
    [report] = json.loads(capsys.readouterr().out)
    assert report["file"] == "main.cajal"
    assert [(each["file"], each["line"]) for each in report["errors"]] == [("wrong.cajal", 1)]


@pytest.mark.parametrize("command", ["check", "fmt"])
def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path, command: str) -> None:
    file = tmp_path / "logic.cajal"
    file.write_text("true", encoding="utf-8-sig")
    assert main([command, str(file)]) == 0


def test_a_file_that_cannot_be_written_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    file = tmp_path / "logic.cajal"
    file.write_text("(a,b)")
    monkeypatch.setattr(Path, "replace", refuse)
    assert main(["fmt", str(file)]) == 1
    assert capsys.readouterr().err == f"cannot write `{file}`: Permission denied\n"


def test_stages_shows_what_each_pass_makes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "logic.cajal"
    file.write_text(
        "def both (x : Bool)  (y : Bool) : Bool = if x then y else false\ndef id (x : Bool) : Bool = x"
    )
    assert main(["stages", str(file), "--term", "both", "--auto"]) == 0
    printed = capsys.readouterr().out
    sections = [section.partition("\n") for section in printed.removeprefix("--- ").split("\n\n--- ")]
    stages = {name: text.strip() for name, _, text in sections}
    passes = ["parse", "check", "insert_copies", "lower", "tabulate", "fuse", "emit"]
    assert list(stages) == ["source", *passes]
    assert stages["source"] == "def both (x : Bool)  (y : Bool) : Bool = if x then y else false"
    assert stages["parse"] == stages["check"] == stages["source"].replace("  ", " ")
    assert stages["insert_copies"].endswith("= if x then y else drop y in false")
    program = cajal.load(file, auto=True)
    neuron = program["both"]
    assert stages["lower"] == str(neuron._lowered)
    assert stages["fuse"] == str(neuron.ir) != stages["lower"]
    assert stages["emit"] == neuron.code.strip()


@pytest.mark.parametrize(
    ("source", "term", "first"),
    [
        ("def id (x : Bool) : Bool = x\ntrue", None, "true"),
        ("true\ndef id (x : Bool) : Bool = x\nspace V[2]", None, "def id (x : Bool) : Bool = x"),
        ("def id (x : Bool) : Bool = x", "id true", "id true"),
        ("extern e : Bool", "e", "e"),
    ],
)
def test_stages_of_the_last_term_or_of_any(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], source: str, term: str | None, first: str
) -> None:
    file = tmp_path / "logic.cajal"
    file.write_text(source)
    assert main(["stages", str(file), *([] if term is None else ["--term", term])]) == 0
    assert capsys.readouterr().out.startswith(f"--- source\n{first}\n\n--- parse\n")


@pytest.mark.parametrize(
    ("source", "options", "message"),
    [
        ("space V[2]", [], "has no definition and no bare term to show"),
        ("true", ["--term", "nope"], "unknown name `nope`"),
        ("-- nothing", ["--term", ""], "expected a single term, got nothing"),
        ("true", ["--term", "def f : Bool = true"], "expected a single term"),
        ("9", ["--nat", "3"], "9 does not fit Nat[3]"),
    ],
)
def test_stages_of_nothing_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], source: str, options: list[str], message: str
) -> None:
    file = tmp_path / "logic.cajal"
    file.write_text(source)
    assert main(["stages", str(file), *options]) == 1
    assert message in capsys.readouterr().err


def test_verify_is_switched_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    switched = list[bool]()
    monkeypatch.setattr(cajal, "Program", lambda *_, verify, **__: switched.append(verify) or Program())
    file = tmp_path / "logic.cajal"
    file.write_text("true")
    assert main(["check", str(file)]) == main(["check", "--verify", str(file)]) == 0
    assert switched == [False, True]


def piped(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="ascii"))


def test_a_dash_is_what_is_piped_in(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    source = "\ufeffdef f (x:Bool):Bool=(λy:Bool. y) x\r\n".encode()
    piped(monkeypatch, source)
    assert main(["check", "-"]) == 0
    assert capfdbinary.readouterr().out.split() == b"def f : Bool -o Bool".split()
    piped(monkeypatch, source)
    assert main(["fmt", "-"]) == 0
    assert capfdbinary.readouterr().out == "def f (x : Bool) : Bool = (λy:Bool. y) x\r\n".encode()
    piped(monkeypatch, source)
    assert main(["fmt", "--check", "-"]) == 1
    assert capfdbinary.readouterr().err.strip() == b"stdin is not laid out"
    piped(monkeypatch, source)
    assert main(["stages", "-"]) == 0
    for command in ("check", "fmt"):
        piped(monkeypatch, b"\xff")
        assert main([command, "-"]) == 1
        printed = capfdbinary.readouterr()
        assert b"cannot read `stdin`: it is not UTF-8 text" in printed.out + printed.err
    assert list(tmp_path.iterdir()) == []


def test_formatting_keeps_the_ends_of_lines(tmp_path: Path) -> None:
    file = tmp_path / "logic.cajal"
    file.write_bytes(b"(a,b)\r\n-- x\ry\r\n")
    assert main(["fmt", str(file)]) == 0
    assert file.read_bytes() == b"(a, b)\r\n-- x\ry\r\n"
    assert main(["fmt", "--check", str(file)]) == 0


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
@pytest.mark.parametrize("command", [["check"], ["check", "--json"], ["fmt"], ["stages"]])
def test_what_an_encoding_lacks_is_escaped(
    command: list[str], encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "логика.cajal"
    file.write_text("def ж : Bool = nowhereλ" if command != ["stages"] else "def ж : Bool = true", "utf-8")
    out, err = io.BytesIO(), io.BytesIO()
    # As Python opens them.
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding, write_through=True))
    monkeypatch.setattr(
        sys, "stderr", io.TextIOWrapper(err, encoding, "backslashreplace", write_through=True)
    )
    escape_unencodable()
    assert main([*command, str(file)]) == (command != ["stages"])
    printed = (out.getvalue() + err.getvalue()).decode(encoding)
    is_shown = encoding == "utf-8" and "--json" not in command
    assert ("ж" if is_shown else "\\u0436") in printed
    if "--json" in command:
        assert json.loads(out.getvalue())[0]["file"] == str(file)


def test_a_process_escapes_too(tmp_path: Path) -> None:
    file = tmp_path / "логика.cajal"
    file.write_text("def ж : Bool = true", "utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "cajal_core", "check", str(file)],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=True,
    )
    assert run.stdout.split() == rb"def \u0436 : Bool".split()


def test_regex_writes_a_module(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["regex", "é|a*", "--length", "5"]) == 0
    written = capfdbinary.readouterr().out.decode()
    program = Program()
    program.run(written)
    assert str(program.type("accepts")) == "List[5] Letter -o Bool"
    assert str(program.evaluate("accepts [É]")) == "true"


@pytest.mark.parametrize("expression", ["(a", r"(a)\1", "a(?=b)"])
def test_regex_says_what_it_does_not_compile(capsys: pytest.CaptureFixture[str], expression: str) -> None:
    assert main(["regex", expression]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert f"cannot compile the regular expression `{expression}`: " in printed.err


@pytest.mark.parametrize("length", ["0", "-1", "many", "1.5"])
def test_a_length_is_a_whole_number(capsys: pytest.CaptureFixture[str], length: str) -> None:
    with pytest.raises(SystemExit):
        main(["regex", "a", f"--length={length}"])
    assert f"a length is a whole number of at least 1, got '{length}'" in capsys.readouterr().err
