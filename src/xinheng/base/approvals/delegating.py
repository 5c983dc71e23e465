"""Who decides for whom while somebody is away."""

from __future__ import annotations

from datetime import date
from typing import NotRequired, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.access.errors import PersonInactive
from xinheng.base.approvals.errors import DelegationInvalid, DelegationUnknown
from xinheng.base.approvals.models import Delegation
from xinheng.base.approvals.moving import reason_in
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor


class Lent(TypedDict):
    """To whom, from when until when, and why. role: one code; every role of the giver where left out."""

    taker: str  # login
    from_on: date
    until_on: date  # first day it no longer holds
    reason: str
    role: NotRequired[str]
    giver: NotRequired[str]  # login; the actor where left out


@transaction.atomic
def delegate(*, actor: Actor, on: date, **lent: Unpack[Lent]) -> Delegation:
    """Let another decide in one's place for a time; for somebody else's place "people.write" is needed.

    What the taker signs is kept as signed on behalf of the giver. It lends roles only: the taker needs the
    right to decide. Refuses: AccessDenied, PersonUnknown, PersonInactive, DelegationInvalid, ReasonMissing.
    """
    giver_login = access.normal_login(lent.get("giver") or actor.login)
    right = "approvals.decide" if giver_login == actor.login else "people.write"
    access.require(actor, right, f"person:{giver_login}")
    giver, taker = people.person_by_login(giver_login), people.person_by_login(lent["taker"])
    reason = reason_in(lent["reason"], needed=True)
    if not taker.is_active:
        raise PersonInactive(login=taker.login)
    role = lent.get("role", "")
    if giver.pk == taker.pk:
        raise DelegationInvalid(cause=_("nobody delegates to themselves"))
    if lent["until_on"] <= lent["from_on"] or lent["until_on"] <= on:
        raise DelegationInvalid(cause=_("it would end before it begins, or has ended already"))
    if role and role not in people.roles_held(giver.pk, on=max(on, lent["from_on"])):
        raise DelegationInvalid(
            cause=_("%(login)s does not hold the role %(role)s") % {"login": giver.login, "role": role}
        )
    kept = Delegation.objects.create(
        giver=giver,
        taker=taker,
        role=role,
        from_on=lent["from_on"],
        until_on=lent["until_on"],
        reason=reason[:300],
        told_by=actor.login,
        told_on=on,
    )
    _record(actor, on, "delegate", kept, reason)
    return kept


@transaction.atomic
def end_delegation(*, actor: Actor, on: date, delegation_id: int) -> Delegation:
    """End a delegation from that day on: the giver, or who may change people.

    Refuses: AccessDenied, DelegationUnknown.
    """
    right = "people.write" if actor.may("people.write") else "approvals.decide"
    access.require(actor, right, f"delegation:{delegation_id}")
    kept = (
        Delegation.objects.select_for_update(of=("self",))
        .select_related("giver", "taker")
        .filter(pk=delegation_id, until_on__gt=on)
        .first()
    )
    if kept is None or not (kept.giver_id == actor.person_id or actor.may("people.write")):
        raise DelegationUnknown(delegation=delegation_id)
    kept.until_on = max(on, kept.from_on)
    kept.save(update_fields=["until_on"])
    _record(actor, on, "end_delegation", kept, "")
    return kept


def _record(actor: Actor, on: date, verb: str, kept: Delegation, reason: str) -> None:
    audit.record(
        actor=actor,
        act=f"approvals.{verb}",
        subject=f"person:{kept.giver.login}",
        on=on,
        after={
            "delegation": kept.pk,
            "taker": kept.taker.login,
            "role": kept.role,
            "from_on": kept.from_on,
            "until_on": kept.until_on,
        },
        reason=reason,
    )
