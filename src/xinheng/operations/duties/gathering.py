"""What the rooms wait for, gathered: each tells its own, none of it is kept here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.dues import Due
from xinheng.facts.contracts import queries as contracts
from xinheng.facts.custody import queries as custody
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.privacy import queries as privacy
from xinheng.facts.retention import queries as retention
from xinheng.operations.care import queries as care
from xinheng.operations.duties import elsewhere, obligations, selecting
from xinheng.operations.duties.models import Task
from xinheng.operations.duties.values import DuesWanted, Gathered
from xinheng.operations.key_accounts import queries as key_accounts

MOST = 2_000  # of one room
Teller = Callable[[Actor, date, date, date], Iterator[Due]]


def dues(actor: Actor, *, since: date, until: date) -> list[Due]:
    """What this room itself waits for: tasks and reports, open or done within the days.

    Refuses: AccessDenied.
    """
    access.require(actor, "duties.read")
    return [*_tasks(actor, since, until), *_reports(actor, since, until)]


def gather(actor: Actor, *, since: date, until: date, on: date) -> Gathered:
    """Everything due that the actor may know of, the first due first; of each room at most so much.

    Rooms whose right the actor lacks are not asked. Refuses: AccessDenied.
    """
    access.require(actor, "duties.read")
    found: list[Due] = dues(actor, since=since, until=until)
    cut = []
    for rights, tell in TELLERS:
        if not all(actor.may(right) for right in rights):
            continue
        told = list(islice(tell(actor, since, until, on), MOST + 1))
        if len(told) > MOST:
            cut.append(told[0].kind.partition(".")[0])
        found += told[:MOST]
    return Gathered(tuple(sorted(found, key=lambda one: (one.due_on, one.kind, one.subject))), tuple(cut))


def chosen(gathered: Gathered, wanted: DuesWanted, *, on: date) -> list[Due]:
    """What of it passes the filters, in the order asked."""
    found = [one for one in gathered.dues if _passes(one, wanted, on)]
    key = wanted.sort.removeprefix("-")
    keys: dict[str, Callable[[Due], object]] = {
        "due": lambda one: one.due_on,
        "kind": lambda one: (one.kind, one.due_on),
        "owner": lambda one: (one.owner, one.due_on),
    }
    return sorted(found, key=keys.get(key, keys["due"]), reverse=wanted.sort.startswith("-"))  # type: ignore[arg-type]


def _passes(one: Due, wanted: DuesWanted, on: date) -> bool:
    states = {
        "open": one.done_on is None,
        "late": one.done_on is None and one.is_late(on),
        "done": bool(one.done_on),
    }
    text = wanted.text.strip().lower()
    return (
        (not wanted.kind or one.kind.partition(".")[0] == wanted.kind)
        and (not wanted.owner or one.owner == wanted.owner)
        and (not wanted.unit or one.unit.startswith(wanted.unit))
        and states.get(wanted.state, True)
        and (not text or text in one.words.lower() or text in one.subject.lower())
    )


def _tasks(actor: Actor, since: date, until: date) -> Iterator[Due]:
    rows = selecting.tasks(actor).exclude(state="withdrawn").filter(due_on__lte=until)
    for one in rows.exclude(state="done", done_on__lt=since).order_by("due_on", "pk")[:MOST]:
        yield Due(
            f"duties.{one.kind}",
            subject_of(one),
            one.title,
            one.due_on,
            one.owner,
            one.unit.path,
            one.done_on,
        )


def _reports(actor: Actor, since: date, until: date) -> Iterator[Due]:
    for one in obligations.obligations(actor, since=since, until=until, on=until):
        words = _("%(report)s of %(unit)s, %(first)s to %(last)s") % {
            "report": one.words, "unit": one.unit_name, "first": one.period.first, "last": one.period.last,
        }  # fmt: skip
        subject = f"report:{one.pack}.{one.report}.{one.unit_code}.{one.period.first}"
        yield Due(
            "duties.report", subject, words, one.due_on, one.owner, one.unit_path,
            one.due_on if one.state == "marked" else one.handed_in_on, one.is_assumed,
        )  # fmt: skip


def subject_of(task: Task) -> str:
    """What the trail calls a task."""
    return f"task:{task.pk}"


def _told_by(room: object) -> Teller:
    """What a room tells of itself by its question `dues`."""

    def tell(actor: Actor, since: date, until: date, _on: date) -> Iterator[Due]:
        yield from room.dues(actor, since=since, until=until)  # type: ignore[attr-defined]

    return tell


TELLERS: tuple[tuple[tuple[str, ...], Teller], ...] = (
    (("dossiers.read", "customers.read"), _told_by(dossiers)),
    (("custody.read", "dossiers.read", "customers.read"), _told_by(custody)),
    (("contracts.read", "customers.read"), _told_by(contracts)),
    (("retention.read", "dossiers.read", "customers.read"), _told_by(retention)),
    (("privacy.read", "customers.read"), _told_by(privacy)),
    (("care.read", "customers.read"), _told_by(care)),
    (("key_accounts.read", "customers.read"), _told_by(key_accounts)),
    (("ratings.read", "customers.read"), elsewhere.reviews),
    (("limits.read", "customers.read"), elsewhere.limits),
    (("advances.read", "customers.read"), elsewhere.advances),
    (("warnings.read", "customers.read"), elsewhere.warnings),
    (("customers.read",), elsewhere.investigations),
    (("disputes.read", "customers.read"), elsewhere.disputes),
    (("confirmations.read", "customers.read"), elsewhere.confirmations),
    (("collection.read", "customers.read"), elsewhere.promises),
)
