"""The processes: the web server and the worker that runs long work beside it."""

from __future__ import annotations

import logging
import signal
import threading
import time
from contextlib import AbstractContextManager, nullcontext
from types import FrameType

import typer
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import gettext as _

from xinheng.base.audit import services as audit
from xinheng.base.messages import services as messages
from xinheng.base.webhooks import services as webhooks
from xinheng.runs import services as runs
from xinheng.runs.demonstration import services as demonstration
from xinheng.web.api.once import forget_old
from xinheng.wiring.cli.address import Address, free_address
from xinheng.wiring.cli.children import Children, end_with_parent
from xinheng.wiring.cli.output import DONE, REFUSED, STOPPED, command, complaints, operator, progress, screen
from xinheng.wiring.cli.styles import gather_styles

app = typer.Typer()
log = logging.getLogger(__name__)
SEAL_EVERY_SECONDS = 30
TELL_EVERY_SECONDS = 1
NIGHT_EVERY_SECONDS = 300
READ_EVERY_SECONDS = 5
Place = runs.ServerPlace | None


@app.command()
@command("system.start")
def start() -> int:
    """Set up what is missing, load the demonstration company the first time, and serve."""
    with runs.server_place() as place:
        _prepare()
        unfinished = runs.unfinished_work()
        if demonstration.is_wanted():
            if not _load_demonstration():  # goes on with its own unfinished files by itself
                return STOPPED
        else:
            _tell(unfinished)
        return _serve(place)


@app.command()
@command("system.serve")
def serve() -> int:
    """Serve the pages and the API, with one worker, on the database as it is."""
    several: AbstractContextManager[Place] = nullcontext()  # servers on several machines share one PostgreSQL
    with several if connection.vendor == "postgresql" else runs.server_place() as place:
        _prepare()
        _tell(runs.unfinished_work())
        return _serve(place)


@app.command()
@command("system.migrate")
def migrate() -> None:
    """Bring the database to this version."""
    call_command("migrate", verbosity=1)


@app.command()
@command("system.work")
def worker() -> None:
    """Run long work from the queue until stopped; papers that wait are read beside it."""
    end_with_parent()
    threading.Thread(target=_read_papers, daemon=True).start()
    with runs.at_work():
        call_command("db_worker", "--no-startup-delay", "--queue-name", "*", verbosity=0)


def _prepare() -> None:
    """All that must be right before anything is served; the address first, so that nobody waits in vain."""
    free_address()
    gather_styles()
    call_command("migrate", verbosity=0)


def _tell(lines: list[str]) -> None:
    for line in lines:
        complaints.print(line, style="yellow", markup=False)


def _load_demonstration() -> bool:
    """Whether it is loaded; stopped by a person, it is not yet."""
    if cut_off := demonstration.cut_off_at():
        words = _(
            "The first load was cut off at: %(step)s. It goes on from there; what is kept stays as it is."
        )
        complaints.print(words % {"step": cut_off}, style="yellow", markup=False)
    else:
        screen.print(_("First start: a demonstration company is simulated, imported, measured and rated."))
    try:
        with progress() as tell:
            demonstration.load_demonstration(actor=operator(), today=runs.business_day(), tell=tell)
    except KeyboardInterrupt:
        complaints.print(_("Stopped. The next start goes on with the first load."), style="yellow")
        return False
    return True


def _serve(place: Place) -> int:
    """Run the server and the worker until a signal; a fallen one takes the other down."""
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    address = free_address()  # while the demonstration was loaded, another may have taken the first
    children = Children(address, kept_open=[place.number] if place else [])
    while not stopping and children.all_live() and not address.answers():
        time.sleep(0.1)
    if place:
        place.tell(address.url)
    if children.all_live():
        screen.print(_welcome(address), markup=False, highlight=False)
        forget_old()
        webhooks.forget_old()
    ended = threading.Event()
    teller = threading.Thread(target=_tell_others, args=(ended,), daemon=True)
    teller.start()
    threading.Thread(target=_end_days, args=(ended,), daemon=True).start()
    sealed_at = float("-inf")
    while not stopping and children.all_live():
        if time.monotonic() - sealed_at > SEAL_EVERY_SECONDS:
            _seal()
            sealed_at = time.monotonic()
        time.sleep(0.3)
    ended.set()
    children.end()
    teller.join(timeout=1)  # what it is sending now is sent again at the next start
    if not stopping:
        complaints.print(
            _("The server or its worker has fallen, so both are stopped. Start again."), style="red"
        )
    return DONE if stopping else REFUSED


def _welcome(address: Address) -> str:
    lines = [_("Open %(address)s") % {"address": address.url}]
    if login := demonstration.first_login():
        lines += [
            _("Sign in as %(login)s with the password %(password)s") % login,
            _("(admin, analyst, lihua, wangqiang, finance, auditor and others have the same password)."),
            _("Look first at: the home page, then Customers, one of the customers graded C, and Ratings."),
            _("Every company, person and figure of this demonstration is simulated."),
        ]
    return "\n".join([*lines, _("Stop with Ctrl+C. Everything is kept.")])


def _tell_others(ended: threading.Event) -> None:
    """Send webhooks and messages until the server ends; beside it, so that nobody slow holds up anything."""
    while not ended.is_set():
        sent = 0
        try:
            sent = webhooks.send_due() + messages.send_due()
        except (OperationalError, InterfaceError) as error:
            log.warning("Webhooks and messages could not be sent now: %s", error)
            connection.close()
        if not sent:
            ended.wait(TELL_EVERY_SECONDS)


def _end_days(ended: threading.Event) -> None:
    """End each day when the next has begun; who stops meanwhile ends it after the next start."""
    while not ended.wait(NIGHT_EVERY_SECONDS):
        try:
            runs.end_day_if_due(on=runs.business_day())
        except (OperationalError, InterfaceError) as error:
            log.warning("The day could not be ended now: %s", error)
        finally:
            connection.close()


def _read_papers() -> None:
    """Read papers that wait until the process ends; what it was reading then goes on at the next start."""
    while True:
        time.sleep(READ_EVERY_SECONDS)
        try:
            runs.read_papers()
        except (OperationalError, InterfaceError) as error:
            log.warning("Papers could not be read now: %s", error)
        finally:
            connection.close()


def _seal() -> None:
    """Chain the new entries of the trail; a database that is busy or away is asked again later."""
    try:
        audit.seal_new_entries()
    except OperationalError as error:
        log.warning("The trail could not be sealed now: %s", error)
        connection.close()
