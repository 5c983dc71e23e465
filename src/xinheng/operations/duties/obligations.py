"""Which reports units owe for which periods, and how each stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Count, Q

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.periods import Period
from xinheng.base.kernel.working_days import is_working_day
from xinheng.operations.duties import policy, rules, selecting
from xinheng.operations.duties.documents import Report, Reports
from xinheng.operations.duties.models import MissingMark, Reporter, Submission, Task
from xinheng.operations.duties.values import DutyLine, Obligation

Key = tuple[str, str, int, date]  # pack, report, unit, first day of the period


def worded(one: Any) -> str:
    """What something is called in the reader's language."""
    return str(one.zh if reads_chinese() else one.en)


def obligations(
    actor: Actor, *, since: date, until: date, on: date, pack: str = "", report: str = ""
) -> list[Obligation]:
    """The reports due within some days by units within reach, each as it stands on a day.

    Refuses: AccessDenied.
    """
    rows = selecting.reporters(actor, on=until)
    calendars = policy.calendars(on)
    owed = {
        (row.pack, what.code, row.unit_id, period.first): (row, what, period, due_on)
        for row, what, period, due_on in owed_by(
            rows.filter(pack=pack) if pack else rows, calendars, since=since, until=until
        )
        if not report or what.code == report
    }
    standing = _standing({key[0] for key in owed}, [key[3] for key in owed])
    marked = _marked({key[0] for key in owed})
    found = []
    for key, (row, what, period, due_on) in owed.items():
        late = rules.is_late(on, due_on, inclusive=calendars[row.pack].due_inclusive)
        told = _told(row, what, period, due_on)
        found.append(_as_it_stands(told, standing.get(key), is_marked=key in marked, late=late))
    return sorted(found, key=lambda one: (one.due_on, one.pack, one.report, one.unit_path))


def owed_by(
    rows: Iterable[Reporter], calendars: dict[str, Reports], *, since: date, until: date
) -> Iterator[tuple[Reporter, Report, Period, date]]:
    """Each report of each unit with its period and due day; a type that ended before owes no more."""
    for row in rows:
        calendar = calendars.get(row.pack)
        for report in calendar.reports if calendar else ():
            if row.type not in report.owed_by:
                continue
            for period, due_on in rules.periods_due(report.every, report.due, since, until):
                if period.last >= row.from_on and (row.until_on is None or period.first < row.until_on):
                    yield row, report, period, due_on


def duty_lines(actor: Actor, *, on: date, period_day: date) -> list[DutyLine]:
    """The standing duties of units within reach in the period of a day, the ones not performed too (MED-01).

    Refuses: AccessDenied.
    """
    rows = list(selecting.reporters(actor, on=on))
    documents = policy.lists(on)
    lines = []
    for row in rows:
        document = documents.get(row.pack)
        for each in document.lists if document else ():
            if each.code == row.type:
                period = rules.period_of(each.every, period_day)
                counted = _counted(row, period)
                for duty in each.duties:
                    tasks, done = counted.get(f"{each.code}.{duty.code}", (0, 0))
                    lines.append(
                        DutyLine(
                            row.pack, f"{each.code}.{duty.code}", worded(duty), row.unit.name, row.unit.code,
                            period, tasks, done,
                        )
                    )  # fmt: skip
    return lines


def lists_without_unit(actor: Actor, *, on: date) -> list[tuple[str, str]]:
    """Lists of duties in use, as the document's and the list's name, for which no unit answers (MIN-01).

    A document is in use once any unit has one of its types. Refuses: AccessDenied.
    """
    access.require(actor, "duties.read")
    running = Reporter.objects.filter(Q(until_on__isnull=True) | Q(until_on__gt=on), from_on__lte=on)
    held = set(running.values_list("pack", "type"))
    return [
        (worded(document.name), worded(each))
        for code, document in policy.lists(on).items()
        if code in {pack for pack, _type in held}
        for each in document.lists
        if (code, each.code) not in held
    ]


def _counted(row: Reporter, period: Period) -> dict[str, tuple[int, int]]:
    """Tasks of a unit's duties that were due or done in a period, and how many of them are done."""
    due, done = Q(due_on__range=(period.first, period.last)), Q(done_on__range=(period.first, period.last))
    rows = Task.objects.filter(due | done, unit_id=row.unit_id, pack=row.pack).exclude(state="withdrawn")
    grouped = rows.order_by().values_list("duty")
    counted = grouped.annotate(tasks=Count("pk"), finished=Count("pk", filter=done))
    return {duty: (tasks, finished) for duty, tasks, finished in counted}


def _standing(packs: set[str], firsts: list[date]) -> dict[Key, Submission]:
    if not firsts:
        return {}
    rows = Submission.objects.filter(pack__in=packs, first_on__range=(min(firsts), max(firsts)))
    return {
        (one.pack, one.report, one.unit_id, one.first_on): one
        for one in rows.exclude(state="returned").defer("texts", "figures")
    }


def _marked(packs: set[str]) -> set[Key]:
    rows = MissingMark.objects.filter(pack__in=packs)
    return set(rows.values_list("pack", "report", "unit_id", "first_on"))


def _told(row: Reporter, what: Report, period: Period, due_on: date) -> Obligation:
    return Obligation(
        row.pack, what.code, worded(what), worded(what.to), row.unit_id, row.unit.code, row.unit.name,
        row.unit.path, row.owner, period, due_on, state="waiting", is_late=False,
        is_rest_day=not is_working_day(due_on), is_assumed=what.due.mark == "assumed",
    )  # fmt: skip


def _as_it_stands(told: Obligation, found: Submission | None, *, is_marked: bool, late: bool) -> Obligation:
    if found:
        told = replace(told, submission_id=found.pk, handed_in_on=found.handed_in_on)
        return replace(told, state=found.state, is_late=found.is_late)
    if is_marked:
        return replace(told, state="marked", is_late=late)
    return replace(told, state="missing" if late else "waiting", is_late=late)
