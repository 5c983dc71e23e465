"""Who looked into which file, by whose leave, and what was wrong there."""

from __future__ import annotations

from datetime import date, datetime
from fnmatch import fnmatchcase
from typing import Any, Unpack

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access.services import require
from xinheng.base.approvals import services as approvals
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.secrecy import services as secrecy
from xinheng.facts.custody import errors, policy, slips
from xinheng.facts.custody.models import Consultation, Grant, Proxy
from xinheng.facts.custody.values import GrantTold, ProxyTold
from xinheng.facts.dossiers import queries as dossiers


@transaction.atomic
def consult(
    *, actor: Actor, on: date, at: datetime, dossier_no: str, purpose: str, is_review: bool = False
) -> Consultation:
    """Look into a file on screen, and be noted: before a contract is signed it proves the consultation.

    is_review: the file was gone through for what is wrong in it. Refuses: AccessDenied, DossierUnknown,
    CustodyInvalid (no purpose), LendingForbidden (top secret), GrantMissing where the rules want one (INF-07,
    MIN-09).
    """
    require(actor, "custody.borrow", f"dossier:{dossier_no[:40]}")
    dossier = dossiers.get_dossier(actor, dossier_no, on=on)
    if not purpose.strip() or len(purpose) > 300:
        raise errors.CustodyInvalid(cause=_("Say what it is needed for."), field="purpose")
    slips.require_lendable(secrecy.handling(dossier.secrecy, on), "read", on)
    lending = policy.lending_for(dossier.kind, on).lending
    if lending and lending.needs_grant and not has_grant(actor.login, dossier, on=on):
        raise errors.GrantMissing(dossier=dossier.no)
    kept = Consultation.objects.create(
        dossier=dossier, subject=dossier.subject, login=actor.login, on=on, at=at, until=at,
        way="review" if is_review else "screen", purpose=purpose.strip(),
    )  # fmt: skip
    after = {"consultation": kept.pk, "way": kept.way, "about": dossier.subject}
    subject = f"dossier:{dossier.no}"
    record(actor=actor, act="custody.consult", subject=subject, on=on, after=after, reason=kept.purpose)
    return kept


@transaction.atomic
def correct(*, actor: Actor, on: date, consultation_id: int, field: str, old: str, new: str) -> Consultation:
    """Note what a consultation found wrong and how it was put right at once: both values (GRP-06).

    Refuses: AccessDenied, CustodyInvalid: not one's own consultation, corrected before, or a value missing.
    """
    require(actor, "custody.borrow", f"consultation:{consultation_id}")
    rows = Consultation.objects.select_for_update(of=("self",)).select_related("dossier")
    kept = rows.filter(pk=consultation_id, login=actor.login, corrected_on__isnull=True).first()
    if kept is None:
        raise errors.CustodyInvalid(cause=_("This is no open consultation of yours."), field="consultation")
    told = {"field": field.strip(), "old": old.strip(), "new": new.strip()}
    if blank := next((name for name, text in told.items() if not text), ""):
        raise errors.CustodyInvalid(cause=_("Tell the field, its old value and its new one."), field=blank)
    kept.wrong_field, kept.old_value, kept.new_value = (
        field.strip()[:80],
        old.strip()[:300],
        new.strip()[:300],
    )
    kept.corrected_on = on
    kept.save()
    subject = f"dossier:{kept.dossier.no}"
    before, after = {kept.wrong_field: kept.old_value}, {kept.wrong_field: kept.new_value}
    record(actor=actor, act="custody.correct", subject=subject, on=on, before=before, after=after)
    return kept


