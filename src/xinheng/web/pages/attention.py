"""What calls for a person: a number, a sentence, where to go. Nothing is no call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.base.kernel.actors import Actor
from xinheng.facts.intake import queries as batches
from xinheng.judgements.ratings import queries as ratings
from xinheng.reports import queries as reports
from xinheng.reports.values import CellLine, Order, Wanted
from xinheng.web.pages.import_words import STATES, TONES
from xinheng.web.pages.scales import scale_by

RECENT = timedelta(days=14)
SHOWN = 5
MANY = 50_000  # customers of a run from which on those that became worse are only counted


@dataclass(frozen=True)
class Line:
    """One case behind a call."""

    name: str
    address: str
    note: str = ""
    mark: str = ""  # its tone


@dataclass(frozen=True)
class Call:
    """Something that waits for a person: how many, what, where to go; tone is bad, warn or note."""

    code: str
    tone: str
    icon: str
    number: str
    sentence: str
    address: str
    act: str
    lines: tuple[Line, ...] = ()


def calls(actor: Actor, *, on: date) -> list[Call]:
    """Everything that waits for the actor, what hurts most first; a fixed number of queries."""
    found: list[Call] = []
    if actor.may("ratings.read"):
        found += _of_ratings(actor, on)
    if actor.may("customers.read") and actor.may("indicators.read"):
        found += _of_overdue(actor, on)
    if actor.may("intake.read"):
        found += _of_imports(actor, on)
    if actor.may("customers.read"):
        found += _of_files(actor, on)
    order = ["bad", "warn", "note"]
    return sorted(found, key=lambda call: order.index(call.tone))


def _of_ratings(actor: Actor, on: date) -> Iterator[Call]:
    failed = list(ratings.failed_runs(actor, since=on - RECENT)[:SHOWN])
    if failed:
        yield _failed(failed)
    run = ratings.latest_run(as_of=on)
    if run is None or not actor.may("customers.read"):
        return
    scale = scale_by(run.policy_sha256)
    moves = reports.migration(actor, run.pk, on=on)
    worse = sum(move.customers for move in moves if scale.turn(move.previous_grade, move.grade) == "worse")
    told = {"day": run.as_of.isoformat(), "policy": scale.policy_name}
    if worse:
        few = reports.moved(actor, run.pk, worse=True, on=on, most=SHOWN) if run.customers <= MANY else []
        yield _worse(run, worse, told, few)
    ungraded = sum(share.customers for share in reports.run_shares(actor, run.pk, on=on) if not share.grade)
    if ungraded:
        yield _ungraded(run, ungraded, told)


def _failed(runs: list[Any]) -> Call:
    here = reverse("ratings")
    lines = (Line(f"{run.policy_code} {run.as_of:%Y-%m-%d}", "", run.cause or run.run_by) for run in runs)
    return Call(
        code="failed",
        tone="bad",
        icon="alert-triangle",
        number=_number(len(runs)),
        sentence=ngettext("rating run failed", "rating runs failed", len(runs)),
        address=here,
        act=_("To the rating runs"),
        lines=tuple(lines),
    )


def _worse(run: Any, number: int, told: dict[str, str], few: list[CellLine]) -> Call:
    sentence = ngettext(
        "customer became worse in the run as of %(day)s (%(policy)s)",
        "customers became worse in the run as of %(day)s (%(policy)s)",
        number,
    )
    lines = (
        Line(
            line.name,
            f"{reverse('customer', args=[line.no])}?policy={run.policy_code}",
            f"{line.previous_grade} → {line.grade}",
        )
        for line in few
    )
    return Call(
        code="worse",
        tone="bad",
        icon="trending-down",
        number=_number(number),
        sentence=sentence % told,
        address=f"{reverse('run_cell', args=[run.pk])}?moved=worse",
        act=_("To these customers"),
        lines=tuple(lines),
    )


def _ungraded(run: Any, number: int, told: dict[str, str]) -> Call:
    sentence = ngettext(
        "customer got no grade as of %(day)s: data are missing or the policy does not apply",
        "customers got no grade as of %(day)s: data are missing or the policy does not apply",
        number,
    )
    return Call(
        code="ungraded",
        tone="warn",
        icon="help-circle",
        number=_number(number),
        sentence=sentence % told,
        address=f"{reverse('run_cell', args=[run.pk])}?grade=-",
        act=_("To these customers"),
    )


def _of_overdue(actor: Actor, on: date) -> Iterator[Call]:
    number = reports.overdue_customers(actor, on=on)
    if not number:
        return
    wanted, order = Wanted(overdue=True), Order("overdue", descending=True)
    largest = reports.customer_list(actor, wanted, order, on=on).lines[:SHOWN]
    yield Call(
        code="overdue",
        tone="bad",
        icon="clock-exclamation",
        number=_number(number),
        sentence=ngettext("customer is overdue; the largest:", "customers are overdue; the largest:", number),
        address=f"{reverse('customers')}?overdue=1&sort=-overdue",
        act=_("To the overdue customers"),
        lines=tuple(
            Line(line.name, reverse("customer", args=[line.no]), f"{line.overdue} {line.currency}")
            for line in largest
        ),
    )


def _of_imports(actor: Actor, on: date) -> Iterator[Call]:
    seen = batches.batches(actor)
    waiting = seen.filter(state__in=["waiting", "reading", "previewed", "posting"])
    number = waiting.count()
    if number:
        yield Call(
            code="imports",
            tone="warn",
            icon="file-import",
            number=_number(number),
            sentence=ngettext("import is not finished", "imports are not finished", number),
            address=reverse("imports"),
            act=_("To the imports"),
            lines=tuple(_import_line(batch, str(STATES[batch.state])) for batch in waiting[:SHOWN]),
        )
    recent = seen.filter(told_on__gt=on - RECENT, rows_rejected__gt=0).exclude(state="cancelled")
    counted: dict[str, Any] = recent.order_by().aggregate(files=Count("pk"), rows=Sum("rows_rejected"))
    if rows := counted["rows"]:
        yield Call(
            code="rejected",
            tone="warn",
            icon="file-alert",
            number=_number(rows),
            sentence=ngettext(
                "row of the imports of the last 14 days was rejected",
                "rows of the imports of the last 14 days were rejected",
                rows,
            ),
            address=reverse("imports"),
            act=_("To the imports"),
            lines=tuple(_import_line(batch, _number(batch.rows_rejected)) for batch in recent[:SHOWN]),
        )


def _import_line(batch: Any, note: str) -> Line:
    return Line(batch.file_name, reverse("import", args=[batch.pk]), note, TONES.get(batch.state, ""))


def _of_files(actor: Actor, on: date) -> Iterator[Call]:
    quality = reports.file_quality(actor, on=on)
    if quality is None:
        return
    if quality.unanswered:
        yield Call(
            code="unanswered",
            tone="warn",
            icon="user-question",
            number=_number(quality.unanswered),
            sentence=ngettext(
                "customer has nobody who answers for it",
                "customers have nobody who answers for them",
                quality.unanswered,
            ),
            address=f"{reverse('customers')}?lacking=salesperson",
            act=_("To these customers"),
        )
    stale = sorted((item for item in quality.items if item.stale), key=lambda item: -item.stale)
    total = sum(item.stale for item in stale)
    if total:
        yield Call(
            code="stale",
            tone="note",
            icon="calendar-off",
            number=_number(total),
            sentence=ngettext(
                "fact in the credit files is older than it may be",
                "facts in the credit files are older than they may be",
                total,
            ),
            address=reverse("customers"),
            act=_("To the customers"),
            lines=tuple(Line(item.item.name, "", _number(item.stale)) for item in stale[:SHOWN]),
        )


def _number(number: int) -> str:
    return f"{number:,}"
