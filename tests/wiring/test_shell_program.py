"""The real program, as scripts call it: exit codes, JSON, and words instead of tracebacks."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.wiring.conftest import PROGRAM, Shell

pytestmark = pytest.mark.any_database


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A database with an administrator; the tests of this module share it."""
    shell = Shell(tmp_path_factory.mktemp("xinheng-shell"))
    assert "xinheng migrate" in shell.run("people", "list", code=1).stderr
    shell.run("migrate")
    shell.run("people", "found", "admin", "管理员")
    return shell


def test_the_program_answers_scripts(founded: Shell, tmp_path: Path) -> None:
    rows = tmp_path / "customers.csv"
    rows.write_text("客户编号,客户名称\nC-1,长江贸易有限公司\n,无编号\n")

    assert [one["login"] for one in founded.json("people", "list")] == ["admin"]
    assert (
        founded.json("import", str(rows), "--kind", "customers", "--good-rows", code=3)[0]["rows_total"] == 2
    )
    assert founded.json("explain", "C-1", code=1)["refused"] == "not_rated_yet"
    founded.run("measure", "--as-of", "2026-13-01", code=2)


def test_the_server_answers_and_stops_when_told(founded: Shell) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**founded.environment(), "XINHENG_PORT": str(port), "XINHENG_WEB_WORKERS": "1"}
    server = subprocess.Popen([*PROGRAM, "serve"], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert _code(f"http://127.0.0.1:{port}/api/v1/customers") == 401
        assert _code(f"http://127.0.0.1:{port}/api/v1/openapi.json") == 200
    finally:
        server.terminate()
        _, said = server.communicate(timeout=60)
    assert server.returncode == 0, said


def _code(address: str) -> int:
    until = time.monotonic() + 240
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address) as answer:  # noqa: S310 - our own server
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.2)
    return 0
