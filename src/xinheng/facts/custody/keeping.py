"""Who keeps the archive, what waits to be verified, what is tidied, and what a leaver hands over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Unpack

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access.services import require
from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.values import Chain, Matter, Step, Title
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.custody import errors, placing, policy, rules
from xinheng.facts.custody.documents import Holding, Qualification
from xinheng.facts.custody.models import Archivist, Reported, Tidying
from xinheng.facts.custody.values import ArchivistTold, NewReport
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.dossiers import services as filing

KIND = "archivist"  # of the requests for approval


@transaction.atomic
def appoint_archivist(
    *, actor: Actor, on: date, login: str, unit: Any, **told: Unpack[ArchivistTold]
) -> Archivist:
    """Name somebody to keep the archive of a unit; whoever is not qualified needs an approval (CTR-12).

    Refuses: AccessDenied, PersonUnknown, CustodyInvalid: named before, unknown education, or not qualified
    and without a reason.
    """
    require(actor, "custody.write", f"person:{login}")
    person, needs = people.person_by_login(login), qualification(on)
    education, months, can_search = told["education"], told["months"], told["can_search"]
    if education not in {one.code for one in needs.educations}:
        raise errors.CustodyInvalid(cause=_("There is no such education."), field="education")
    lacking = rules.lacks(needs, education=education, months=months, can_search=can_search)
    why = told.get("why", "").strip()[:300]
    if lacking and not why:
        raise errors.CustodyInvalid(cause=_("Not qualified: say why all the same."), field="why")
    kept = Archivist(
        login=person.login, unit=unit, education=education, months=months, can_search=can_search,
        is_full_time=told["is_full_time"], lacks=lacking, why=why, told_by=actor.login, told_on=on,
        state="asked" if lacking else "appointed",
    )  # fmt: skip
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as error:
        raise errors.CustodyInvalid(cause=_("This person keeps it already."), field="login") from error
    if lacking:
        title = Title(
            f"任用不符合条件的档案管理员 {person.name}", f"Archivist {person.name} without qualification"
        )
        step = Step("leader", "公司领导审批", "Company leader", needs.approved_by, "any", 3)
        sender = replace(actor, permits=actor.permits | {"approvals.submit"})
        kept.request = approvals.submit(
            actor=sender, on=on, kind=KIND, subject=f"archivist:{kept.pk}", title=title, chain=Chain((step,))
        )
        kept.save(update_fields=["request"])
    after = {"unit": unit.code, "education": education, "lacks": lacking, "state": kept.state}
    subject = f"person:{person.login}"
    record(actor=actor, act="custody.appoint_archivist", subject=subject, on=on, after=after, reason=why)
    return kept


def follow(actor: Actor, on: date, matter: Matter) -> None:
    """What becomes of an appointment as its request moves."""
    kept = Archivist.objects.select_for_update().get(pk=int(matter.subject.partition(":")[2]))
    states = {"approved": "appointed", "open": "asked", "returned": "asked"}
    kept.state = states.get(matter.state, "rejected")
    kept.save(update_fields=["state"])
    after = {"state": kept.state}
    record(actor=actor, act="custody.decide_archivist", subject=f"person:{kept.login}", on=on, after=after)


@transaction.atomic
def end_archivist(*, actor: Actor, on: date, archivist_id: int) -> Archivist:
    """Somebody keeps the archive no more. Refuses: AccessDenied, CustodyInvalid."""
    require(actor, "custody.write", f"archivist:{archivist_id}")
    kept = Archivist.objects.select_for_update().filter(pk=archivist_id, state="appointed").first()
    if kept is None:
        raise errors.CustodyInvalid(cause=_("There is no such archivist."), field="archivist")
    kept.state = "ended"
    kept.save(update_fields=["state"])
    record(actor=actor, act="custody.end_archivist", subject=f"person:{kept.login}", on=on, after={})
    return kept


def qualification(on: date) -> Qualification:
    """What an archivist must have, by the first document that says so."""
    return next(one.qualification for one in policy.rules(on).values() if one.qualification)


def holding(on: date) -> Holding:
    """Who may report of customers and who verifies it, by the first document that says so."""
    return next(one.holding for one in policy.rules(on).values() if one.holding)


@transaction.atomic
def report_data(*, actor: Actor, on: date, unit: Any, new: NewReport) -> Reported:
    """Report of a new customer or of a change; it waits in the holding area until it was verified (KPR-01).

    Refuses: AccessDenied, CustodyInvalid: a source that is none of the document's (KPR-02), or words missing.
    """
    require(actor, "custody.borrow", "reported")
    sources = [one.code for one in holding(on).sources]
    if new.source not in sources:
        raise errors.CustodyInvalid(cause=_("The source is none of those allowed."), field="source")
    if new.kind not in ("new", "change") or (new.kind == "change" and new.customer is None):
        raise errors.CustodyInvalid(cause=_("A change names the customer it is about."), field="kind")
    party = new.customer.name if new.customer else new.party.strip()
    if not party or len(party) > 200 or not new.content.strip() or len(new.content) > 1000:
        raise errors.CustodyInvalid(cause=_("Name the customer, and say what is reported."), field="content")
    kept = Reported.objects.create(
        kind=new.kind, source=new.source, party=party, customer=new.customer, unit=unit,
        content=new.content.strip(), reported_by=actor.login, reported_on=on,
    )  # fmt: skip
    after = {"reported": kept.pk, "kind": new.kind, "source": new.source, "party": party}
    record(actor=actor, act="custody.report_data", subject=f"reported:{kept.pk}", on=on, after=after)
    return kept


@transaction.atomic
def check_report(*, actor: Actor, on: date, reported_id: int, is_right: bool, reason: str = "") -> Reported:
    """Verify what was reported, or reject it with a reason; nobody verifies their own report.

    Refuses: AccessDenied, ReportedUnknown, NotVerified (checked before), CustodyInvalid.
    """
    require(actor, "custody.borrow", f"reported:{reported_id}")
    kept = locked_report(actor, reported_id)
    if kept.state != "held":
        raise errors.NotVerified(reported=reported_id, state=kept.state)
    verifiers = set(holding(on).verified_by)
    if kept.reported_by == actor.login or not people.roles_held(actor.person_id or 0, on=on) & verifiers:
        raise errors.CustodyInvalid(cause=_("Another person, with the role to verify, checks it."), field="")
    if not is_right and not reason.strip():
        raise errors.CustodyInvalid(cause=_("Say why it is rejected."), field="reason")
    kept.state, kept.reason = ("verified", "") if is_right else ("rejected", reason.strip()[:300])
    kept.checked_by, kept.checked_on = actor.login, on
    kept.save()
    subject, after = f"reported:{kept.pk}", {"state": kept.state}
    record(actor=actor, act="custody.check_report", subject=subject, on=on, after=after, reason=kept.reason)
    return kept


@transaction.atomic
def file_report(*, actor: Actor, on: date, reported_id: int, customer: Any = None) -> Reported:
    """Build the file of a verified report, or its next version where it is a change (KPR-02).

    customer: whom a new report turned out to be, as registered. Refuses: AccessDenied, ReportedUnknown,
    NotVerified, CustodyInvalid, and what the dossiers refuse.
    """
    require(actor, "custody.write", f"reported:{reported_id}")
    kept = locked_report(actor, reported_id)
    if kept.state != "verified":
        raise errors.NotVerified(reported=reported_id, state=kept.state)
    about = kept.customer or customer
    if about is None:
        raise errors.CustodyInvalid(cause=_("Register the customer first, and name it."), field="customer")
    kind = holding(on).dossier
    found = dossiers.dossier_of(actor, on, kind, f"customer:{about.no}")
    kept.dossier = found or filing.open_dossier(
        actor=actor, on=on, kind=kind, subject=f"customer:{about.no}", title=about.name, customer=about
    )
    last = Reported.objects.filter(dossier=kept.dossier).aggregate(last=Max("version"))["last"] or 0
    kept.customer, kept.state, kept.version = about, "filed", last + 1
    kept.save()
    after = {"dossier": kept.dossier.no, "version": kept.version, "source": kept.source}
    record(actor=actor, act="custody.file_report", subject=f"reported:{kept.pk}", on=on, after=after)
    return kept


def reported_seen(actor: Actor) -> Any:
    """What waits in the holding area or came through it: of one's units, and what one reported oneself."""
    rows = Reported.objects.select_related("unit", "customer", "dossier")
    if actor.scope.reach == "everything":
        return rows
    mine = rows.filter(reported_by=actor.login)
    for path in actor.scope.unit_paths:
        mine |= rows.filter(unit__path__startswith=path)
    return mine


