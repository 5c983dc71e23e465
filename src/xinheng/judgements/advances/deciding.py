"""What follows the chain's word on a request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from xinheng.base.approvals.values import Matter
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.judgements.advances import policy as policies
from xinheng.judgements.advances import rules, standing, wording
from xinheng.judgements.advances.errors import AdvanceChanged, LegacyOnlyFalls, NoGrade
from xinheng.judgements.advances.models import Advance
from xinheng.judgements.advances.values import Finding

BECOMES = {"open": "submitted", "approved": "approved", "returned": "returned", "rejected": "rejected"}


def look_ahead(actor: Actor, on: date, matter: Matter) -> None:
    """Before somebody signs: the customer is within reach, and nothing got worse since it was submitted.

    Refuses: AdvanceUnknown, NoGrade, LegacyOnlyFalls, AdvanceChanged; returning and rejecting stay possible.
    """
    advance = standing.get_advance(actor, _key(matter), on=on, lock=True)
    if matter.verdict != "approve":
        return
    policy = policies.kept(advance.sha256)
    rule = standing.rule_now(advance.customer, policy, on=on)
    if rule is None:
        raise NoGrade(customer_no=advance.customer.no)
    position = standing.position(advance.customer, policy, on=on, without=advance)
    if rules.may_only_fall(position, rule):
        raise LegacyOnlyFalls(customer_no=advance.customer.no, legacy=Money(position.legacy))
    found = rules.findings(standing.terms_of(advance), position, policy, rule)
    if worse := beyond(found, wording.kept_findings(advance.findings)):
        raise AdvanceChanged(findings=wording.all_told(worse))


def follow(actor: Actor, on: date, matter: Matter) -> None:
    """Let a request be what its chain made of it."""
    standing.locked_pool()
    advance = Advance.objects.select_related("customer").get(pk=_key(matter))
    advance.state = BECOMES.get(matter.state, "withdrawn")
    if matter.state in ("approved", "rejected"):
        advance.decided_by, advance.decided_on = matter.by, on
    advance.save(update_fields=["state", "decided_by", "decided_on"])
    if matter.state == "approved":
        audit.record(
            actor=actor,
            act="advances.grant",
            subject=f"customer:{advance.customer.no}",
            on=on,
            after={
                "advance": advance.pk, "limit": Money(advance.limit_minor), "months": advance.months,
                "findings": advance.findings,
            },
            reason=advance.why,
        )  # fmt: skip


def beyond(found: Sequence[Finding], before: Sequence[Finding]) -> list[Finding]:
    """The findings that were not there before, or whose figure has grown."""
    known = {one.code: one.figure or 0 for one in before}
    return [one for one in found if one.code not in known or (one.figure or 0) > known[one.code]]


def _key(matter: Matter) -> int:
    return int(matter.subject.removeprefix("advance:"))
