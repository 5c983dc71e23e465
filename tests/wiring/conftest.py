"""A shell with a database of its own: what a person types, and what comes back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests import worlds
from xinheng.wiring.cli import output
from xinheng.wiring.cli.commands import app

PASSWORD = "長夜-lamp-2026"
PROGRAM = [sys.executable, "-c", "from xinheng.wiring.cli import main; main()"]


@dataclass
class Shell:
    """The real program on a real file database below `home`."""

    home: Path
    language: str = "zh-hans"

    def environment(self) -> dict[str, str]:
        """What the program finds around itself."""
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        return {
            **kept,
            "XINHENG_HOME": str(self.home),
            "XINHENG_LANGUAGE": self.language,
            "XINHENG_PASSWORD": PASSWORD,
            "COLUMNS": "250",
        }

    def run(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        """One command; it must end with the exit code and never with a traceback."""
        done = subprocess.run(
            [*PROGRAM, *words],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        return done

    def json(self, *words: str, code: int = 0) -> Any:
        """One command's answer as JSON."""
        return json.loads(self.run(*words, "--json", code=code).stdout)


@dataclass
class Typed(Shell):
    """The same commands within this process, on the database of the test."""

    def run(self, *words: str, code: int = 0) -> Any:
        """One command."""
        done = CliRunner().invoke(
            app, list(words), env={"XINHENG_LANGUAGE": self.language, "XINHENG_PASSWORD": PASSWORD}
        )
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert done.exit_code == code, (words, done.exit_code, done.output)
        return done


@pytest.fixture
def founded(transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """A database with an administrator."""
    for console in (output.screen, output.complaints):
        monkeypatch.setattr(console, "_width", 250)
    worlds.given(_founded)
    return Typed(Path(settings.HOME))


def _founded() -> None:
    Typed(Path()).run("people", "found", "admin", "管理员")
