"""A request for an advance: drafted, with its papers, and submitted to the chain of the customer's grade."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.values import Title
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.values import Upload
from xinheng.facts.customers import queries as customers
from xinheng.judgements.advances import policy as policies
from xinheng.judgements.advances import rules, standing, wording
from xinheng.judgements.advances.errors import (
    AdvanceInvalid,
    AdvancePapersMissing,
    AdvanceStands,
    AgreementDiffers,
    ExceptionUnexplained,
    LegacyOnlyFalls,
    NoGrade,
    SealMissing,
)
from xinheng.judgements.advances.models import Advance, Paper
from xinheng.judgements.advances.values import (
    Advances,
    Finding,
    GradeRule,
    NewAdvance,
    Position,
    Terms,
    text_of,
)

CHANGEABLE = ("draft", "returned")


@transaction.atomic
def ask(*, actor: Actor, on: date, customer_no: str, new: NewAdvance) -> Advance:
    """Draft a request; nothing is judged before it is submitted with its papers.

    Refuses: AccessDenied, CustomerUnknown, CustomerClosed, NoAdvancePolicy, AdvanceInvalid.
    """
    access.require(actor, "advances.write", f"customer:{customer_no}")
    customer = customers.open_customer(actor, customer_no, on=on)
    policies.in_force(on)
    check(new)
    advance = Advance(customer=customer, asked_by=actor.login, asked_on=on)
    _fill(advance, new)
    advance.save(force_insert=True)
    _record(actor, on, "ask", advance, after=_told(advance))
    return advance


@transaction.atomic
def amend(*, actor: Actor, on: date, advance_id: int, new: NewAdvance) -> Advance:
    """Change a request that is drafted or was returned. Refuses as `ask` does, and AdvanceStands."""
    access.require(actor, "advances.write", f"advance:{advance_id}")
    advance = changeable(actor, advance_id, on=on)
    check(new)
    before = _told(advance)
    _fill(advance, new)
    advance.save()
    _record(actor, on, "amend", advance, before=before, after=_told(advance))
    return advance


@transaction.atomic
def keep_paper(
    *, actor: Actor, on: date, advance_id: int, kind: str, upload: Upload, is_sealed: bool = False
) -> Paper:
    """Keep a paper of a request unchanged. is_sealed: the official seal was seen on it.

    Refuses: AccessDenied, AdvanceUnknown, AdvanceStands, AdvanceInvalid, SealMissing, what archives refuse.
    """
    access.require(actor, "advances.write", f"advance:{advance_id}")
    advance = changeable(actor, advance_id, on=on)
    policy, _sha256 = policies.in_force(on)
    rule = next((one for one in policy.papers if one.code == kind), None)
    if rule is None:
        raise AdvanceInvalid(cause=_("There is no such paper."), field="kind")
    if rule.sealed and not is_sealed:
        raise SealMissing(paper=text_of(rule), field="is_sealed")
    kept = archive.attach(actor=actor, on=on, subject=subject_of(advance), upload=upload)
    paper = Paper.objects.create(
        advance=advance, kind=kind, attachment_no=kept.id, sha256=kept.sha256, file_name=kept.file_name,
        is_sealed=is_sealed, told_by=actor.login, told_on=on,
    )  # fmt: skip
    after = {"paper": kind, "file": kept.file_name, "sha256": kept.sha256, "sealed": is_sealed}
    _record(actor, on, "keep_paper", advance, after=after)
    return paper


@transaction.atomic
def submit(*, actor: Actor, on: date, advance_id: int, why: str = "") -> Advance:
    """Send a request through the chain of the customer's grade, with what is known of it today.

    why: needed where it passes a rule "in principle" (RR-05). Refuses: AccessDenied, AdvanceUnknown,
    AdvanceStands, NoGrade (ADV-08), LegacyOnlyFalls (ADV-25), AdvancePapersMissing (ADV-16, ADV-17),
    AgreementDiffers, ExceptionUnexplained, RoleUnmanned.
    """
    access.require(actor, "advances.write", f"advance:{advance_id}")
    advance = changeable(actor, advance_id, on=on)
    policy, sha256 = policies.in_force(on)
    rule = rule_of(advance, policy, on=on)
    position = standing.position(advance.customer, policy, on=on, without=advance)
    _require_hard(advance, policy, rule, position)
    found = rules.findings(standing.terms_of(advance), position, policy, rule)
    advance.why = why.strip()[:300]
    if found and not advance.why:
        raise ExceptionUnexplained(findings=wording.all_told(found), field="why")
    if advance.request and advance.request.state == "returned":
        told: dict[str, Any] = {"request_id": advance.request_id, "reason": _("submitted anew")}
        approvals.withdraw(actor=actor, on=on, **told)
    advance.grade, advance.is_new = rule.code, position.is_new
    advance.policy, advance.sha256 = f"{policy.code}@{policy.version}", sha256
    advance.figures = _figures(position)
    advance.findings, advance.is_exception = [asdict(one) for one in found], bool(found)
    if advance.contract_end_on:
        months = policy.number("contract_end_months")
        advance.settle_from = rules.settle_from(advance.contract_end_on, months)
    advance.request = approvals.submit(
        actor=actor, on=on, kind="advance", subject=subject_of(advance), title=_title(advance, found),
        chain=policies.chain_of(policy, rule, found),
    )  # fmt: skip
    advance.state = "submitted"
    advance.save()
    after = {"grade": rule.code, "findings": advance.findings, **_told(advance)}
    _record(actor, on, "submit", advance, after=after, reason=advance.why)
    return advance


@transaction.atomic
def discard(*, actor: Actor, on: date, advance_id: int) -> Advance:
    """Give up a request that is drafted. Refuses: AccessDenied, AdvanceUnknown, AdvanceStands."""
    access.require(actor, "advances.write", f"advance:{advance_id}")
    advance = changeable(actor, advance_id, on=on)
    if advance.state == "returned":
        raise stands(advance)
    advance.state = "withdrawn"
    advance.save(update_fields=["state"])
    _record(actor, on, "discard", advance)
    return advance


def changeable(actor: Actor, advance_id: int, *, on: date) -> Advance:
    """An advance that is drafted or was returned. Refuses: AdvanceUnknown, AdvanceStands."""
    advance = standing.get_advance(actor, advance_id, on=on, lock=True)
    if advance.state not in CHANGEABLE:
        raise stands(advance)
    return advance


def stands(advance: Advance) -> AdvanceStands:
    """The refusal of an advance that stands elsewhere."""
    return AdvanceStands(advance=advance.pk, state=str(wording.STATES[advance.state]))


def rule_of(advance: Advance, policy: Advances, *, on: date) -> GradeRule:
    """The rule of the customer's grade. Refuses: NoGrade."""
    rule = standing.rule_now(advance.customer, policy, on=on)
    if rule is None:
        raise NoGrade(customer_no=advance.customer.no)
    return rule


