"""Advances in words for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.money import Money
from xinheng.judgements.advances.values import Finding, Terms

Words = str | Promise
STATES: dict[str, Words] = {
    "draft": _("being prepared"),
    "submitted": _("in the chain"),
    "returned": _("sent back to be corrected"),
    "approved": _("advance approved"),
    "rejected": _("advance refused"),
    "withdrawn": _("request taken back"),
    "closed": _("closed to payouts"),
}
WHATS: dict[str, Words] = {
    "wages": _("wages paid"),
    "insurance": _("social insurance paid"),
    "other": _("something else paid"),
}
ADVICE: dict[str, Words] = {
    "keep": _("keep the limit"),
    "lower": _("lower the limit"),
    "stop": _("stop advancing"),
}
MONEY = ("over_total", "over_cap", "cap_not_set", "old_arrears", "raised")
FINDINGS: dict[str, Words] = {
    "over_total": _("all advances would be %(figure)s, the cap is %(bound)s"),
    "over_cap": _("the customer would have %(figure)s, the cap of the grade is %(bound)s"),
    "cap_not_set": _(
        "no cap is set for the grade, so it counts as %(bound)s; the customer would have %(figure)s"
    ),
    "over_period": _("the period is longer than %(bound)s months"),
    "period_not_set": _("no period is set for the grade, so it counts as %(bound)s months"),
    "none_in_principle": _("the grade is advanced nothing in principle"),
    "new_customer": _("a new customer (below %(bound)s months of dealing) is advanced nothing in principle"),
    "old_arrears": _("old arrears of %(figure)s are not cleared"),
    "not_reconciled": _("the last reconciliation is older than %(bound)s months"),
    "raised": _("the limit is raised from %(bound)s to %(figure)s"),
    "extended": _("the period is made longer than %(bound)s months"),
}
DUTIES: dict[str, Words] = {
    "overdue": _("money advanced is overdue"),
    "above_limit": _("more is open than the grade allows"),
    "grade_changed": _("the grade changed: limit and period are to be looked at"),
    "plan_behind": _("the reduction plan is behind"),
    "contract_ending": _("the contract ends: agree the next term, collect all arrears"),
    "contract_expired": _("the contract has ended and money is still out"),
    "check_due": _("the check of the quarter is missing"),
    "reconcile_due": _("a reconciliation is due"),
    "collection_idle": _("a collection without activity"),
    "collection_step": _("the next step of a collection is due"),
    "exception_waiting": _("an exception waits for the general manager"),
}


def told(finding: Finding) -> str:
    """A finding in words, with its figures."""
    is_money = finding.code in MONEY
    named: dict[str, Any] = {
        name: str(Money(value)) if is_money and value is not None else value
        for name, value in (("figure", finding.figure), ("bound", finding.bound))
    }
    return str(FINDINGS[finding.code]) % named


def all_told(findings: Iterable[Finding]) -> str:
    """Several findings in one line."""
    return "; ".join(told(one) for one in findings)


def kept_findings(rows: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """Findings as they were kept."""
    return [Finding(**row) for row in rows]


def terms_told(terms: Terms | None) -> str:
    """A limit and a period in words."""
    if terms is None:
        return "—"
    named = {"limit": terms.limit, "months": terms.months, "days": terms.days}
    if terms.days:
        return _now("%(limit)s for %(months)s months and %(days)s days") % named
    return _now("%(limit)s for %(months)s months") % named
