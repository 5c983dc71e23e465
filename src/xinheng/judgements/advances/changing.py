"""Another limit or period while an advance runs: smaller at once, larger only by the chain."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.values import Matter, Title
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.judgements.advances import asking, deciding, planning, rules, standing, wording
from xinheng.judgements.advances import policy as policies
from xinheng.judgements.advances.errors import AdvanceChanged, AdvanceInvalid, AdvanceStands, AdvanceUnknown
from xinheng.judgements.advances.models import Advance, Change, Payout
from xinheng.judgements.advances.values import Advances, Finding, GradeRule, Terms


@transaction.atomic
def change_terms(*, actor: Actor, on: date, advance_id: int, terms: Terms, why: str) -> Change:
    """Give an advance that runs another limit or period, judged by the grade that holds today.

    It holds at once where it is no exception; else the chain with the general manager decides. Where less
    is allowed than is open, a reduction plan begins. The same terms again say that a changed grade was
    looked at (ADV-18).
    Refuses: AccessDenied, AdvanceUnknown, AdvanceStands, AdvanceInvalid, NoGrade, RoleUnmanned.
    """
    access.require(actor, "advances.write", f"advance:{advance_id}")
    advance = standing.get_advance(actor, advance_id, on=on, lock=True)
    waiting = Change.objects.filter(advance=advance, state__in=["submitted", "returned"])
    if advance.state != "approved" or waiting.exists():
        raise (
            asking.stands(advance)
            if advance.state != "approved"
            else AdvanceStands(advance=advance.pk, state=_("a change waits in the chain"))
        )
    _check(terms, why)
    policy, _sha256 = policies.in_force(on)
    rule = asking.rule_of(advance, policy, on=on)
    found = _findings(advance, terms, policy, rule, on=on)
    old = standing.terms_of(advance)
    change = Change(
        advance=advance, from_minor=old.limit.minor, from_months=old.months, from_days=old.days,
        limit_minor=terms.limit.minor, months=terms.months, days=terms.days, grade=rule.code,
        findings=[asdict(one) for one in found], why=why.strip()[:300], state="submitted",
        asked_by=actor.login, asked_on=on,
    )  # fmt: skip
    change.save(force_insert=True)
    if found:
        change.request = approvals.submit(
            actor=actor, on=on, kind="advance_change", subject=f"advance_change:{change.pk}",
            title=_title(advance, terms), chain=policies.chain_of(policy, rule, found),
        )  # fmt: skip
        change.save(update_fields=["request"])
    after = {"advance": advance.pk, "change": change.pk, "limit": terms.limit, "months": terms.months,
             "findings": change.findings}  # fmt: skip
    before = {"limit": old.limit, "months": old.months}
    subject = f"customer:{advance.customer.no}"
    told = {"before": before, "after": after, "reason": change.why}
    audit.record(actor=actor, act="advances.change", subject=subject, on=on, **told)  # type: ignore[arg-type]
    if not found:
        _let_hold(change, policy, actor=actor, on=on)
    return change


def look_ahead(actor: Actor, on: date, matter: Matter) -> None:
    """Before somebody signs: the advance is within reach and nothing got worse.

    Refuses: AdvanceUnknown, NoGrade, AdvanceChanged.
    """
    change = _of(matter)
    advance = standing.get_advance(actor, change.advance_id, on=on, lock=True)
    if matter.verdict != "approve":
        return
    policy, _sha256 = policies.in_force(on)
    rule = asking.rule_of(advance, policy, on=on)
    found = _findings(advance, _terms(change), policy, rule, on=on)
    if worse := deciding.beyond(found, wording.kept_findings(change.findings)):
        raise AdvanceChanged(findings=wording.all_told(worse))


def follow(actor: Actor, on: date, matter: Matter) -> None:
    """Let a change be what its chain made of it."""
    standing.locked_pool()
    change = _of(matter)
    if matter.state == "approved":
        _let_hold(change, policies.in_force(on)[0], actor=actor, on=on)
        return
    change.state = deciding.BECOMES.get(matter.state, "withdrawn")
    change.save(update_fields=["state"])


def _let_hold(change: Change, policy: Advances, *, actor: Actor, on: date) -> None:
    """Let the changed terms hold, for money already paid out too, and plan the way down where too much is."""
    advance = Advance.objects.select_related("customer").get(pk=change.advance_id)
    change.state, change.decided_by, change.decided_on = "approved", actor.login, on
    change.save(update_fields=["state", "decided_by", "decided_on"])
    advance.limit_minor, advance.months, advance.days = change.limit_minor, change.months, change.days
    advance.grade = change.grade
    if (change.months, change.days) != (change.from_months, change.from_days):
        rows = list(Payout.objects.filter(advance=advance, open_minor__gt=0))
        for row in rows:
            row.last_day = rules.last_day(row.paid_on, change.months, change.days)
        Payout.objects.bulk_update(rows, ["last_day"])
        advance.last_day = Payout.objects.filter(pk__in=[row.pk for row in rows]).aggregate(
            first=Min("last_day")
        )["first"]
    advance.save(update_fields=["limit_minor", "months", "days", "grade", "last_day"])
    audit.record(
        actor=actor,
        act="advances.let_change_hold",
        subject=f"customer:{advance.customer.no}",
        on=on,
        after={"advance": advance.pk, "limit": Money(advance.limit_minor), "months": advance.months,
               "last_day": advance.last_day},
    )  # fmt: skip
    target = standing.limits_of(advance.customer)
    planning.begin(advance.customer, target, policy, actor=actor, on=on, cause="lowered")


def _findings(
    advance: Advance, terms: Terms, policy: Advances, rule: GradeRule, *, on: date
) -> list[Finding]:
    position = standing.position(advance.customer, policy, on=on, without=advance)
    has_run_out = advance.last_day is not None and advance.last_day < on
    both = (standing.terms_of(advance), terms)
    return rules.change_findings(both, position, policy, rule, has_run_out=has_run_out)


def _check(terms: Terms, why: str) -> None:
    if terms.limit.currency != "CNY" or terms.limit.minor < 0:
        raise AdvanceInvalid(cause=_("A limit is an amount in yuan, zero or more."), field="limit")
    if not 0 <= terms.months <= 120 or not 0 <= terms.days <= 365:
        raise AdvanceInvalid(cause=_("A period has 0 to 120 months and up to 365 days."), field="months")
    if not why.strip():
        raise AdvanceInvalid(cause=_("Say why."), field="why")


def _terms(change: Change) -> Terms:
    return Terms(Money(change.limit_minor), change.months, change.days)


def _of(matter: Matter) -> Change:
    key = int(matter.subject.removeprefix("advance_change:"))
    found = Change.objects.select_related("advance__customer").filter(pk=key).first()
    if found is None:
        raise AdvanceUnknown(advance=key)
    return found


def _title(advance: Advance, terms: Terms) -> Title:
    who = f"{advance.customer.no} {advance.customer.name}"
    return Title(
        f"垫资调整（例外）：{who}，{terms.limit} 元，{terms.months} 个月",
        f"Change of an advance (exception): {who}, {terms.limit} yuan, {terms.months} months",
    )
