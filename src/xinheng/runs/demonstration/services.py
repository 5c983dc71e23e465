"""Load the demonstration company the way a company loads itself: files come in, then the flow runs."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import services as packs
from xinheng.facts.intake import services as intake
from xinheng.runs.demonstration.files import SEED, write_files
from xinheng.runs.demonstration.organisation import found_company
from xinheng.runs.flow import measure_and_rate

Tell = Callable[[str, int, int], None]
UNFINISHED = "unfinished"
HISTORY_MONTHS = 12  # month ends that are measured and rated besides the last one
KINDS = ("customers", "bills", "receipts", "statements", "trade_invoices", "assessments")


def load_demonstration(*, actor: Actor, today: date, tell: Tell) -> None:
    """Simulate the company up to the last month end before `today`, import its files, measure and rate.

    The same seed and month give the same company. A first password is made and kept in a file that
    only the account of the server can read. A load that was cut off goes on where it stopped: what is
    there already is recognised and left alone.
    """
    folder = settings.HOME / "demonstration"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / UNFINISHED).touch()
    end = today.replace(day=1) - timedelta(days=1)
    days = _month_ends(end, HISTORY_MONTHS)
    steps = 2 + len(KINDS) + len(days)
    tell(_("organisation and people"), 0, steps)
    if not people.anyone():
        found_company(actor=actor, on=_month_ends(end, 37)[0], password=_first_password())
    packs.adopt_shipped(actor=actor, on=today, effective_from=days[0])
    tell(_("simulating three years of dealings"), 1, steps)
    files = write_files(folder, end=end, seed=SEED)
    for step, kind in enumerate(KINDS, start=2):
        tell(_("importing %(file)s") % {"file": files[kind].name}, step, steps)
        intake.import_file(actor=actor, on=today, path=files[kind], kind=kind)
    for step, day in enumerate(days, start=2 + len(KINDS)):
        tell(_("measuring and rating as of %(day)s") % {"day": day}, step, steps)
        measure_and_rate(actor=actor, on=today, as_of=day, tell=lambda *_args: None)
    (folder / UNFINISHED).unlink()
    tell(_("done"), steps, steps)


def is_wanted() -> bool:
    """Whether nobody is here yet, or an earlier load was cut off."""
    return not people.anyone() or (settings.HOME / "demonstration" / UNFINISHED).exists()


def first_login() -> dict[str, str] | None:
    """Login and first password of the demonstration, or None where there is none."""
    path = _login_file()
    if not path.exists():
        return None
    login: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return login


def _first_password() -> str:
    password = secrets.token_urlsafe(9)
    path = _login_file()
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump({"login": "credit", "password": password}, file)
    return password


def _login_file() -> Path:
    return Path(settings.HOME) / "first_login.json"


def _month_ends(end: date, back: int) -> list[date]:
    """`end` and the month ends before it, the oldest first."""
    days = [end]
    for _month in range(back):
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return days[::-1]
