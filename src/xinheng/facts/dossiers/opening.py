"""A dossier is opened, described, given to a custodian, confirmed and closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.secrecy import services as secrecy
from xinheng.facts.customers import queries as customers
from xinheng.facts.dossiers import errors, finding, numbering, policy, rules, selecting
from xinheng.facts.dossiers.models import Dossier, Paper
from xinheng.facts.dossiers.values import Kind, OpenTold


@transaction.atomic
def open_dossier(
    *, actor: Actor, on: date, kind: str, subject: str, title: str, **told: Unpack[OpenTold]
) -> Dossier:
    """Open the file of one object. subject: as the trail names it, "customer:C-7", "vehicle:LSV…".

    unit: that keeps it; where none is told, the customer's, else the actor's own. Refuses: AccessDenied,
    DossierKindUnknown, CustomerUnknown, DossierExists, DossierInvalid naming the fact, GradeUnknown.
    """
    require(actor, "dossiers.write", subject)
    asked, customer = policy.kind(kind, on), told.get("customer")
    no = customer.no if customer is not None else _customer_no(asked, subject)
    customer = customers.get(actor, no, on=on) if no else None
    subject = _subject(asked, subject, customer)
    _check_text("title", title, 200)
    facts = checked_facts(asked, told.get("facts") or {}, on)
    single = f"{kind}|{subject}" if asked.single else ""
    if single and (same := Dossier.objects.filter(single=single).first()):
        raise errors.DossierExists(subject=subject, dossier=same.no)
    grades = [told.get("secrecy") or "", asked.secrecy]
    grade = secrecy.highest([one for one in grades if one], on)
    dossier = Dossier.objects.create(
        no=numbering.dossier_no(asked.category, on), kind=kind, subject=subject, single=single,
        title=title.strip(), customer=customer, unit_id=_unit_id(actor, customer, told.get("unit"), on),
        custodian=told.get("custodian") or "", secrecy=grade, facts=facts, opened_on=on,
        opened_by=actor.login, touched_on=on,
    )  # fmt: skip
    finding.refresh(dossier)
    numbering.name_subject(dossier.no, subject_of(dossier))
    after = {"no": dossier.no, "kind": kind, "about": subject, "title": dossier.title, "secrecy": grade}
    record(actor=actor, act="dossiers.open", subject=subject_of(dossier), on=on, after=after)
    return dossier


@transaction.atomic
def describe(
    *, actor: Actor, on: date, no: str, title: str, facts: Mapping[str, Any], custodian: str = ""
) -> Dossier:
    """Tell title, facts and custodian anew; the trail keeps what stood before.

    Refuses: AccessDenied, DossierUnknown, DossierClosed, DossierInvalid naming the fact.
    """
    require(actor, "dossiers.write", f"dossier:{no[:40]}")
    dossier = open_one(actor, no, on=on)
    _check_text("title", title, 200)
    if custodian and custodian not in people.names_by_login([custodian]):
        raise errors.DossierInvalid(cause=_("There is no such person."), field="custodian")
    fresh = {
        "title": title.strip(), "custodian": custodian,
        "facts": checked_facts(policy.kind(dossier.kind, on), facts, on),
    }  # fmt: skip
    changed = {name: value for name, value in fresh.items() if getattr(dossier, name) != value}
    before = {name: getattr(dossier, name) for name in changed}
    if changed:
        for name, value in changed.items():
            setattr(dossier, name, value)
        touch(dossier, on, *changed)
        finding.refresh(dossier)
        record(
            actor=actor, act="dossiers.describe", subject=subject_of(dossier), on=on, before=before,
            after=changed,
        )  # fmt: skip
    return dossier


@transaction.atomic
def confirm(*, actor: Actor, on: date, no: str) -> Dossier:
    """Confirm a draft of a kind that asks for it (MIN-07); the one who opened it does not.

    Refuses: AccessDenied, DossierUnknown, NotConfirmable.
    """
    require(actor, "dossiers.file", f"dossier:{no[:40]}")
    dossier = open_one(actor, no, on=on)
    asks = policy.kind(dossier.kind, on).confirmed_by_director
    if not asks or dossier.confirmed_on or dossier.opened_by == actor.login:
        raise errors.NotConfirmable(dossier=dossier.no)
    dossier.confirmed_on, dossier.confirmed_by = on, actor.login
    touch(dossier, on, "confirmed_on", "confirmed_by")
    record(actor=actor, act="dossiers.confirm", subject=subject_of(dossier), on=on, after={"no": dossier.no})
    return dossier


@transaction.atomic
def close(*, actor: Actor, on: date, no: str, why: str) -> Dossier:
    """Close a dossier: it takes no further paper and stays readable.

    Refuses: AccessDenied, DossierUnknown, DossierClosed, ReasonMissing.
    """
    require(actor, "dossiers.file", f"dossier:{no[:40]}")
    dossier = open_one(actor, no, on=on)
    if not why.strip():
        raise errors.ReasonMissing(field="why")
    dossier.closed_on = on
    touch(dossier, on, "closed_on")
    after = {"no": dossier.no, "papers": Paper.objects.filter(dossier=dossier).count()}
    record(
        actor=actor, act="dossiers.close", subject=subject_of(dossier), on=on, after=after, reason=why.strip()
    )
    return dossier


@transaction.atomic
def set_dossier_secrecy(*, actor: Actor, on: date, no: str, grade: str, why: str) -> Dossier:
    """Give a dossier the grade that was approved, closed or not; its papers keep theirs.

    Refuses: AccessDenied, DossierUnknown, GradeUnknown, ReasonMissing.
    """
    require(actor, "secrecy.write", f"dossier:{no[:40]}")
    found = selecting.get_dossier(actor, no, on=on)
    if not why.strip():
        raise errors.ReasonMissing(field="why")
    dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=found.pk)
    before = {"secrecy": dossier.secrecy}
    dossier.secrecy = secrecy.highest((grade,), on)
    touch(dossier, on, "secrecy")
    record(
        actor=actor, act="dossiers.set_secrecy", subject=subject_of(dossier), on=on, before=before,
        after={"secrecy": dossier.secrecy}, reason=why.strip(),
    )  # fmt: skip
    return dossier


def open_one(actor: Actor, no: str, *, on: date) -> Dossier:
    """An open dossier, locked. Refuses: DossierUnknown, DossierClosed."""
    selecting.get_dossier(actor, no, on=on)
    rows = Dossier.objects.select_for_update(of=("self",)).select_related("customer", "unit")
    dossier = rows.get(no=no)
    if dossier.closed_on:
        raise errors.DossierClosed(dossier=no, closed_on=dossier.closed_on)
    return dossier


def touch(dossier: Dossier, on: date, *fields: str) -> None:
    """Keep fields of a dossier and that it was touched."""
    dossier.touched_on = on
    dossier.save(update_fields=[*fields, "touched_on"])


def subject_of(dossier: Dossier) -> str:
    """What the trail calls it."""
    return f"dossier:{dossier.no}"


def checked_facts(kind: Kind, told: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Facts as they are kept. Refuses: DossierInvalid naming the fact that is unknown, missing or wrong."""
    if unknown := set(told) - {one.code for one in kind.facts}:
        cause = _("This kind asks no fact %(fact)s.") % {"fact": sorted(unknown)[0][:40]}
        raise errors.DossierInvalid(cause=cause, field="facts")
    kept: dict[str, Any] = {}
    for fact in kind.facts:
        try:
            value = rules.as_kept(fact, told.get(fact.code), on)
            if value is not None and not rules.applies(fact, kept):
                raise ValueError("NOT_ASKED")  # noqa: TRY301 - one place words what is wrong
            if value is None and fact.required:
                raise ValueError("EMPTY")  # noqa: TRY301 - one place words what is wrong
        except ValueError as error:
            words = {"fact": fact.words, "cause": _cause(str(error))}
            cause = _("“%(fact)s” %(cause)s.") % words
            raise errors.DossierInvalid(cause=cause, field=f"fact_{fact.code}") from error
        if value is not None:
            kept[fact.code] = value
    return kept


