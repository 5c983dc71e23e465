"""How a command answers: words for people, JSON for programs, exit codes for scripts."""

from __future__ import annotations

import functools
import getpass
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any, ParamSpec

import typer
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.base.kernel.refusal import Refusal
from xinheng.runs.services import business_day
from xinheng.wiring.cli import readiness
from xinheng.wiring.cli.errors import DayAhead
from xinheng.wiring.cli.speaking import language

DONE, REFUSED, FOUND, STOPPED, UNREAD = 0, 1, 3, 130, 141
P = ParamSpec("P")
WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}")
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
WIDE = 400  # columns of a table that is read by a program, or kept in a file


class Encoder(DjangoJSONEncoder):
    """Days and times as ISO, amounts as text, all else as it calls itself."""

    def default(self, o: Any) -> Any:
        """What stands in the document for an object."""
        try:
            return super().default(o)
        except TypeError:
            return str(o)


class Screen(Console):
    """A console that leaves a reader who went away to the command."""

    def on_broken_pipe(self) -> None:
        """Called when nobody reads any more."""
        raise BrokenPipeError


screen = Screen(width=None if sys.stdout.isatty() else WIDE)
complaints = Screen(stderr=True, width=None if sys.stderr.isatty() else WIDE)


def operator() -> Actor:
    """Whoever has the shell and the database: the trail names the account of the machine."""
    try:
        account = getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        account = str(os.getuid())
    return Actor(
        login=f"cli:{account}", name=account, permits=frozenset({"*"}), scope=Scope("everything"), via="cli"
    )


def day(text: str | None) -> date:
    """A day given as 2026-06-30; today where none is given."""
    if text is None:
        return business_day()
    try:
        found = date.fromisoformat(text) if WRITTEN.fullmatch(text) else date.min
    except ValueError:
        found = date.min
    if FIRST_DAY <= found <= LAST_DAY:
        return found
    raise typer.BadParameter(_("%(text)s is not a day such as 2026-06-30.") % {"text": text})


def past_day(text: str | None) -> date:
    """The same of a day that has come. Refuses: DayAhead."""
    found, today = day(text), business_day()
    if found > today:
        raise DayAhead(as_of=found, on=today)
    return found


def written(target: Path, content: bytes, *, as_json: bool) -> None:
    """Write a file where the person asked for it, and say so; `-` is standard output."""
    if str(target) == "-":
        sys.stdout.buffer.write(content)
        return
    try:
        target.write_bytes(content)
    except OSError as error:
        told = {"file": target, "cause": error.strerror}
        raise typer.BadParameter(_("%(file)s cannot be written: %(cause)s") % told) from None
    if as_json:
        say_json({"file": str(target), "bytes": len(content)})
    else:
        screen.print(_("Written: %(file)s") % {"file": target}, markup=False)


def command(act: str) -> Callable[[Callable[P, int | None]], Callable[P, None]]:
    """Word a refusal and put it on the trail; end with the exit code the command gives.

    A database that is not set up, busy or out of reach, and a file the system refuses, are said to be so.
    """

    def wrap(function: Callable[P, int | None]) -> Callable[P, None]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> None:
            with translation.override(language()):
                try:
                    code = function(*args, **kwargs) or DONE
                    sys.stdout.flush()
                except KeyboardInterrupt:
                    complaints.print(_("Stopped. `xinheng imports --unfinished` names work to be resumed."))
                    code = STOPPED
                except BrokenPipeError:
                    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
                    code = UNREAD
                except (Refusal, DatabaseError, OSError, UnicodeEncodeError) as error:
                    code = _refused(act, error, kwargs)
            sys.exit(code)

        return run

    return wrap


def _refused(act: str, error: Exception, options: dict[str, Any]) -> int:
    """Say why the command did nothing; a refusal by a rule goes on the trail."""
    if isinstance(error, Refusal):
        told = str(error.params.get("subject") or "")
        with suppress(DatabaseError):  # where there is no trail yet
            audit.record_refusal(actor=operator(), act=act, subject=told, on=business_day(), refusal=error)
        return _complain(error.code, str(error), error.params, options)
    if isinstance(error, DatabaseError):
        if readiness.is_our_mistake(error):
            raise error
        return _complain("not_ready", readiness.why_not(error), {}, options)
    if isinstance(error, OSError):
        cause = {"file": str(error.filename or ""), "cause": error.strerror or str(error)}
        return _complain("file_unusable", _("%(file)s: %(cause)s") % cause, cause, options)
    return _complain("text_unreadable", _("What was typed is no text in UTF-8."), {}, options)


def _complain(code: str, words: str, params: dict[str, Any], options: dict[str, Any]) -> int:
    if options.get("as_json"):
        say_json({"refused": code, "detail": words, "params": params})
    complaints.print(words, markup=False, style="red", soft_wrap=True)
    return REFUSED


def say_json(answer: Any) -> None:
    """The answer as one JSON document on standard output."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    sys.stdout.write(json.dumps(answer, cls=Encoder, ensure_ascii=plain) + "\n")


def say_table(title: str, columns: list[str], rows: list[list[Any]]) -> None:
    """The answer as a table for people."""
    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*["—" if cell is None else str(cell) for cell in row])
    screen.print(table)


def _each_step_once() -> Callable[[str, int, int], None]:
    """For a log: a line for each thing that is begun, with the time."""
    said = ""

    def tell(what: str, done: int, total: int) -> None:
        nonlocal said
        if what and what != said:
            said = what
            complaints.print(
                f"{timezone.localtime():%H:%M:%S} {done}/{total} {what}", markup=False, highlight=False
            )

    return tell


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar that is told what is being done, the steps done and the steps in all."""
    if quiet:
        yield lambda _what, _done, _total: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    if not complaints.is_terminal:
        yield _each_step_once()
        return
    with Progress(*columns, TimeElapsedColumn(), console=complaints) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)
