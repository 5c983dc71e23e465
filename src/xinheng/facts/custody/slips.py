"""A slip asks for papers and goes its way of approval by grade, role and whose file it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access.services import require
from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.values import Chain, Matter, Step, Title
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.secrecy import queries as grades
from xinheng.base.secrecy import services as secrecy
from xinheng.base.secrecy.values import Handling
from xinheng.facts.custody import errors, policy, rules
from xinheng.facts.custody.documents import CustodyRules, Lending
from xinheng.facts.custody.models import Proxy, Slip, SlipPaper
from xinheng.facts.custody.values import WAY_WORDS, NewSlip
from xinheng.facts.dossiers import queries as dossiers

KIND = "slip"  # of the requests for approval
WAYS = ("read", "lend", "copy")


@transaction.atomic
def ask_for_papers(*, actor: Actor, on: date, new: NewSlip) -> Slip:
    """Ask to read, borrow or have copied the originals of a dossier, all of them or some.

    Whoever the rules let borrow directly, and only what is not secret, needs no approval (LAR-10). Refuses:
    AccessDenied, DossierUnknown, PaperUnknown, CustodyInvalid (no purpose, nothing on paper),
    LendingForbidden (top secret to everybody, confidential except for reading), RoleUnmanned.
    """
    require(actor, "custody.borrow", f"dossier:{new.dossier_no[:40]}")
    dossier = dossiers.get_dossier(actor, new.dossier_no, on=on)
    if not new.purpose.strip() or len(new.purpose) > 300:
        raise errors.CustodyInvalid(cause=_("Say what it is needed for."), field="purpose")
    if new.way not in WAYS:
        raise errors.CustodyInvalid(cause=_("There is no such way."), field="way")
    papers = _papers(actor, dossier, new, on=on)
    grade = secrecy.highest([dossier.secrecy, *(paper.secrecy for paper in papers)], on)
    handled = secrecy.handling(grade, on)
    require_lendable(handled, new.way, on)
    found = policy.lending_for(dossier.kind, on)
    lending = _lending(found)
    roles = people.roles_held(actor.person_id or 0, on=on)
    is_direct = not is_secret(handled) and bool(roles & set(lending.direct) & set(handled.direct))
    slip = Slip.objects.create(
        dossier=dossier, reader=actor.login, reader_unit_id=_unit_id(actor, on), purpose=new.purpose.strip(),
        way=new.way, secrecy=grade, asked_on=on, state="approved" if is_direct else "asked",
        is_direct=is_direct, rules=f"{found.code}@{found.version}", decided_on=on if is_direct else None,
    )  # fmt: skip
    SlipPaper.objects.bulk_create(SlipPaper(slip=slip, paper=paper) for paper in papers)
    if not is_direct:
        sender = replace(actor, permits=actor.permits | {"approvals.submit"})
        slip.request = approvals.submit(
            actor=sender, on=on, kind=KIND, subject=f"slip:{slip.pk}",
            title=_title(actor, dossier.no, new.way), chain=_chain(handled, lending, actor, dossier, on),
        )  # fmt: skip
        slip.save(update_fields=["request"])
    after = {"slip": slip.pk, "way": new.way, "secrecy": grade, "direct": is_direct, "papers": len(papers)}
    record(
        actor=actor, act="custody.ask_for_papers", subject=f"dossier:{dossier.no}", on=on, after=after,
        reason=slip.purpose,
    )  # fmt: skip
    return slip


def is_secret(handled: Handling) -> bool:
    """Whether a grade bounds how its papers are read or lent."""
    return handled.forbidden or handled.room_only or handled.loan_minutes is not None


def require_lendable(handled: Handling, way: str, on: date) -> None:
    """Refuse what the grade forbids to everybody. Refuses: LendingForbidden."""
    cause = ""
    if handled.forbidden:
        cause = _("nobody consults them.")
    elif handled.room_only and way != "read":
        cause = _("they are read in the archive room only.")
    elif handled.loan_minutes is not None and way == "copy":
        cause = _("they are not copied.")
    if cause:
        told = {"way": str(WAY_WORDS[way]), "grade": grades.grade_names(on)[handled.grade]}
        raise errors.LendingForbidden(cause=cause, field="way", **told)


@transaction.atomic
def withdraw_slip(*, actor: Actor, on: date, slip_id: int, reason: str) -> Slip:
    """Take back a slip that waits for approval. Refuses: AccessDenied, SlipUnknown, SlipNotApproved …"""
    require(actor, "custody.borrow", f"slip:{slip_id}")
    slip = Slip.objects.filter(pk=slip_id, reader=actor.login).first()
    if slip is None:
        raise errors.SlipUnknown(slip=slip_id)
    if slip.request_id is None:
        raise errors.SlipNotApproved(slip=slip_id, state=slip.state)
    sender = replace(actor, permits=actor.permits | {"approvals.submit"})
    approvals.withdraw(actor=sender, on=on, request_id=slip.request_id, reason=reason)
    slip.refresh_from_db()
    return slip


def follow(actor: Actor, on: date, matter: Matter) -> None:
    """What becomes of a slip as its request moves."""
    slip = Slip.objects.select_for_update().get(pk=int(matter.subject.partition(":")[2]))
    slip.state = {"open": "asked"}.get(matter.state, matter.state)
    slip.decided_on = on if matter.state in ("approved", "rejected") else None
    slip.save(update_fields=["state", "decided_on"])
    record(
        actor=actor, act="custody.decide_slip", subject=f"slip:{slip.pk}", on=on,
        after={"state": slip.state, "reader": slip.reader}, reason=matter.reason,
    )  # fmt: skip


def look_ahead(actor: Actor, on: date, matter: Matter) -> None:
    """Who approves secret papers for somebody away needs a proxy of that day and for that content (LAR-14).

    Refuses: ProxyMissing.
    """
    slip = Slip.objects.select_related("dossier", "request").get(pk=int(matter.subject.partition(":")[2]))
    handled = secrecy.handling(slip.secrecy, on)
    if matter.verdict != "approve" or not is_secret(handled) or slip.request is None:
        return
    wanted = set(Chain.of(slip.request.chain).steps[matter.step].roles)
    if people.roles_held(actor.person_id or 0, on=on) & wanted:
        return
    held = Proxy.objects.filter(taker=actor.login, role__in=wanted)
    running = [one for one in held if one.from_on <= on < one.until_on]
    if not running:
        raise errors.ProxyMissing(cause=_("it has ended, has not begun, or was never given."))
    for one in running:
        named = not one.kinds or any(fnmatchcase(slip.dossier.kind, pattern) for pattern in one.kinds)
        if named and rules.fits(one.grades, [slip.secrecy]):
            return
    raise errors.ProxyMissing(cause=_("this file or this grade is not in what it names."))


def _lending(found: CustodyRules) -> Lending:
    assert found.lending is not None, "the rules that were chosen lend"
    return found.lending


def _papers(actor: Actor, dossier: Any, new: NewSlip, *, on: date) -> list[Any]:
    if new.labels:
        papers = [dossiers.get_paper(actor, label, on=on) for label in dict.fromkeys(new.labels)]
    else:
        papers = list(dossiers.papers_visible(actor, on).filter(dossier=dossier, state="in_force"))
    papers = [one for one in papers if one.dossier_id == dossier.pk and one.has_original]
    if not papers or any(one.state != "in_force" for one in papers):
        raise errors.CustodyInvalid(
            cause=_("None of these papers lies in the archive room as an original."), field="labels"
        )
    return papers


def _chain(handled: Handling, lending: Lending, actor: Actor, dossier: Any, on: date) -> Chain:
    """Secret papers go to who the grade names; others the way of the rules."""
    if is_secret(handled) and handled.approvers:
        name = grades.grade_names(on)[handled.grade]
        return Chain((Step("grade", f"{name}查阅审批", f"Approval: {name}", handled.approvers, "any", 1),))
    roles = people.roles_held(actor.person_id or 0, on=on)
    held = people.assignments(system_actor(), on=on).filter(person_id=actor.person_id or 0)
    own = [one.unit.path for one in held if one.unit.kind == "department"]
    is_own = any(dossier.unit.path.startswith(path) for path in own)
    steps = rules.approval_of(lending, is_own_file=is_own, is_manager=bool(roles & set(lending.managers)))
    return Chain(tuple(Step(one.code, one.zh, one.en, one.roles, "any", one.within) for one in steps))


def _unit_id(actor: Actor, on: date) -> int | None:
    held = people.assignments(system_actor(), on=on).filter(person_id=actor.person_id or 0).first()
    return held.unit_id if held else None


def _title(actor: Actor, no: str, way: str) -> Title:
    words = {"read": ("查阅", "read"), "lend": ("借阅", "borrow"), "copy": ("复制", "copy")}[way]
    return Title(f"{actor.name}申请{words[0]}档案 {no}", f"{actor.name} asks to {words[1]} {no}")
