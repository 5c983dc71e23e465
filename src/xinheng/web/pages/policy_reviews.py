"""How a policy has its grades approved, looked at again and called for review, as a rule book tells it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.base.access import queries as access
from xinheng.judgements.policies.values import Approval, Downgrade, Policy, Review
from xinheng.reports.services import RuleWords, said
from xinheng.web.pages.policy_scoring import marked
from xinheng.web.pages.scales import Scale


def approval_told(policy: Policy) -> dict[str, Any] | None:
    """The chain in words: who prepares, who signs in which order; none where the policy names nobody."""
    approval = policy.approval
    if approval is None:
        return None
    names = access.role_names()
    return {
        "prepared_by": [names.get(role, role) for role in approval.prepared_by],
        "steps": [
            {
                "text": said(one),
                "roles": [names.get(role, role) for role in one.roles],
                "all_sign": one.sign == "all",
                "within": _working_days(one.within_days) if one.within_days else "",
                "repeat": one.repeat,
                **marked(one),
            }
            for one in approval.steps
        ],
        "bounds": _bounds(approval),
        **marked(approval),
    }


def review_told(policy: Policy, scale: Scale, words: RuleWords) -> dict[str, Any] | None:
    """The calendar in words: how often each grade is looked at again, and what calls a review earlier."""
    review = policy.review
    if review is None:
        return None
    return {
        "intervals": [
            {"badge": scale.badge(one.grade), "every": _every(one.months), **marked(one)}
            for one in review.intervals
        ],
        "terms": [*_refresh(review), *_terms(review)],
        "events": [
            {
                "text": said(one),
                "formula": words.of(one.when) if one.when else "",
                "within": _working_days(one.within_days),
                "falls": _falls(one.downgrade, scale) if one.downgrade else None,
                **marked(one),
            }
            for one in review.events
        ],
        **marked(review),
    }


def _falls(downgrade: Downgrade, scale: Scale) -> dict[str, Any]:
    if downgrade.by is None:
        text, badge = _("to this grade, if it is better"), scale.badge(downgrade.to)
    else:
        down = ngettext("by %(grades)s grade", "by %(grades)s grades", downgrade.by)
        text, badge = down % {"grades": downgrade.by}, None
    when = _("at once") if downgrade.at_once else _("once the chain has approved it")
    return {"text": text, "badge": badge, "when": when, **marked(downgrade)}


def _bounds(approval: Approval) -> list[str]:
    up, months = approval.notches_up, approval.override_months
    raised = ngettext(
        "A reviewer may raise a proposal by %(grades)s grade, the last approver further.",
        "A reviewer may raise a proposal by %(grades)s grades, the last approver further.",
        up,
    )
    held = ngettext(
        "An override holds for %(months)s month at most.",
        "An override holds for %(months)s months at most.",
        months,
    )
    return [raised % {"grades": up}, held % {"months": months}]


def _working_days(days: int) -> str:
    return ngettext("%(days)s working day", "%(days)s working days", days) % {"days": days}


def _every(months: int) -> str:
    return ngettext("every %(months)s month", "every %(months)s months", months) % {"months": months}


def _refresh(review: Review) -> list[str]:
    words = {
        "quarter": _("The answers behind a grade are told anew every quarter."),
        "half_year": _("The answers behind a grade are told anew every half-year."),
        "year": _("The answers behind a grade are told anew every year."),
    }
    return [words[review.refresh]] if review.refresh else []


def _terms(review: Review) -> list[str]:
    """How long a grade holds that nobody reviewed, and figures of a statement."""
    told = []
    if months := review.valid_months:
        told.append(
            ngettext(
                "A grade that nobody reviewed expires after %(months)s month and gives no terms.",
                "A grade that nobody reviewed expires after %(months)s months and gives no terms.",
                months,
            )
            % {"months": months}
        )
    if months := review.statement_months:
        told.append(
            ngettext(
                "Figures of a statement are stale %(months)s month after it closed.",
                "Figures of a statement are stale %(months)s months after it closed.",
                months,
            )
            % {"months": months}
        )
    return told
