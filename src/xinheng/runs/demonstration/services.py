"""Load the demonstration company the way a company loads itself: files come in, then the flow runs."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import services as packs
from xinheng.facts.intake import queries as batches
from xinheng.facts.intake import services as intake
from xinheng.runs.demonstration.approvals import submit_first_summary
from xinheng.runs.demonstration.caring import care_for_customers
from xinheng.runs.demonstration.collecting import collect_arrears
from xinheng.runs.demonstration.confirming import confirm_balances
from xinheng.runs.demonstration.consenting import keep_people
from xinheng.runs.demonstration.contesting import contest_and_charge
from xinheng.runs.demonstration.contracting import sign_contracts
from xinheng.runs.demonstration.desk import work_the_desk
from xinheng.runs.demonstration.files import SEED, write_files
from xinheng.runs.demonstration.filing_papers import keep_dossiers
from xinheng.runs.demonstration.granting import grant_terms_by_grade
from xinheng.runs.demonstration.lending_papers import keep_archive_room
from xinheng.runs.demonstration.losing import expect_losses
from xinheng.runs.demonstration.organisation import found_company
from xinheng.runs.demonstration.owing import owe_by_instalments
from xinheng.runs.demonstration.powering import run_the_utility
from xinheng.runs.demonstration.receiving import receive_money
from xinheng.runs.demonstration.reminding import remind_who_is_late
from xinheng.runs.demonstration.reporting import owe_reports
from xinheng.runs.demonstration.retaining import keep_for_terms
from xinheng.runs.demonstration.scanning import scan_a_letter
from xinheng.runs.flow import measure_and_rate

POLICIES = ("adv", "general", "lse", "net", "pts")  # the packs the simulated files have figures for
Tell = Callable[[str, int, int], None]
NOTE = "load.json"
HISTORY_MONTHS = 12  # month ends that are measured and rated besides the last one and the day itself
KINDS = (
    "customers", "bills", "receipts", "statements", "trade_invoices", "assessments", "limits", "orders",
)  # fmt: skip


def load_demonstration(*, actor: Actor, today: date, tell: Tell) -> None:
    """Simulate the company up to `today`, import its files, measure and rate month ends and the day itself.

    The same seed and day give the same company. A first password is made and kept in a file that
    only the account of the server can read. A load that was cut off goes on where it stopped, with the
    day and the files it began with: what is there already is recognised and left alone.
    """
    if _kept().get("loaded"):
        return
    note = _begun(today)
    through = date.fromisoformat(note["through"])
    end = through.replace(day=1) - timedelta(days=1)
    days = [*_month_ends(end, HISTORY_MONTHS), through]
    steps = 3 + len(KINDS) + len(days)

    def begin(step: int, what: str) -> None:
        _keep({**note, "step": what})
        tell(what, step, steps)

    begin(0, _("organisation and people"))
    if not people.anyone():
        found_company(actor=actor, on=_month_ends(end, 37)[0], password=_first_password())
    told: dict[str, Any] = {"actor": actor, "on": today, "effective_from": days[0]}
    packs.adopt_shipped(**told, codes=POLICIES)
    packs.adopt_shipped(**told, codes=("checks",), kind="checks")
    packs.adopt_shipped(**told, codes=("advances",), kind="advances")
    begin(1, _("simulating three years of dealings"))
    files = write_files(_folder(), end=end, through=through, seed=SEED)
    for step, kind in enumerate(KINDS, start=2):
        begin(step, _("importing %(file)s") % {"file": files[kind].name})
        _import(kind, files[kind], actor=actor, on=today)
    if "orders" in KINDS:
        work_the_desk(actor=actor, on=today)
    for step, day in enumerate(() if note.get("rated") else days, start=2 + len(KINDS)):
        begin(step, _("measuring and rating as of %(day)s") % {"day": day})
        measure_and_rate(actor=actor, on=today, as_of=day, tell=lambda *_args: None)
    submit_first_summary(on=today)
    grant_terms_by_grade(actor=actor, on=today, effective_from=days[0])
    note["rated"] = True  # what people do from here on changes the figures
    begin(steps - 1, _("what people did with what is owed"))
    _work_on_receivables(actor=actor, on=today, effective_from=days[0])
    _keep({**note, "loaded": True})
    tell(_("done"), steps, steps)


def _work_on_receivables(*, actor: Actor, on: date, effective_from: date) -> None:
    """What the company's people did with what is owed, each of it whole or not at all, and once."""
    told: dict[str, Any] = {"actor": actor, "on": on}
    holding = {**told, "effective_from": effective_from}
    for act, named in (
        (owe_by_instalments, told),
        (remind_who_is_late, holding),
        (contest_and_charge, told),
        (collect_arrears, holding),
        (expect_losses, holding),
        (confirm_balances, told),
        (receive_money, holding),
        (keep_dossiers, told),
        (keep_archive_room, told),
        (keep_for_terms, told),
        (sign_contracts, told),
        (keep_people, holding),
        (care_for_customers, told),
        (owe_reports, told),
        (scan_a_letter, told),
        (run_the_utility, told),
    ):
        with transaction.atomic():
            act(**named)


def _import(kind: str, path: Path, *, actor: Actor, on: date) -> None:
    """Take a file in, or go on with the batch in which a load that was cut off had received it."""
    begun = batches.batches(actor).filter(kind=kind, file_name=path.name).first()
    if begun is None:
        batch = intake.import_file(actor=actor, on=on, path=path, kind=kind)
    else:
        batch = intake.take_in(actor=actor, on=on, batch_no=begun.pk)
    assert batch.state == "posted", batch.cause
    assert not batch.rows_rejected, path


def is_wanted() -> bool:
    """Whether nobody is here yet, or an earlier load was cut off."""
    return not people.anyone() or bool(cut_off_at())


def cut_off_at() -> str:
    """The step at which a load was cut off, in the words in which it was told; empty when none was."""
    note = _kept()
    return "" if note.get("loaded") else str(note.get("step", ""))


def is_simulated() -> bool:
    """Whether the figures of this installation are the simulated ones, or began with them."""
    return (_folder() / NOTE).exists()


def _begun(today: date) -> dict[str, Any]:
    """The note of a load that was cut off, or a new one: the seed, and the day up to which it simulates."""
    kept = _kept()
    rated = {"rated": True} if kept.get("rated") else {}
    return {"through": kept.get("through", today.isoformat()), "seed": SEED, **rated}


def _kept() -> dict[str, Any]:
    path = _folder() / NOTE
    note: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return note


def _keep(note: dict[str, Any]) -> None:
    """Write the note; after a stop it is the old one or the new one, never half of it."""
    _folder().mkdir(parents=True, exist_ok=True)
    fresh = _folder() / f"{NOTE}.fresh"
    fresh.write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")
    fresh.replace(_folder() / NOTE)


def _folder() -> Path:
    return Path(settings.HOME) / "demonstration"


def first_login() -> dict[str, str] | None:
    """Login and first password of the demonstration, or None where there is none, or it was changed."""
    path = _login_file()
    if not path.exists():
        return None
    login: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    person = people.person_by_login(login["login"])
    return login if person.is_active and person.check_password(login["password"]) else None


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
