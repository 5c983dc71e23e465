"""The real program, as scripts call it: exit codes, JSON, and words instead of tracebacks."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.wiring.conftest import PROGRAM, Shell
from xinheng.wiring.cli.address import Address, free_address
from xinheng.wiring.cli.errors import AddressUnusable

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
    server, address = _served(founded)
    try:
        assert _code(f"{address}api/v1/customers") == 401
        assert _code(f"{address}api/v1/openapi.json") == 200
        assert _code(f"{address}login/") == 200  # its styles were gathered below the folder of the data
        again = founded.run("serve", code=1)
        assert str(server.pid) in again.stderr
        assert address in again.stderr
    finally:
        server.terminate()
        _, said = server.communicate(timeout=60)
    assert server.returncode == 0, said


def test_a_killed_server_leaves_nothing_behind_and_starts_again_at_the_same_address(founded: Shell) -> None:
    server, address = _served(founded)
    children = _children_of(server.pid)
    assert len(children) == 2
    port = address.rstrip("/").rpartition(":")[2]

    server.kill()
    server.communicate(timeout=60)
    again, second = _served(founded, port)
    try:
        assert second == address
        assert not [child for child in children if Path(f"/proc/{child}").exists()]
    finally:
        again.terminate()
        again.communicate(timeout=60)


def test_the_whole_server_stops_when_its_worker_has_fallen(founded: Shell) -> None:
    server, _address = _served(founded)
    for child in _children_of(server.pid):
        if b"worker" in Path(f"/proc/{child}/cmdline").read_bytes():
            os.kill(child, signal.SIGKILL)

    _, said = server.communicate(timeout=120)

    assert server.returncode == 1
    assert "重新启动" in said


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1", "８０"])
def test_a_port_that_is_none_is_refused(founded: Shell, port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINHENG_PORT", port)

    assert port in founded.run("serve", code=1).stderr


def test_a_port_that_is_taken_is_refused_where_it_was_asked_for(
    founded: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        monkeypatch.setenv("XINHENG_PORT", port)

        assert f"端口 {port} 已被其他程序占用" in founded.run("serve", code=1).stderr


def test_where_no_port_is_asked_for_the_first_free_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XINHENG_PORT", raising=False)
    monkeypatch.delenv("XINHENG_HOST", raising=False)
    with socket.socket() as first, socket.socket() as other:
        first.bind(("127.0.0.1", 0))
        monkeypatch.setattr("xinheng.wiring.cli.address.FIRST_PORT", first.getsockname()[1])
        first.listen()

        found = free_address()

        assert found.port > first.getsockname()[1]
        other.bind((found.host, found.port))


def test_every_address_is_opened_on_this_machine() -> None:
    assert Address("0.0.0.0", 8000).url == "http://127.0.0.1:8000/"  # noqa: S104
    assert Address("::", 8001).url == "http://[::1]:8001/"
    with pytest.raises(AddressUnusable):
        Address("no such host", 8000).is_free()


def _served(shell: Shell, port: str = "") -> tuple[subprocess.Popen[str], str]:
    """A server on the shell's database, and where it says that it answers."""
    if not port:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])
    environment = {**shell.environment(), "XINHENG_PORT": port, "XINHENG_WEB_WORKERS": "1"}
    environment["PYTHONUNBUFFERED"] = "1"
    server = subprocess.Popen(
        [*PROGRAM, "serve"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert server.stdout
    for line in server.stdout:
        if found := re.search(r"http://\S+", line):
            return server, found[0]
    _, said = server.communicate(timeout=60)
    raise AssertionError(said)


def _children_of(process: int) -> list[int]:
    """The processes that one began."""
    told = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8")
    return [int(child) for child in told.split()]


def _code(address: str) -> int:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address) as answer:  # noqa: S310 - our own server
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.2)
    return 0