@transaction.atomic
def give_grant(*, actor: Actor, on: date, login: str, **told: Unpack[GrantTold]) -> Grant:
    """Let somebody consult one dossier, or every one of some kinds, until a day.

    Given by who the rules of the kind name; one's own request is another's to grant. Refuses: AccessDenied,
    PersonUnknown, DossierUnknown, CustodyInvalid: not the giver's to give, no end, too long, no reason.
    """
    require(actor, "custody.borrow", f"person:{login}")
    taker = people.person_by_login(login).login
    no = told.get("dossier_no", "").strip()
    dossier = dossiers.get_dossier(actor, no, on=on) if no else None
    kinds = list(told.get("kinds", ()))
    if taker == actor.login or not (dossier or kinds):
        raise errors.CustodyInvalid(
            cause=_("Name another person, and a dossier or kinds of them."), field="login"
        )
    if not told["why"].strip():
        raise errors.CustodyInvalid(cause=_("Say why."), field="why")
    if told["until_on"] <= told["from_on"] or told["until_on"] <= on:
        raise errors.CustodyInvalid(
            cause=_("A grant ends after it begins, and not before today."), field="until_on"
        )
    held = people.roles_held(actor.person_id or 0, on=on)
    for kind in [dossier.kind] if dossier else kinds:
        lending = policy.lending_for(kind, on).lending
        givers = set(lending.granted_by) if lending else set()
        if not (held & givers if givers else actor.may("custody.write")):
            raise errors.CustodyInvalid(cause=_("This grant is not yours to give."), field="login")
        longest = (
            lending.longest_grant.after(told["from_on"])[0] if lending and lending.longest_grant else None
        )
        if longest and told["until_on"] > longest:
            cause = _("A grant ends by %(longest)s at the latest.") % {"longest": longest}
            raise errors.CustodyInvalid(cause=cause, field="until_on")
    kept = Grant.objects.create(
        login=taker, dossier=dossier, kinds=kinds, is_standing=told.get("is_standing", False),
        from_on=told["from_on"], until_on=told["until_on"], given_by=actor.login, given_on=on,
        why=told["why"].strip()[:300],
    )  # fmt: skip
    after = {"grant": kept.pk, "dossier": no, "kinds": kinds, "until_on": kept.until_on}
    record(
        actor=actor, act="custody.give_grant", subject=f"person:{taker}", on=on, after=after, reason=kept.why
    )
    return kept


@transaction.atomic
def end_grant(*, actor: Actor, on: date, grant_id: int) -> Grant:
    """Take a grant back from that day on: who gave it, or who keeps the archive.

    Refuses: AccessDenied, CustodyInvalid.
    """
    require(actor, "custody.borrow", f"grant:{grant_id}")
    kept = Grant.objects.select_for_update().filter(pk=grant_id, ended_on__isnull=True).first()
    if kept is None or not (kept.given_by == actor.login or actor.may("custody.write")):
        raise errors.CustodyInvalid(cause=_("There is no such grant of yours."), field="grant")
    kept.ended_on = on
    kept.save(update_fields=["ended_on"])
    record(
        actor=actor, act="custody.end_grant", subject=f"person:{kept.login}", on=on, after={"grant": kept.pk}
    )
    return kept


def grants_in_force(on: date) -> Q:
    """The grants that hold on a day."""
    return Q(from_on__lte=on, until_on__gt=on) & (Q(ended_on__isnull=True) | Q(ended_on__gt=on))


def has_grant(login: str, dossier: Any, *, on: date) -> bool:
    """Whether somebody may consult a dossier on a day by a grant."""
    rows = Grant.objects.filter(grants_in_force(on), login=login)
    return any(
        one.dossier_id == dossier.pk or any(fnmatchcase(dossier.kind, kind) for kind in one.kinds)
        for one in rows.filter(Q(dossier=dossier) | Q(dossier__isnull=True))
    )


@transaction.atomic
def give_proxy(*, actor: Actor, on: date, taker: str, role: str, **told: Unpack[ProxyTold]) -> Proxy:
    """Let another approve loans of secret papers in one's place, on days and for content that are named.

    The taker signs as a delegate of the role; outside days or content it is refused (LAR-14). Refuses:
    AccessDenied, and what a delegation refuses.
    """
    require(actor, "custody.borrow", f"person:{taker}")
    reason = _("proxy for loans of secret papers")
    lent = approvals.delegate(
        actor=actor, on=on, taker=taker, role=role, from_on=told["from_on"], until_on=told["until_on"],
        reason=reason,
    )  # fmt: skip
    kept = Proxy.objects.create(
        giver=actor.login, taker=lent.taker.login, role=role, kinds=list(told.get("kinds", ())),
        grades=list(told.get("grades", ())), from_on=told["from_on"], until_on=told["until_on"],
        delegation=lent, told_by=actor.login, told_on=on,
    )  # fmt: skip
    after = {
        "proxy": kept.pk,
        "role": role,
        "kinds": kept.kinds,
        "grades": kept.grades,
        "until_on": kept.until_on,
    }
    record(actor=actor, act="custody.give_proxy", subject=f"person:{kept.taker}", on=on, after=after)
    return kept
