"""How a command answers: words for people, JSON for programs, exit codes for scripts."""

from __future__ import annotations

import functools
import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, ParamSpec

import typer
from django.core.serializers.json import DjangoJSONEncoder
from django.db import OperationalError, ProgrammingError
from django.utils import translation
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

DONE, REFUSED, FOUND = 0, 1, 3
P = ParamSpec("P")
screen = Console()
complaints = Console(stderr=True)


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
    if not text:
        return business_day()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(_("%(text)s is not a day such as 2026-06-30.") % {"text": text}) from None


def written(target: Path, content: bytes, *, as_json: bool) -> None:
    """Write a file where the person asked for it, and say so."""
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

    A database that is not set up, or cannot be reached, is said to be so.
    """

    def wrap(function: Callable[P, int | None]) -> Callable[P, None]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> None:
            with translation.override(os.environ.get("XINHENG_LANGUAGE", "zh-hans")):
                try:
                    code = function(*args, **kwargs)
                except Refusal as refusal:
                    told = str(refusal.params.get("subject") or "")
                    audit.record_refusal(
                        actor=operator(), act=act, subject=told, on=business_day(), refusal=refusal
                    )
                    code = _complain(refusal.code, str(refusal), refusal.params, kwargs)
                except (OperationalError, ProgrammingError) as error:
                    cause = str(error).strip().partition("\n")[0]
                    words = _("The database is not ready: %(cause)s. Set it up with `xinheng migrate`.")
                    code = _complain("not_ready", words % {"cause": cause}, {}, kwargs)
            sys.exit(code or DONE)

        return run

    return wrap


def _complain(code: str, words: str, params: dict[str, Any], options: dict[str, Any]) -> int:
    if options.get("as_json"):
        say_json({"refused": code, "detail": words, "params": params})
    else:
        complaints.print(words, markup=False, style="red")
    return REFUSED


def say_json(answer: Any) -> None:
    """The answer as one JSON document on standard output."""
    sys.stdout.write(json.dumps(answer, cls=DjangoJSONEncoder, ensure_ascii=False, default=str) + "\n")


def say_table(title: str, columns: list[str], rows: list[list[Any]]) -> None:
    """The answer as a table for people."""
    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*["—" if cell is None else str(cell) for cell in row])
    screen.print(table)


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar that is told what is being done, the steps done and the steps in all."""
    if quiet:
        yield lambda _what, _done, _total: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=complaints) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)
