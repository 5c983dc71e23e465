"""Breaches: proposed by hand or by a late hand-over, ordered to be put right, repeated while they are not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import add_months, month_of
from xinheng.operations.duties import policy, rules, selecting
from xinheng.operations.duties.documents import FineKind, Fines
from xinheng.operations.duties.errors import DutyInvalid, IncidentMoved, NotRepeated
from xinheng.operations.duties.models import Incident, IncidentLine, Submission
from xinheng.operations.duties.values import COUNTED, INCIDENT_STATES, NewIncident, NewLine

MOST_LINES = 200
MOST_COUNT = 10_000


@transaction.atomic
def propose_fine(*, actor: Actor, on: date, new: NewIncident) -> Incident:
    """Tell a breach; what it costs is reckoned by the scheme of the day it happened. More lines for a breach
    that waits for a decision join it, so that late and incomplete at one visit is one penalty.

    Refuses: AccessDenied, DutyDocumentUnknown, DutyUnitUnknown, DutyInvalid, IncidentMoved, NotRepeated.
    """
    access.require(actor, "duties.write", f"unit:{new.unit_code}")
    scheme = policy.scheme(new.pack, new.happened_on)
    cause, what = selecting.needed(new.cause, "cause", 120), selecting.needed(new.what, "what", 200)
    if new.happened_on > on:
        raise DutyInvalid(field="happened_on", cause=_("A breach happened today or earlier."))
    # a visit without somebody responsible is refused (VEH-10)
    person = selecting.login_of(new.person, "person", required=True)
    unit_id = selecting.unit_id(new.unit_code)
    kinds = _kinds(scheme, new.lines)
    for kind in kinds:
        _repeated_enough(kind, person, new.happened_on)
    found = Incident.objects.select_for_update().filter(pack=new.pack, cause=cause).first()
    if found is None:
        found = Incident.objects.create(
            pack=new.pack, version=scheme.version, scope=kinds[0].scope, cause=cause, what=what,
            happened_on=new.happened_on, person=person, unit_id=unit_id, currency=scheme.currency,
            proposed_by=actor.login, proposed_on=on,
        )  # fmt: skip
    elif found.state != "proposed" or (found.person, found.scope) != (person, kinds[0].scope):
        raise IncidentMoved(incident=found.pk, state=INCIDENT_STATES[found.state])
    _add(found, new.lines)
    recount(found, scheme)
    found.refresh_from_db()
    after = {
        "scheme": f"{found.pack}@{found.version}", "cause": cause, "person": person, "nth": found.nth,
        "fine": found.fine_minor, "kinds": [one.kind for one in new.lines][:20],
    }  # fmt: skip
    audit.record(actor=actor, act="duties.propose_fine", subject=f"incident:{found.pk}", on=on, after=after)
    return found


@transaction.atomic
def order_correction(*, actor: Actor, on: date, incident_id: int) -> Incident:
    """Order that what is wrong be put right at once (VEH-18).

    Refuses: AccessDenied, IncidentUnknown, DutyInvalid.
    """
    access.require(actor, "duties.write", f"incident:{incident_id}")
    found = selecting.get_incident(actor, incident_id, lock=True)
    scheme = scheme_of(found)
    if found.repeats_id or not any(
        kind.repeats for kind in (scheme.of(code) for code in _codes(found)) if kind is not None
    ):
        raise DutyInvalid(field="incident", cause=_("Nothing of this breach can be put right."))
    if found.ordered_on is None:
        found.ordered_on = on
        found.save(update_fields=["ordered_on"])
        after = {"ordered_on": on}
        audit.record(
            actor=actor, act="duties.order_correction", subject=f"incident:{found.pk}", on=on, after=after
        )
    return found


@transaction.atomic
def note_corrected(*, actor: Actor, on: date, incident_id: int, corrected_on: date) -> Incident:
    """Note that what was wrong is put right; from that day on it is fined no more.

    Refuses: AccessDenied, IncidentUnknown, DutyInvalid.
    """
    access.require(actor, "duties.write", f"incident:{incident_id}")
    found = selecting.get_incident(actor, incident_id, lock=True)
    if found.ordered_on is None or found.corrected_on or not found.ordered_on <= corrected_on <= on:
        cause = _("It was ordered before, is not noted yet, and lies between the order and today.")
        raise DutyInvalid(field="corrected_on", cause=cause)
    repeat(found, actor=actor, on=on, until=corrected_on)
    found.corrected_on = corrected_on
    found.save(update_fields=["corrected_on"])
    after = {"corrected_on": corrected_on}
    audit.record(actor=actor, act="duties.note_corrected", subject=f"incident:{found.pk}", on=on, after=after)
    return found


def repeat(found: Incident, *, actor: Actor, on: date, until: date) -> int:
    """Propose the same fine for each further working day on which a defect stood; gives how many are new."""
    scheme = scheme_of(found)
    if scheme.repetition is None or found.ordered_on is None or found.state == "waived":
        return 0
    lines = [
        (one.kind, one.item, one.defects, one.count)
        for one in IncidentLine.objects.filter(incident=found)
        if (kind := scheme.of(one.kind)) is not None and kind.repeats
    ]
    again = rules.reckon(
        [NewLine(kind, item, tuple(defects), count) for kind, item, defects, count in lines], scheme,
        scope=found.scope, nth=1,
    )  # fmt: skip
    days = rules.repeat_days(found.ordered_on, until, working_days=scheme.repetition.working_days)
    kept = set(Incident.objects.filter(repeats=found).values_list("happened_on", flat=True))
    base = again.base.minor
    fresh = [day for day in days if day not in kept and base]
    for day in fresh:
        made = Incident.objects.create(
            pack=found.pack, version=found.version, scope=found.scope, cause=f"repeat:{found.pk}:{day}",
            what=found.what, happened_on=day, person=found.person, unit_id=found.unit_id,
            currency=found.currency,
            base_minor=base, factor=found.factor, fine_minor=base * found.factor, proposed_by=actor.login,
            proposed_on=on, repeats=found,
        )  # fmt: skip
        IncidentLine.objects.bulk_create(
            IncidentLine(incident=made, kind=kind, item=item, defects=defects, count=count)
            for kind, item, defects, count in lines
        )
        after = {"repeats": found.pk, "day": day, "fine": made.fine_minor}
        audit.record(actor=actor, act="duties.repeat_fine", subject=f"incident:{made.pk}", on=on, after=after)
    for month in {month_of(day).first for day in fresh}:
        _recount_month(found, month, scheme)
    return len(fresh)


def recount(found: Incident, scheme: Fines) -> None:
    """Reckon a breach, and every one of the person's month that still waits for a decision, anew."""
    _recount_month(found, found.happened_on, scheme)