def locked_report(actor: Actor, reported_id: int) -> Reported:
    """One report, locked. Refuses: ReportedUnknown."""
    if not reported_seen(actor).filter(pk=reported_id).exists():
        raise errors.ReportedUnknown(reported=reported_id)
    rows = Reported.objects.select_for_update(of=("self",)).select_related("unit", "customer")
    return rows.get(pk=reported_id)


@transaction.atomic
def plan_tidying(*, actor: Actor, on: date, place: str) -> Tidying:
    """Have a place tidied regularly, as often as the rules say; the first time so long from now (PRP-02).

    Refuses: AccessDenied, PlaceUnknown, CustodyInvalid (one waits).
    """
    require(actor, "custody.write", f"place:{place[:40]}")
    there = placing.locked_place(place)
    if Tidying.objects.filter(place=there, done_on__isnull=True).exists():
        raise errors.CustodyInvalid(cause=_("It is planned there already."), field="place")
    kept = _next_tidying(there, on)
    after = {"due_on": kept.due_on}
    record(actor=actor, act="custody.plan_tidying", subject=f"place:{there.code}", on=on, after=after)
    return kept


@transaction.atomic
def tidy(*, actor: Actor, on: date, tidying_id: int, found: str) -> Tidying:
    """Note that a place was tidied and what was found; the next time follows from today.

    Refuses: AccessDenied, CustodyInvalid.
    """
    require(actor, "custody.write", f"tidying:{tidying_id}")
    rows = Tidying.objects.select_for_update(of=("self",)).select_related("place")
    kept = rows.filter(pk=tidying_id, done_on__isnull=True).first()
    if kept is None:
        raise errors.CustodyInvalid(cause=_("It is done, or there is none such."), field="tidying")
    if not found.strip():
        raise errors.CustodyInvalid(cause=_("Say what was found and done."), field="found")
    kept.done_on, kept.done_by, kept.found = on, actor.login, found.strip()[:300]
    kept.save()
    following = _next_tidying(kept.place, on)
    after = {"tidying": kept.pk, "next_on": following.due_on}
    subject = f"place:{kept.place.code}"
    record(actor=actor, act="custody.tidy", subject=subject, on=on, after=after, reason=kept.found)
    return kept


def _next_tidying(place: Any, on: date) -> Tidying:
    term = policy.general(on).tidy_every
    assert term is not None, "the general rules say how often"
    return Tidying.objects.create(place=place, due_on=term.after(on)[0], is_assumed=term.assumed)
