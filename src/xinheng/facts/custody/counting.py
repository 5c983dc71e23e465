"""What is due, how much came in time, and how much files are used."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils.translation import gettext as _

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import at_site, timestamp
from xinheng.base.kernel.dues import Due
from xinheng.facts.custody import finding, policy, selecting
from xinheng.facts.custody.models import Consultation, Handover, Tidying
from xinheng.facts.custody.values import OnTime, WantedLoans
from xinheng.facts.dossiers import queries as dossiers


def dues(actor: Actor, *, since: date, until: date) -> list[Due]:
    """What custody waits for from day to day, and what was late before: hand-overs, checks, loans, tidying.

    Within the actor's reach; nothing for who may not see custody.
    """
    if not actor.may("custody.read"):
        return []
    names = {code: one.words for code, one in policy.schemes(until).items()}
    rows = selecting.handovers_seen(actor, on=until).exclude(state="cancelled")
    asked = rows.filter(Q(due_on__range=(since, until)) | Q(state__in=("open", "returned"), due_on__lt=since))
    found = [
        Due(
            "custody.handover", f"handover:{one.pk}", f"{names.get(one.scheme, one.scheme)} {one.subject}",
            one.due_on, one.owner, one.from_unit.path, one.accepted_on, one.is_assumed,
        )
        for one in asked
    ]  # fmt: skip
    checked = rows.filter(verify_by__isnull=False).filter(
        Q(verify_by__range=(since, until)) | Q(verified_on__isnull=True, verify_by__lt=since)
    )
    found += [
        Due(
            "custody.verify", f"handover:{one.pk}", _("Check: %(what)s") % {"what": one.subject},
            one.verify_by, "", one.to_unit.path, one.verified_on, is_assumed=True,
        )
        for one in checked
        if one.verify_by
    ]  # fmt: skip
    return found + _loans_due(actor, since, until) + _tidyings_due(since, until)


def on_time(actor: Actor, *, since: date, until: date, on: date) -> list[OnTime]:
    """How many hand-overs due from a day to a day came in time, by giving unit and scheme.

    Accepted on or before its day is in time; what waits past its day is late.
    """
    rows = selecting.handovers_seen(actor, on=on).filter(due_on__range=(since, until))
    rows = rows.exclude(state="cancelled").filter(Q(accepted_on__isnull=False) | Q(due_on__lt=on))
    good = Q(accepted_on__isnull=False, accepted_on__lte=F("due_on"))
    counted = rows.order_by().values("from_unit__name", "scheme").annotate(
        total=Count("pk"), good=Count("pk", filter=good),
        waiting=Count("pk", filter=Q(accepted_on__isnull=True)),
    )  # fmt: skip
    return [
        OnTime(
            unit=row["from_unit__name"], scheme=row["scheme"], total=row["total"], on_time=row["good"],
            late=row["total"] - row["good"], open_late=row["waiting"],
        )
        for row in counted.order_by("from_unit__name", "scheme")
    ]  # fmt: skip


def files_by_use(actor: Actor, *, on: date, since: date, never: bool = False) -> QuerySet[Any]:
    """The dossiers one sees that somebody consulted since a day; never: those nobody did (LSE-26)."""
    used = Consultation.objects.filter(on__gte=since).order_by().values("dossier")
    rows = dossiers.dossiers_visible(actor, on).filter(closed_on__isnull=True).order_by("no")
    return rows.exclude(pk__in=used) if never else rows.filter(pk__in=used)


def uses(dossier_ids: list[int], since: date) -> dict[int, tuple[int, date | None]]:
    """How often some dossiers were consulted since a day, and when last."""
    rows = Consultation.objects.filter(dossier__in=dossier_ids, on__gte=since).order_by().values("dossier")
    return {row["dossier"]: (row["n"], row["last"]) for row in rows.annotate(n=Count("pk"), last=Max("on"))}


def late_count(actor: Actor, *, on: date) -> int:
    """How many hand-overs within reach wait past their day."""
    return selecting.handovers_seen(actor, on=on).filter(selecting.late_on(on)).count()


def departments_of(season_id: int) -> list[Handover]:
    """How each department stands in a season (LAR-04): handed over, nil, or missing."""
    rows = Handover.objects.filter(season=season_id).select_related("from_unit", "to_unit")
    return list(rows.order_by("from_unit__code"))


def _loans_due(actor: Actor, since: date, until: date) -> list[Due]:
    rows = finding.loans(actor, WantedLoans(), on=until, at=timestamp()).exclude(way="copy")
    rows = rows.filter(Q(returned_at__isnull=True) | Q(due_at__date__range=(since, until)))
    return [
        Due(
            "custody.loan", f"loan:{one.pk}", _("Return %(label)s") % {"label": one.paper.label},
            at_site(one.due_at).date(), one.holder, "",
            at_site(one.returned_at).date() if one.returned_at else None,
        )
        for one in rows
        if at_site(one.due_at).date() <= until
    ]  # fmt: skip


def _tidyings_due(since: date, until: date) -> list[Due]:
    rows = Tidying.objects.select_related("place__unit").filter(due_on__lte=until)
    rows = rows.filter(Q(done_on__isnull=True) | Q(due_on__gte=since))
    return [
        Due(
            "custody.tidying", f"tidying:{one.pk}", _("Tidy %(place)s") % {"place": one.place.name},
            one.due_on, "", one.place.unit.path, one.done_on, one.is_assumed,
        )
        for one in rows
    ]  # fmt: skip
