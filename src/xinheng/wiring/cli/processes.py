"""The processes: the web server and the worker that runs long work beside it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

import typer
from django.core.management import call_command
from django.utils.translation import gettext as _

from xinheng.base.audit import services as audit
from xinheng.runs import services as runs
from xinheng.runs.demonstration import services as demonstration
from xinheng.web.api.once import forget_old
from xinheng.wiring.cli.output import REFUSED, command, complaints, operator, progress, screen

app = typer.Typer()
HOST = os.environ.get("XINHENG_HOST", "127.0.0.1")
SEAL_EVERY_SECONDS = 30
PORT = int(os.environ.get("XINHENG_PORT", "8000"))


@app.command()
@command("system.start")
def start() -> int | None:
    """Set up what is missing, load the demonstration company the first time, and serve."""
    if not _port_is_free():
        complaints.print(
            _("Port %(port)s is taken by another program. Set XINHENG_PORT to a free one.") % {"port": PORT},
            style="red",
        )
        return REFUSED
    call_command("migrate", verbosity=0)
    if demonstration.is_wanted():
        screen.print(_("First start: a demonstration company is simulated, imported, measured and rated."))
        with progress() as tell:
            demonstration.load_demonstration(actor=operator(), today=runs.business_day(), tell=tell)
    _tell_unfinished()
    return _serve(_welcome())


@app.command()
@command("system.serve")
def serve() -> int | None:
    """Serve the pages and the API, with one worker, on the database as it is."""
    call_command("migrate", verbosity=0)
    _tell_unfinished()
    return _serve(None)


@app.command()
@command("system.migrate")
def migrate() -> None:
    """Bring the database to this version."""
    call_command("migrate", verbosity=1)


@app.command()
@command("system.work")
def worker() -> None:
    """Run long work from the queue until stopped."""
    call_command("db_worker", "--no-startup-delay", "--queue-name", "*", verbosity=0)


@app.command(hidden=True)
def web() -> None:
    """Run only the web server."""
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "xinheng.wiring.wsgi:application",
        address=HOST,
        port=PORT,
        interface=Interfaces.WSGI,
        workers=int(os.environ.get("XINHENG_WEB_WORKERS", "2")),
        blocking_threads=4,
        log_enabled=False,
    ).serve()


def _port_is_free() -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, PORT))
        except OSError:
            return False
    return True


def _welcome() -> str:
    lines = [_("Open http://%(host)s:%(port)s/") % {"host": HOST, "port": PORT}]
    if login := demonstration.first_login():
        lines += [
            _("Sign in as %(login)s with the password %(password)s") % login,
            _("(credit, analyst, lihua, wangqiang, finance, auditor and others have the same password)."),
            _("Look first at: the home page, then Customers, a customer graded C or D, and Rating runs."),
        ]
    return "\n".join([*lines, _("Stop with Ctrl+C. Everything is kept.")])


def _tell_unfinished() -> None:
    for line in runs.unfinished_work():
        complaints.print(line, style="yellow", markup=False)


def _serve(welcome: str | None) -> int:
    """Run the server and the worker until a signal; a fallen one takes the other down."""
    program = [sys.executable, "-c", "from xinheng.wiring.cli import main; main()"]
    children = [subprocess.Popen([*program, name]) for name in ("web", "worker")]  # noqa: S603
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    _wait_until_answering(children[0])
    if welcome:
        screen.print(welcome, markup=False, highlight=False)
    forget_old()
    sealed_at = 0.0
    while not stopping and all(child.poll() is None for child in children):
        if time.monotonic() - sealed_at > SEAL_EVERY_SECONDS:  # this process is the one sealer of the trail
            audit.seal_new_entries()
            sealed_at = time.monotonic()
        time.sleep(0.3)
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(timeout=20)
        except subprocess.TimeoutExpired:
            child.kill()
    return 0 if stopping else 1


def _wait_until_answering(server: subprocess.Popen[bytes]) -> None:
    for _attempt in range(200):
        if server.poll() is not None:
            return
        with socket.socket() as probe:
            if probe.connect_ex((HOST, PORT)) == 0:
                return
        time.sleep(0.1)
