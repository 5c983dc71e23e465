"""What a policy says of its own reviews: the chain, the bounds of overrides, the intervals and events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xinheng.base.approvals.values import Chain, Step
from xinheng.base.packs import queries as packs
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Approval, ApprovalStep, Policy, ReviewEvent
from xinheng.judgements.reviews.rules import Bounds

# Of a policy that names no chain: whoever may submit prepares, the site's approver approves.
PLAIN = Approval(
    steps=(ApprovalStep(code="approval", zh="批准", en="approval", roles=("approver",), mark="assumed"),),
    mark="assumed",
)


@dataclass(frozen=True)
class Terms:
    """One version of a policy, as reviews read it."""

    policy: Policy

    @property
    def approval(self) -> Approval:
        """Who prepares and who approves."""
        return self.policy.approval or PLAIN

    @property
    def chain(self) -> Chain:
        """The chain of the policy, for the minutes."""
        return Chain(
            tuple(
                Step(one.code, one.zh, one.en, one.roles, one.sign, one.within_days, one.repeat)
                for one in self.approval.steps
            )
        )

    @property
    def months(self) -> dict[str, int]:
        """Months between reviews by grade."""
        review = self.policy.review
        return {one.grade: one.months for one in review.intervals} if review else {}

    @property
    def events(self) -> dict[str, ReviewEvent]:
        """What calls a review, by code."""
        return {one.code: one for one in self.policy.review.events} if self.policy.review else {}

    def falls(self, event: str) -> dict[str, str]:
        """The grade that each grade falls to by an event; those it leaves alone are left out."""
        return policies.falls_of(self.policy, event)

    @property
    def valid_months(self) -> int | None:
        """How long an approved grade gives terms; None: until another stands."""
        return self.policy.review.valid_months if self.policy.review else None

    def bounds(self, proposal: object) -> Bounds:
        """What one proposal allows."""
        return Bounds(
            proposed=proposal.proposed_rank,  # type: ignore[attr-defined]
            ceiling=proposal.ceiling_rank,  # type: ignore[attr-defined]
            soft=proposal.soft_rank,  # type: ignore[attr-defined]
            worst=len(self.policy.scale),
            notches_up=self.approval.notches_up,
        )

    def grade_at(self, rank: int) -> str:
        """The grade of a rank."""
        return self.policy.scale[rank - 1].code


def of_run(sha256: str) -> Terms:
    """The terms under which a run was made."""
    return Terms(policies.load(packs.document(sha256).text))


def in_force(on: date) -> dict[str, Terms]:
    """The terms of every rating policy in force on a day, by code."""
    return {
        document.code: Terms(policies.load(document.text))
        for document in packs.documents_in_force("rating", on=on)
    }