def _cause(code: str) -> str:
    words = {
        "LENGTH": _("has the wrong length"), "CHARSET": _("has a character that cannot stand there"),
        "CHECK": _("has a check digit that does not fit"), "CHOICE": _("is none of the choices"),
        "NUMBER": _("is no number"), "EMPTY": _("is missing"),
        "NOT_ASKED": _("is not asked of this object"),
    }  # fmt: skip
    return words.get(code, _("is no day"))


def _customer_no(kind: Kind, subject: str) -> str:
    about, _sign, no = subject.partition(":")
    return no.strip() if kind.subject == about == "customer" else ""


def _subject(kind: Kind, subject: str, customer: Any) -> str:
    about, sign, what = subject.partition(":")
    if kind.subject == "customer" and customer is not None:
        return f"customer:{customer.no}"
    if about != kind.subject or not sign or not what.strip() or len(subject) > 120 or "\x00" in subject:
        cause = _("The subject must be told as “%(subject)s:…”.") % {"subject": kind.subject}
        raise errors.DossierInvalid(cause=cause, field="subject")
    return subject.strip()


def _unit_id(actor: Actor, customer: Any, unit: Any, on: date) -> int:
    if unit is not None:
        return int(unit.pk)
    if customer is not None and (held := customers.responsible([customer], on=on).get(customer.pk)):
        return int(held.unit_id)
    if actor.scope.unit_paths:
        return int(actor.scope.unit_paths[0].strip("/").rpartition("/")[2])
    placed = people.assignments(system_actor(), on=on).filter(person_id=actor.person_id or 0).first()
    root = people.units(system_actor(), on=on).first()
    if placed is None and root is None:
        raise errors.DossierInvalid(cause=_("There is no unit yet that could keep it."), field="unit")
    return int(placed.unit_id if placed else root.pk)  # type: ignore[union-attr] # one of them is there


def _check_text(field: str, text: str, longest: int) -> None:
    if not text.strip() or len(text) > longest or "\x00" in text:
        raise errors.DossierInvalid(cause=_("The text is missing or too long."), field=field)
