"""Fines confirmed, waived, contested, decided again and settled."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.working_days import add_working_days
from xinheng.operations.duties import breaching, rules, selecting
from xinheng.operations.duties.documents import Fines, Severity
from xinheng.operations.duties.errors import (
    AppealTooLate,
    CutNotDue,
    CutOutsideRange,
    DutyInvalid,
    FineOutsideRange,
    IncidentMoved,
    NotTheDecider,
    OwnDecision,
    OwnFine,
)
from xinheng.operations.duties.models import Incident
from xinheng.operations.duties.values import INCIDENT_STATES, RESULTS, Decision

HUNDRED = Decimal(100)


@transaction.atomic
def confirm_fine(*, actor: Actor, on: date, incident_id: int, decision: Decision) -> Incident:
    """Let a fine stand, with an amount of a range and a cut of pay where the scheme leaves them to a person.

    Refuses: AccessDenied, IncidentUnknown, IncidentMoved, OwnFine, NotTheDecider, FineOutsideRange,
    CutNotDue, CutOutsideRange, DutyInvalid.
    """
    access.require(actor, "duties.decide", f"incident:{incident_id}")
    found, scheme = _to_decide(actor, on, incident_id)
    breaching.recount(found, scheme)
    found.refresh_from_db()
    severities = _severities(found, scheme)
    found.state = "confirmed"
    if decision.criticism:
        if not any(kind.criticism for kind in scheme.kinds if kind.code in _kinds(found)):
            raise DutyInvalid(field="criticism", cause=_("Here no criticism takes the place of a fine."))
        found.state, found.fine_minor = "criticised", 0
    elif severities:
        _fix(actor, on, found, severities, decision)
    if not decision.criticism:
        _cut(found, scheme, decision)
    found.decided_by, found.decided_on = actor.login, on
    found.save()
    after = {
        "state": found.state, "fine": found.fine_minor, "nth": found.nth, "factor": found.factor,
        "cut": found.cut_minor,
        "severity": found.severity,
    }  # fmt: skip
    _record(actor, on, "confirm_fine", found, after)
    return found


@transaction.atomic
def waive_fine(*, actor: Actor, on: date, incident_id: int, why: str) -> Incident:
    """Let a fine go, with the reason; later ones of the month that wait are counted anew.

    Refuses: AccessDenied, IncidentUnknown, IncidentMoved, OwnFine, NotTheDecider, DutyInvalid.
    """
    access.require(actor, "duties.decide", f"incident:{incident_id}")
    found, scheme = _to_decide(actor, on, incident_id)
    found.state, found.why = "waived", selecting.needed(why, "why", 300)
    found.decided_by, found.decided_on, found.fine_minor = actor.login, on, 0
    found.save()
    Incident.objects.filter(repeats=found, state="proposed").update(
        state="waived", why=found.why, decided_by=actor.login, decided_on=on, fine_minor=0
    )
    breaching.recount(found, scheme)
    _record(actor, on, "waive_fine", found, {"state": "waived"}, found.why)
    return found


@transaction.atomic
def appeal_fine(*, actor: Actor, on: date, incident_id: int, text: str) -> Incident:
    """Contest a confirmed fine: the person itself, or somebody who may write for it.

    Refuses: AccessDenied, IncidentUnknown, IncidentMoved, AppealTooLate, DutyInvalid.
    """
    access.require(actor, "duties.read", f"incident:{incident_id}")
    found = selecting.get_incident(actor, incident_id, lock=True)
    if found.person != actor.login:
        access.require(actor, "duties.write", f"incident:{incident_id}")
    if found.state != "confirmed" or found.appeal_result:
        raise _moved(found)
    if on > (until := appeal_until(found)):
        raise AppealTooLate(until=until)
    found.state, found.appeal = "appealed", selecting.needed(text, "text", 1000)
    found.appealed_on, found.appealed_by = on, actor.login
    found.save(update_fields=["state", "appeal", "appealed_on", "appealed_by"])
    _record(actor, on, "appeal_fine", found, {"state": "appealed"}, found.appeal[:300])
    return found


@transaction.atomic
def decide_appeal(
    *, actor: Actor, on: date, incident_id: int, result: str, why: str, amount: Money | None = None
) -> Incident:
    """Uphold, reduce or lift a contested fine.

    Refuses: AccessDenied, IncidentUnknown, IncidentMoved, OwnFine, OwnDecision, NotTheDecider, DutyInvalid.
    """
    access.require(actor, "duties.decide", f"incident:{incident_id}")
    found = selecting.get_incident(actor, incident_id, lock=True)
    if found.state != "appealed":
        raise _moved(found)
    scheme = breaching.scheme_of(found)
    _may_decide(actor, on, found, scheme.appeal.roles)
    if found.decided_by == actor.login:
        raise OwnDecision(incident=incident_id)
    if result not in RESULTS:
        raise DutyInvalid(field="result", cause=_("There is no such result."))
    before, reason = found.fine_minor, selecting.needed(why, "why", 300)
    if result == "reduced":
        if amount is None or amount.currency != found.currency or not 0 <= amount.minor < before:
            cause = _("A reduced fine lies below the one before, in its currency.")
            raise DutyInvalid(field="amount", cause=cause)
        found.fine_minor = amount.minor
    found.state, found.appeal_result, found.why = "confirmed", result, reason
    if result == "lifted":
        found.state, found.fine_minor, found.cut_minor = "waived", 0, 0
    found.appeal_by, found.appeal_on = actor.login, on
    found.save()
    if result == "lifted":
        breaching.recount(found, scheme)
    after = {"result": result, "fine": found.fine_minor, "before": before}
    _record(actor, on, "decide_appeal", found, after, reason)
    return found


@transaction.atomic
def settle_fine(*, actor: Actor, on: date, incident_id: int, how: str) -> Incident:
    """Note that a fine was paid or kept from the wages.

    Refuses: AccessDenied, IncidentUnknown, IncidentMoved, OwnFine, DutyInvalid.
    """
    access.require(actor, "duties.decide", f"incident:{incident_id}")
    found = selecting.get_incident(actor, incident_id, lock=True)
    if found.state != "confirmed":
        raise _moved(found)
    if found.person == actor.login:
        raise OwnFine(incident=incident_id)
    found.state, found.settled_on, found.settled_how = "settled", on, selecting.needed(how, "how", 200)
    found.save(update_fields=["state", "settled_on", "settled_how"])
    _record(actor, on, "settle_fine", found, {"state": "settled"}, found.settled_how)
    return found


def appeal_until(found: Incident) -> date:
    """The last day on which a confirmed fine may be contested."""
    days = breaching.scheme_of(found).appeal.working_days
    return add_working_days(found.decided_on or found.proposed_on, days).day


def _to_decide(actor: Actor, on: date, incident_id: int) -> tuple[Incident, Fines]:
    found = selecting.get_incident(actor, incident_id, lock=True)
    if found.state != "proposed":
        raise _moved(found)
    scheme = breaching.scheme_of(found)
    _may_decide(actor, on, found, scheme.decided_by)
    return found, scheme


def _may_decide(actor: Actor, on: date, found: Incident, roles: Collection[str]) -> None:
    if found.person == actor.login:
        raise OwnFine(incident=found.pk)
    held = people.roles_held(actor.person_id, on=on) if actor.person_id else frozenset()
    if actor.person_id and not held & set(roles):
        names = people.role_names()
        raise NotTheDecider(roles=_(", ").join(names.get(role, role) for role in roles))


def _severities(found: Incident, scheme: Fines) -> dict[str, Severity]:
    kinds = _kinds(found)
    return {one.code: one for kind in scheme.kinds if kind.code in kinds for one in kind.severities}


def _kinds(found: Incident) -> set[str]:
    return {one.kind for one in breaching.lines_of(found)}


def _fix(
    actor: Actor, on: date, found: Incident, severities: dict[str, Severity], decision: Decision
) -> None:
    chosen = severities.get(decision.severity)
    if chosen is None:
        raise DutyInvalid(field="severity", cause=_("Choose how grave it is."))
    if chosen.roles:
        _may_decide(actor, on, found, chosen.roles)
    if decision.amount is None or decision.amount.currency != found.currency:
        raise DutyInvalid(field="amount", cause=_("Name the amount."))
    least = Money.of(chosen.least, found.currency)
    most = Money.of(chosen.most, found.currency) if chosen.most is not None else None
    if decision.amount < least or (most is not None and most < decision.amount):
        raise FineOutsideRange(amount=decision.amount, least=least, most=most or "…")
    found.severity, found.fine_minor = chosen.code, decision.amount.minor


def _cut(found: Incident, scheme: Fines, decision: Decision) -> None:
    if decision.share is None:
        return
    scope = scheme.scope(found.scope)
    cut = scope.cut if scope else None
    if cut is None or found.nth < cut.from_nth:
        raise CutNotDue(from_nth=cut.from_nth if cut else "—", nth=found.nth)
    if not cut.least <= decision.share <= cut.most:
        told = {"share": decision.share, "least": cut.least, "most": cut.most}
        raise CutOutsideRange(**{name: _percent(value) for name, value in told.items()})
    if decision.pay is None or decision.pay.currency != found.currency or decision.pay.minor < 0:
        raise DutyInvalid(field="pay", cause=_("Name the performance pay of the month."))
    found.pay_minor, found.cut_share = decision.pay.minor, decision.share
    found.cut_minor = rules.cut_of(decision.pay, decision.share).minor


def _percent(share: Decimal) -> str:
    return f"{(share * HUNDRED).normalize():f}"


def _moved(found: Incident) -> IncidentMoved:
    return IncidentMoved(incident=found.pk, state=INCIDENT_STATES[found.state])


def _record(
    actor: Actor, on: date, act: str, found: Incident, after: dict[str, object], reason: str = ""
) -> None:
    audit.record(
        actor=actor, act=f"duties.{act}", subject=f"incident:{found.pk}", on=on, after=after, reason=reason
    )
