"""What dossiers wait for: papers that run out, lines that come later."""

from __future__ import annotations

from calendar import isleap
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.dues import Due
from xinheng.facts.dossiers import policy
from xinheng.facts.dossiers.models import Item, Paper
from xinheng.facts.dossiers.selecting import dossiers_visible, papers_visible


def dues(actor: Actor, *, since: date, until: date) -> list[Due]:
    """What waits between two days, both included: papers whose last day, lines whose promised day lies there,
    and days of the objects that one is told of before they come.

    A paper that a newer one followed is done on the day that one came. Refuses: AccessDenied.
    """
    found = [*_running_out(actor, since, until), *_replaced(actor, since, until)]
    found += [*_later(actor, since, until), *_coming(actor, since, until)]
    return sorted(found, key=lambda one: (one.due_on, one.subject))


def expired_papers(actor: Actor, on: date) -> list[Paper]:
    """Papers in force whose last day has passed and that nothing on their line follows; of open dossiers.

    Refuses: AccessDenied.
    """
    rows = papers_visible(actor, on).filter(
        ~_followed(), state="in_force", valid_until__lt=on, dossier__closed_on=None
    )
    return list(rows.select_related("dossier__customer", "dossier__unit").order_by("valid_until", "pk"))


def _running_out(actor: Actor, since: date, until: date) -> list[Due]:
    rows = papers_visible(actor, until).filter(
        ~_followed(), state="in_force", valid_until__range=(since, until), dossier__closed_on=None
    )
    return [_due(paper) for paper in rows.select_related("dossier__unit").order_by("pk")]


def _replaced(actor: Actor, since: date, until: date) -> list[Due]:
    rows = papers_visible(actor, until).filter(replaces__valid_until__range=(since, until))
    told = rows.select_related("replaces__dossier__unit").order_by("pk")
    return [_due(paper.replaces, paper.received_on) for paper in told if paper.replaces]


def _later(actor: Actor, since: date, until: date) -> list[Due]:
    kinds = policy.kinds(until)
    seen = dossiers_visible(actor, until).filter(closed_on=None).order_by().values("pk")
    rows = Item.objects.filter(dossier__in=seen, state="later", later_until__range=(since, until))
    found = []
    for item in rows.select_related("dossier__unit").order_by("pk"):
        line = kinds[item.dossier.kind].line(item.code) if item.dossier.kind in kinds else None
        words = _("%(paper)s comes into the dossier of %(title)s") % {
            "paper": line.words if line else item.code, "title": item.dossier.title,
        }  # fmt: skip
        assert item.later_until is not None  # the state says so
        dossier = item.dossier
        found.append(
            Due("dossiers.later", f"dossier:{dossier.no}", words, item.later_until, dossier.custodian,
                dossier.unit.path)
        )  # fmt: skip
    return found


def _coming(actor: Actor, since: date, until: date) -> list[Due]:
    """Insurance that ends, the next service, birthdays: what the kind wants one told of."""
    found = []
    for kind in policy.kinds(until).values():
        seen = dossiers_visible(actor, until).filter(closed_on=None, kind=kind.code).select_related("unit")
        for fact in kind.told_before:
            if fact.personal and not actor.may("sensitive.read"):
                continue
            rows = seen.annotate(day=KT(f"facts__{fact.code}")).annotate(of_year=Substr("day", 6))
            for dossier in rows.filter(_falls(since, until, yearly=fact.yearly)).order_by("pk"):
                words = _("%(day)s: %(dossier)s") % {"day": fact.words, "dossier": dossier.title}
                told = date.fromisoformat(dossier.day)
                day = _next(told, since) if fact.yearly else told
                found.append(
                    Due("dossiers.day", f"dossier:{dossier.no}:{fact.code}", words, day,
                        dossier.custodian, dossier.unit.path)
                )  # fmt: skip
    return found


def _falls(since: date, until: date, *, yearly: bool) -> Q:
    """Whether a day, or the day of the year, lies between two days."""
    if not yearly:
        return Q(day__range=(since.isoformat(), until.isoformat()))
    if until - since >= timedelta(365):
        return Q(day__isnull=False)
    first, last = since.isoformat()[5:], until.isoformat()[5:]
    if first <= last:
        return Q(of_year__range=(first, last))
    return Q(of_year__gte=first) | Q(of_year__lte=last)


def _next(born: date, since: date) -> date:
    """The next time a day of the year comes, from a day on; the 29th of February comes on the 28th."""
    for year in (since.year, since.year + 1):
        day = born.day if (born.month, born.day) != (2, 29) or isleap(year) else 28
        if (come := date(year, born.month, day)) >= since:
            return come
    raise AssertionError  # one of two years has it ahead


def _followed() -> Q:
    """Whether another paper of the same line holds longer."""
    same = Paper.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=OuterRef("valid_until")),
        dossier=OuterRef("dossier"), item=OuterRef("item"), state="in_force",
    ).exclude(item="")  # fmt: skip
    return Q(Exists(same))


def _due(paper: Paper, done_on: date | None = None) -> Due:
    words = _("%(paper)s runs out (%(dossier)s)") % {"paper": paper.title, "dossier": paper.dossier.title}
    assert paper.valid_until is not None  # they were looked for by that day
    return Due(
        "dossiers.runs_out", f"paper:{paper.label}", words, paper.valid_until, paper.dossier.custodian,
        paper.dossier.unit.path, done_on,
    )  # fmt: skip
