"""What a script may lean on: help at once, words in two languages, one JSON document, exit codes, no traceback."""

from __future__ import annotations

import gettext
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from typer.testing import CliRunner

from tests.wiring.conftest import PROGRAM, Typed
from xinheng.facts.customers import queries as customers
from xinheng.wiring.cli import commands, speaking
from xinheng.wiring.cli.commands import app

CHINESE = gettext.translation("django", speaking.LOCALE, ["zh_Hans"])


def real(
    *words: str, code: int, home: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The real program in an environment of its own."""
    told = {**os.environ, "XINHENG_HOME": home, "COLUMNS": "200", **(environment or {})}
    done = subprocess.run(
        [*PROGRAM, *words], env=told, capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
    return done


def every_command() -> list[Any]:
    """Every command with all its options, those of groups too."""
    found = [commands._loaded(name) for name in commands.PARTS]
    return [*found, *(below for one in found for below in getattr(one, "commands", {}).values())]


def named_commands() -> Iterator[tuple[str, Any]]:
    """Each command that does something, by the words it is called with."""
    for name in commands.PARTS:
        one = commands._loaded(name)
        below = getattr(one, "commands", None)
        yield from ((f"{name} {each}", two) for each, two in below.items()) if below else [(name, one)]


@pytest.mark.any_database
def test_help_comes_without_the_rooms_and_in_both_languages(tmp_path: Path) -> None:
    home = str(tmp_path / "home")
    chinese = real("--help", code=0, home=home).stdout
    english = real("--help", code=0, home=home, environment={"XINHENG_LANGUAGE": "en"}).stdout
    names = "import sys; from xinheng.wiring.cli import commands; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", names], capture_output=True, text=True, check=True).stdout

    assert "查找客户" in chinese
    assert "Find customers" in english
    assert "Find customers" not in chinese
    assert not {"polars", "ibis", "pyarrow", "xinheng.runs", "django.db"} & set(loaded.split())
    assert not (tmp_path / "home").exists()


@pytest.mark.any_database
def test_every_word_of_help_is_there_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINHENG_LANGUAGE", "en")
    words = {param.help for one in every_command() for param in one.params if getattr(param, "help", None)}
    words |= {one.help for one in every_command()} | {part.help for part in commands.PARTS.values()}

    assert sorted(text for text in words if CHINESE.gettext(text) == text) == []


@pytest.mark.any_database
def test_the_list_of_commands_says_what_each_says_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINHENG_LANGUAGE", "en")
    for name, part in commands.PARTS.items():
        assert commands._loaded(name).help == part.help, name

    monkeypatch.setenv("XINHENG_LANGUAGE", "zh-hans")
    for name, part in commands.PARTS.items():
        assert commands._loaded(name).help == CHINESE.gettext(part.help), name


@pytest.mark.any_database
def test_every_answer_is_to_be_had_as_json_and_days_are_named_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINHENG_LANGUAGE", "en")
    processes = {"start", "serve", "migrate", "worker", "web"}
    dated = {
        "import", "imports", "ageing", "claims", "revaluation", "measure", "rate", "runs", "explain", "replay",
        "indicators", "export", "papers", "file", "letter", "consents list", "consents disclose", "policies list",
        "forms list", "scorecard compare", "arrears fit", "arrears predict", "arrears backtest", "demand run", "processes list", "consumers run",
        "factors entries", "factors list", "factors show",
        "terms list", "collection limitation", "collection follow-ups", "advances list", "confirmations draw",
        "confirmations open", "confirmations prove", "losses expected", "losses rates", "losses tax",
        "losses propose", "kpis show", "kpis targets", "kpis behind", "kpis goals", "limits exposure",
        "inspections labels", "privacy candidates", "privacy may-use", "privacy watch", "custody handovers", "custody rates",
        "dossiers missing", "dossiers show", "duties rates", "duties sheet", "report seal", "report write",
        "retention list", "secrecy list",
        "audit search", "people list", "people units", "people assignments", "people tokens",
    }  # fmt: skip
    found = {
        name: {option for param in one.params for option in param.opts} for name, one in named_commands()
    }
    assert [
        name for name, options in found.items() if "--json" not in options and name not in processes
    ] == []
    assert {name for name, options in found.items() if "--as-of" in options} == dated


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("words", "chinese"),
    [
        (("explain",), "缺少"),
        (("explain", "C-1", "--colour"), "没有选项"),
        (("explane",), "没有命令"),
        (("replay", "first"), "必须是整数"),
        (("replay", "0"), "不得小于 1"),
        (("replay", "9" * 30), "不得大于"),
        (("import", "/no/such/file", "--kind", "bills"), "不存在"),
        (("import", "."), "--kind"),
        (("measure", "--as-of", "2026-W01-1"), "不是日期"),
        (("measure", "--as-of", ""), "不是日期"),
        (("measure", "--as-of", "0001-01-01"), "不是日期"),
        (("export", "list.pdf"), "--format"),
        (("audit", "verify", "--head", "nonsense"), "链头"),
        (("audit", "search", "--outcome", "maybe"), "必须是"),
    ],
)
def test_wrong_usage_is_said_in_chinese_on_standard_error(
    words: tuple[str, ...], chinese: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", "")  # and put back what it was
    speaking.begin()

    done = CliRunner().invoke(app, list(words))

    assert done.exit_code == 2
    assert done.stdout == ""
    assert chinese in done.stderr


@pytest.mark.any_database
def test_settings_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")

    home = real("customers", code=1, home=str(file / "home"))
    database = real("customers", code=1, home=str(tmp_path), environment={"DATABASE_URL": "nonsense://x"})

    assert "设置无法使用" in home.stderr
    assert "nonsense" in database.stderr


@pytest.mark.any_database
def test_a_file_that_is_no_database_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "xinheng.sqlite3").write_bytes(b"no database " * 500)

    done = real(
        "people", "list", "--json", code=1, home=str(tmp_path),
        environment={"DATABASE_URL": f"sqlite:///{tmp_path / 'xinheng.sqlite3'}"},
    )  # fmt: skip

    assert json.loads(done.stdout)["refused"] == "not_ready"
    assert "数据库无法使用" in done.stderr


@pytest.mark.any_database
def test_a_terminal_without_chinese_is_no_error(tmp_path: Path) -> None:
    plain = {"PYTHONIOENCODING": "ascii"}

    told = real("policies", "schema", "--json", code=0, home=str(tmp_path), environment=plain).stdout
    words = real("template", "colours", "x.xlsx", code=1, home=str(tmp_path), environment=plain).stderr

    assert told.isascii()
    assert json.loads(told)["$defs"]
    assert "\\u" in words


@pytest.mark.any_database
def test_a_reader_who_goes_away_is_no_error(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*PROGRAM, "policies", "schema"],
        env={**os.environ, "XINHENG_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as program:
        assert program.stdout
        assert program.stderr
        program.stdout.close()
        said = program.stderr.read().decode()
        assert (program.wait(60), said) == (141, "")


@pytest.mark.django_db(transaction=True)
def test_a_busy_database_is_not_taken_for_one_that_is_not_set_up(
    founded: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(customers, "search", busy)
    told = founded.json("customers", code=1)

    assert (told["refused"], "migrate" in told["detail"]) == ("not_ready", False)


@pytest.mark.django_db(transaction=True)
def test_a_person_who_stops_a_command_is_told_how_to_go_on(
    founded: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(customers, "search", stopped)

    assert "imports --unfinished" in founded.run("customers", code=130).stderr