def subject_of(advance: Advance) -> str:
    """How the archive, approvals and the trail name an advance."""
    return f"advance:{advance.pk}"


def check(new: NewAdvance) -> None:
    """Whether the values of a request can be. Refuses: AdvanceInvalid."""
    if new.terms.limit.currency != "CNY" or new.terms.limit.minor <= 0:
        raise AdvanceInvalid(cause=_("An advance is an amount in yuan above zero."), field="limit")
    if not 0 <= new.terms.months <= 120 or not 0 <= new.terms.days <= 365:
        raise AdvanceInvalid(cause=_("A period has 0 to 120 months and up to 365 days."), field="months")
    if new.terms.months + new.terms.days == 0:
        raise AdvanceInvalid(cause=_("A period is at least a day."), field="months")
    for field, most in (("purpose", 300), ("contract_no", 60)):
        if not 0 < len(getattr(new, field).strip()) <= most:
            words = _("Must be given, with at most %(most)s signs.") % {"most": most}
            raise AdvanceInvalid(cause=words, field=field)


def _require_hard(advance: Advance, policy: Advances, rule: GradeRule, position: Position) -> None:
    if rules.may_only_fall(position, rule):
        raise LegacyOnlyFalls(customer_no=advance.customer.no, legacy=Money(position.legacy))
    needed = policy.papers_of(rule, is_new=position.is_new)
    kept = set(Paper.objects.filter(advance=advance).values_list("kind", flat=True))
    if missing := rules.lacking(needed, kept):
        words = ", ".join(text_of(policy.paper(code)) for code in missing)
        raise AdvancePapersMissing(papers=words, field="papers")
    asked, agreed = standing.terms_of(advance), _agreed(advance)
    if any(policy.paper(code).states_terms for code in needed) and asked != agreed:
        told = {"agreed": wording.terms_told(agreed), "asked": wording.terms_told(asked)}
        raise AgreementDiffers(**told, field="agreed_limit")


def _agreed(advance: Advance) -> Terms | None:
    if advance.agreed_minor is None or advance.agreed_months is None:
        return None
    return Terms(Money(advance.agreed_minor), advance.agreed_months, advance.agreed_days)


def _fill(advance: Advance, new: NewAdvance) -> None:
    advance.limit_minor, advance.months, advance.days = (
        new.terms.limit.minor,
        new.terms.months,
        new.terms.days,
    )
    advance.purpose, advance.contract_no = new.purpose.strip(), new.contract_no.strip()
    advance.contract_end_on = new.contract_end_on
    agreed = new.agreed
    advance.agreed_minor = agreed.limit.minor if agreed else None
    advance.agreed_months = agreed.months if agreed else None
    advance.agreed_days = agreed.days if agreed else 0


def _figures(position: Position) -> dict[str, Any]:
    kept = asdict(position)
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in kept.items()}


def _title(advance: Advance, found: list[Finding]) -> Title:
    who, amount = f"{advance.customer.no} {advance.customer.name}", Money(advance.limit_minor)
    mark_zh, mark_en = ("（例外）", " (exception)") if found else ("", "")
    return Title(
        f"垫资{mark_zh}：{who}，{amount} 元，{advance.months} 个月",
        f"Advance{mark_en}: {who}, {amount} yuan, {advance.months} months",
    )


def _told(advance: Advance) -> dict[str, Any]:
    return {
        "advance": advance.pk, "limit": Money(advance.limit_minor), "months": advance.months,
        "days": advance.days, "purpose": advance.purpose, "contract": advance.contract_no,
        "contract_end_on": advance.contract_end_on,
    }  # fmt: skip


def _record(actor: Actor, on: date, verb: str, advance: Advance, **told: Any) -> None:
    subject = f"customer:{advance.customer.no}"
    audit.record(actor=actor, act=f"advances.{verb}", subject=subject, on=on, **told)
