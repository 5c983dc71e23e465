"""The ledger of consents: told, withdrawn, and asked whether a purpose is allowed today."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.privacy import errors, policy, rules
from xinheng.facts.privacy.documents import PrivacyRules
from xinheng.facts.privacy.models import Agreement, Dealing, PersonSubject
from xinheng.facts.privacy.selecting import get_person, subject_of
from xinheng.facts.privacy.values import NewAgreement


@transaction.atomic
def give_consent(*, actor: Actor, on: date, person_no: str, new: NewAgreement) -> list[Agreement]:
    """Add what a person agreed to: a line a purpose, and one for each sensitive item by itself.

    Refuses: AccessDenied, PersonUnknown, PersonNotKept, WayNotListed, ConsentNotSeparate, GuardianRequired,
    PrivacyInvalid.
    """
    require(actor, "privacy.write", f"individual:{person_no}")
    person = get_person(actor, person_no, on=on)
    if person.state != "kept":
        raise errors.PersonNotKept(person=person.no, on=person.state_on)
    document = policy.in_force(person.scheme, on)
    if not new.purposes:
        raise errors.PrivacyInvalid(cause=_("Name at least one purpose."), field="purposes")
    rules.check_agreement(document, new, person.items)
    if rules.needs_guardian(document, person.born_on, on) and not new.guardian.strip():
        raise errors.GuardianRequired(age=document.adult_from, field="guardian")
    kept = write_agreements(person, document, new, person.items, actor=actor, on=on)
    after = {"purposes": list(new.purposes), "separate": list(new.separate), "basis": new.basis,
             "notice": kept[0].notice, "way": new.way}  # fmt: skip
    record(actor=actor, act="privacy.give_consent", subject=subject_of(person), on=on, after=after)
    return kept


@transaction.atomic
def withdraw_consent(*, actor: Actor, on: date, person_no: str, purpose: str, why: str = "") -> int:
    """End every agreement of a person to a purpose from today on; gives how many lines ended.

    What began before and still runs goes on where the document says so; marketing stops at once (INS-06).
    Withdrawing is never refused for a reason. Refuses: AccessDenied, PersonUnknown, ConsentRequired where
    there is nothing to withdraw.
    """
    require(actor, "privacy.write", f"individual:{person_no}")
    person = get_person(actor, person_no, on=on)
    running = Agreement.objects.filter(
        person=person, purpose=purpose, basis="consent", withdrawn_on__isnull=True
    )
    ended = running.update(withdrawn_on=on, withdrawn_why=why.strip()[:300], withdrawn_by=actor.login)
    if not ended:
        raise errors.ConsentRequired(person=person.no, purpose=purpose[:30], on=on, field="purpose")
    told = {"purpose": purpose, "lines": ended}
    record(
        actor=actor, act="privacy.withdraw_consent", subject=subject_of(person), on=on, after=told, reason=why
    )
    return ended


def require_consent(person: PersonSubject, purpose: str, on: date) -> None:
    """Let pass only a use that an agreement or the law covers. Refuses: ConsentRequired."""
    if not may_use(person, purpose, on):
        found = policy.in_force(person.scheme, on).purpose(purpose)
        words = found.words if found else purpose[:30]
        raise errors.ConsentRequired(person=person.no, purpose=words, on=on, field="purpose")


def may_use(person: PersonSubject, purpose: str, on: date) -> bool:
    """Whether a person's data may be used for a purpose on a day; never of who is frozen or erased."""
    return person.pk in usable([person.pk], purpose, on)


def usable(person_ids: Collection[int], purpose: str, on: date) -> set[int]:
    """Which of some persons' data may be used for a purpose on a day; three questions for all of them."""
    lines = Agreement.objects.filter(person__in=person_ids, purpose=purpose, given_on__lte=on)
    lines = lines.filter(Q(until_on__isnull=True) | Q(until_on__gte=on)).filter(person__state="kept")
    running: dict[int, list[date]] = {}
    rows = Dealing.objects.filter(
        person__in=person_ids, ended_on__isnull=True, kind__in=("claim", "complaint", "contract")
    )
    for person, began in rows.values_list("person_id", "on"):
        running.setdefault(person, []).append(began)
    allowed = set()
    for line in lines.select_related("person"):
        document = policy.in_force(line.person.scheme, on)
        if rules.holds_on(line, on) or rules.goes_on(document, line, running.get(line.person_id, ()), on):
            allowed.add(line.person_id)
    return allowed


def write_agreements(
    person: PersonSubject, document: PrivacyRules, new: NewAgreement, items: Mapping[str, str], *,
    actor: Actor, on: date,
) -> list[Agreement]:  # fmt: skip
    """Write a line a purpose, and a line for each sensitive item that was agreed to by itself."""
    notice = document.notice(new.notice)
    assert notice is not None
    plain = [code for code in items if (item := document.item(code)) and not item.sensitive]
    sensitive = [code for code in items if code not in plain]
    lines = [
        (
            purpose,
            plain,
            purpose in new.separate and bool((found := document.purpose(purpose)) and found.separate),
        )
        for purpose in new.purposes
    ]
    lines += [(new.purposes[0], [code], True) for code in sensitive]
    told = {
        "person": person, "basis": new.basis, "notice": notice.name, "way": new.way,
        "guardian": new.guardian[:60],
        "notice_sha256": hashlib.sha256(f"{notice.zh}\n{notice.en}".encode()).hexdigest(), "given_on": on,
        "until_on": new.until_on, "told_by": actor.login,
    }  # fmt: skip
    return [
        Agreement.objects.create(purpose=purpose, items=sorted(covered), is_separate=alone, **told)
        for purpose, covered, alone in lines
    ]