def lines_of(incident: Incident) -> list[NewLine]:
    """What was wrong in a breach."""
    return [
        NewLine(one.kind, one.item, tuple(one.defects), one.count)
        for one in IncidentLine.objects.filter(incident=incident)
    ]


def scheme_of(incident: Incident) -> Fines:
    """The scheme by which a breach is judged: that of the day it happened (RR-11)."""
    return policy.scheme(incident.pack, incident.happened_on)


def _recount_month(found: Incident, day: date, scheme: Fines) -> None:
    month = month_of(day)
    rows = Incident.objects.select_for_update().filter(
        pack=found.pack, scope=found.scope, person=found.person, happened_on__range=(month.first, month.last),
        state__in=COUNTED,
    )  # fmt: skip
    counts_repeats = scheme.repetition is None or scheme.repetition.counts
    before = 0
    for row in rows.order_by("happened_on", "pk"):
        nth = before + 1
        told = None
        if row.state == "proposed" and row.repeats_id is None:
            told = rules.reckon(lines_of(row), scheme, scope=row.scope, nth=nth)
            row.base_minor, row.extra_minor = told.base.minor, told.extra.minor
            row.factor, row.fine_minor = told.factor, told.total.minor
        if row.state == "proposed":
            row.nth = nth
            row.save(update_fields=["nth", "base_minor", "extra_minor", "factor", "fine_minor"])
        if (row.base_minor or not row.extra_minor) and (counts_repeats or row.repeats_id is None):
            before += 1


def _kinds(scheme: Fines, lines: Iterable[NewLine]) -> list[FineKind]:
    told = list(lines)
    if not 0 < len(told) <= MOST_LINES:
        raise DutyInvalid(field="lines", cause=_("Say what was wrong."))
    kinds = []
    for place, line in enumerate(told, start=1):
        kind, field = scheme.of(line.kind), f"lines.{place}"
        if kind is None:
            raise DutyInvalid(field=field, cause=_("The scheme knows no such breach."))
        if not 1 <= line.count <= MOST_COUNT or len(line.item) > 120:
            raise DutyInvalid(field=field, cause=_("The number is one or more."))
        if kind.defects and (not line.defects or set(line.defects) - {one.code for one in kind.defects}):
            raise DutyInvalid(field=field, cause=_("Name what is wrong with the paper."))
        kinds.append(kind)
    if len({kind.scope for kind in kinds}) > 1:
        raise DutyInvalid(field="lines", cause=_("One breach is of one line of work."))
    return kinds


def _repeated_enough(kind: FineKind, person: str, day: date) -> None:
    if kind.repeated is None:
        return
    since = add_months(day, -kind.repeated.months)
    late = Submission.objects.filter(
        handed_in_by=person, is_late=True, handed_in_on__gt=since, handed_in_on__lte=day
    ).count()
    if late < kind.repeated.times:
        raise NotRepeated(
            person=person, times=late, months=kind.repeated.months, from_times=kind.repeated.times
        )


def _add(found: Incident, lines: Iterable[NewLine]) -> None:
    kept = {(one.kind, one.item, one.defects, one.count) for one in lines_of(found)}
    IncidentLine.objects.bulk_create(
        IncidentLine(
            incident=found, kind=one.kind, item=one.item.strip(), defects=list(one.defects), count=one.count
        )
        for one in lines
        if (one.kind, one.item.strip(), one.defects, one.count) not in kept
    )


def _codes(found: Incident) -> set[str]:
    return set(IncidentLine.objects.filter(incident=found).values_list("kind", flat=True))
