"""What an inspection found is told, and confirmed by somebody else, who lets money and grade follow."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.operations.inspections import charging, policy, reckoning, selecting
from xinheng.operations.inspections.documents import InspectionRules, named_in
from xinheng.operations.inspections.errors import FindingIncomplete, InspectionInvalid, SamePerson
from xinheng.operations.inspections.models import Case, Exhibit, Finding, Signature
from xinheng.operations.inspections.naming import check_code, check_day, check_text, inspectors_named
from xinheng.operations.inspections.values import NewFinding, Reckoned


@transaction.atomic
def record_finding(*, actor: Actor, on: date, no: str, new: NewFinding) -> Finding:
    """Tell what an inspection found, with its money by the supply rules of the day (PWR-25).

    Without inspectors or a day it is refused, and theft or breach without a piece of evidence too. "none"
    closes the case. Refuses: AccessDenied, CaseUnknown, OutOfTurn, FindingIncomplete, InspectionInvalid.
    """
    access.require(actor, "inspections.write", f"inspection:{no[:20]}")
    found = selecting.case_in_state(actor, no, "visited")
    at = policy.in_force(on)
    day, people = _who_and_when(found, new, at, on=on)
    reckoned = _reckoned(new, at, on=day)
    if new.kind != "none" and not Exhibit.objects.filter(case=found).exists():
        raise FindingIncomplete(cause=_("nobody is accused without evidence."), field="exhibits")
    kept = Finding.objects.create(
        case=found, kind=new.kind, found_on=day, inspectors=people, told_by=actor.login, told_on=on,
        method=_method(new, at), breach=new.breach.code if new.breach else "",
        note=check_text("note", new.note, 2000, may_be_blank=True), **_money(reckoned, new, at),
    )  # fmt: skip
    found.state = "found"
    if new.kind == "none":
        found.state, found.closed_on = "none", on
    found.save(update_fields=["state", "closed_on"])
    after = {"case": found.no, "kind": kept.kind, "found_on": day, "fee": kept.fee, "penalty": kept.penalty,
             "inspectors": [one["login"] for one in people]}  # fmt: skip
    record(
        actor=actor, act="inspections.record_finding", subject=f"inspection:{found.no}", on=on, after=after
    )
    return kept


@transaction.atomic
def withdraw_finding(*, actor: Actor, on: date, no: str, why: str) -> Case:
    """Take a finding that is not confirmed back to the inspectors; its signatures fall with it.

    Refuses: AccessDenied, CaseUnknown, OutOfTurn, InspectionInvalid.
    """
    access.require(actor, "inspections.write", f"inspection:{no[:20]}")
    found = selecting.case_in_state(actor, no, "found")
    reason = check_text("why", why, 300)
    before = Finding.objects.get(case=found)
    told = {"kind": before.kind, "fee": before.fee, "penalty": before.penalty, "facts": before.facts,
            "signed": list(Signature.objects.filter(case=found).values_list("name", flat=True))}  # fmt: skip
    Signature.objects.filter(case=found).delete()
    before.delete()
    found.state = "visited"
    found.save(update_fields=["state"])
    record(
        actor=actor, act="inspections.withdraw_finding", subject=f"inspection:{found.no}", on=on, before=told,
        reason=reason,
    )  # fmt: skip
    return found


@transaction.atomic
def confirm_finding(*, actor: Actor, on: date, no: str) -> Finding:
    """Confirm a finding: the money becomes claims, the grade follows, and the time to appeal begins.

    Somebody who did not inspect or tell it. The consumer has signed the notice, or refused before a witness.
    Refuses: AccessDenied, CaseUnknown, OutOfTurn, SamePerson, FindingIncomplete, InspectionInvalid.
    """
    access.require(actor, "inspections.decide", f"inspection:{no[:20]}")
    found = selecting.case_in_state(actor, no, "found")
    kept = Finding.objects.select_for_update().get(case=found)
    if actor.login in {kept.told_by, *(one["login"] for one in kept.inspectors)}:
        raise SamePerson(login=actor.login, no=found.no)
    _signed(found)
    at = policy.in_force(on)
    kept.confirmed_by, kept.confirmed_on = actor.login, on
    kept.appeal_until = on + timedelta(days=at.appeal_days)
    kept.bills = charging.charge(found, kept, pay_days=at.pay_days, actor=actor, on=on)
    kept.calls = charging.tell_grade(found, kept, on=on)
    charging.take_points(found, kept, on=on)
    kept.save()
    found.state, found.closed_on = "confirmed", on
    found.save(update_fields=["state", "closed_on"])
    after: dict[str, Any] = {"case": found.no, "bills": kept.bills, "calls": kept.calls,
                             "appeal_until": kept.appeal_until, "total": kept.total}  # fmt: skip
    record(
        actor=actor, act="inspections.confirm_finding", subject=f"inspection:{found.no}", on=on, after=after
    )
    return kept


def reckon(new: NewFinding, *, on: date) -> Reckoned | None:
    """What a finding would cost by the rules of its day; None for nothing found.

    Refuses: InspectionInvalid, FindingIncomplete without a day.
    """
    if new.found_on is None:
        raise FindingIncomplete(cause=_("the day is missing."), field="found_on")
    return _reckoned(new, policy.in_force(on), on=new.found_on)


def how_found(kept: Finding) -> str:
    """How theft was done, or which breach of use it is, in words; "" for nothing found."""
    at = policy.in_force(kept.found_on)
    edition = at.edition(kept.found_on)
    found = named_in(at.methods, kept.method) or named_in(edition.breaches if edition else (), kept.breach)
    return found.words if found else ""


def _who_and_when(
    found: Case, new: NewFinding, at: InspectionRules, *, on: date
) -> tuple[date, list[dict[str, str]]]:
    if new.found_on is None:
        raise FindingIncomplete(cause=_("the day is missing."), field="found_on")
    if not any(login.strip() for login in new.inspectors):
        raise FindingIncomplete(cause=_("the inspectors are missing."), field="inspectors")
    day = check_day("found_on", new.found_on, latest=on, earliest=found.opened_on)
    return day, inspectors_named("inspectors", new.inspectors, least=at.least_inspectors)


def _reckoned(new: NewFinding, at: InspectionRules, *, on: date) -> Reckoned | None:
    if new.kind == "theft":
        if new.theft is None:
            raise InspectionInvalid(cause=_("Say what the quantity is reckoned from."), field="basis")
        return reckoning.reckon_theft(new.theft, at, on=on)
    if new.kind == "breach":
        if new.breach is None:
            raise InspectionInvalid(cause=_("Say which breach of use it is."), field="breach")
        return reckoning.reckon_breach(new.breach, at, on=on)
    check_code("kind", new.kind if new.kind == "none" else None)
    return None


def _method(new: NewFinding, at: InspectionRules) -> str:
    if new.kind != "theft":
        return ""
    code: str = check_code("method", named_in(at.methods, new.method)).code
    return code


def _money(reckoned: Reckoned | None, new: NewFinding, at: InspectionRules) -> dict[str, Any]:
    if reckoned is None:
        return {"rules": f"{at.code}@{at.version}"}
    facts = asdict(new.theft or new.breach)  # type: ignore[arg-type]
    told = {name: str(one) if isinstance(one, Decimal) else one for name, one in facts.items()}
    return {
        "rules": f"{at.code}@{at.version} {reckoned.edition}",
        "clause": dict(zip(("zh", "en"), reckoned.clause, strict=True)), "facts": told,
        "steps": [asdict(one) for one in reckoned.steps], "kwh": reckoned.kwh,
        "fee_minor": reckoned.fee.minor, "penalty_minor": reckoned.penalty.minor,
    }  # fmt: skip


def _signed(found: Case) -> None:
    rows = list(Signature.objects.filter(case=found))
    by_consumer = [one for one in rows if one.role == "consumer"]
    if any(not one.refused for one in by_consumer):
        return
    if not by_consumer:
        raise FindingIncomplete(cause=_("the consumer has not signed the notice."), field="signatures")
    if not any(one.role == "witness" for one in rows):
        cause = _("the consumer refused to sign, and no witness has signed.")
        raise FindingIncomplete(cause=cause, field="signatures")
