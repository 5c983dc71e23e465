"""Which limit holds, and whether a document passes: pure decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from xinheng.judgements.limits.values import (
    Checks,
    Effective,
    Exclusion,
    Figures,
    LimitWord,
    Reason,
    Rule,
    Stage,
    Verdict,
)

NO_CREDIT = ("not_assessed", "no_credit", "expired")


def effective(words: Sequence[LimitWord], *, on: date) -> Effective:
    """The limit of a day. words: newest first, told by the day or before.

    Of each kind the newest word that has begun holds; a temporary limit replaces the fixed one for its
    time; insured and guaranteed parts add to an amount. A fixed limit whose last day has passed is expired.
    """
    fixed = _newest(words, "fixed", on=on)
    temporary = _newest(words, "temporary", on=on)
    held = temporary if temporary and not _is_over(temporary, on) else fixed
    if held is None:
        return Effective("not_assessed")
    kind: Literal["fixed", "temporary"] = "temporary" if held.kind == "temporary" else "fixed"
    if _is_over(held, on):
        return Effective("expired", kind=kind, until=held.until_on)
    if held.state != "limited":
        return Effective(held.state, kind=kind, until=held.until_on)  # type: ignore[arg-type]
    insured, guaranteed = (_cover(words, name, on=on) for name in ("insured", "guaranteed"))
    return Effective(
        "limited", held.minor + insured + guaranteed, insured, guaranteed, kind=kind, until=held.until_on
    )


def judge(policy: Checks, figures: Figures, *, stage: Stage) -> list[Reason]:
    """Every rule of the stage that the document does not pass, in the policy's order."""
    if figures.asked.payment == "prepaid":
        return []
    fitting = [rule for rule in policy.rules if _fits(rule, figures, stage)]
    if not fitting:  # no rule for the key: held with a word, never passed in silence (SAP-05)
        return [Reason("", "rules", "hold", "no_rule")]
    excluded = [
        each for each in policy.exclusions if _fits(each, figures, stage) and _is_let_off(each, figures)
    ]
    asked = [rule for rule in fitting if not any(_leaves_out(each, rule) for each in excluded)]
    return [reason for rule in asked for reason in _CHECKS[rule.check](rule, figures)]


def verdict(reasons: Iterable[Reason]) -> Verdict:
    """What the reasons come to; warnings alone let it pass."""
    strengths = {reason.strength for reason in reasons}
    if "stop" in strengths:
        return "rejected"
    return "held" if "hold" in strengths else "passed"


def room(policy: Checks | None, figures: Figures | None) -> int | None:
    """Up to which exposure a document that passed still passes, whatever else passes meanwhile; None: any.

    Never more than any rule on the limit allows; so who is refused by it is judged once more.
    """
    if policy is None or figures is None or figures.limit.state != "limited":
        return None
    bounds = [
        _allowed(rule, figures.limit) + figures.beyond.get(rule.horizon_days or -1, 0)
        for rule in policy.rules
        if rule.check == "limit"
    ]
    bounds += [figures.exposure.minor + figures.minor] if figures.parts else []
    return min(bounds, default=None)


def _allowed(rule: Rule, limit: Effective) -> int:
    return limit.minor + limit.minor * rule.over_percent // 100 + rule.over_amount * 100


def unpaid(minor: int) -> Reason:
    """The reason that an order to be paid before shipment lacks money."""
    return Reason("", "prepaid", "hold", "not_paid", minor, 0, minor)


def got_worse(before: Iterable[Reason], now: Iterable[Reason]) -> list[Reason]:
    """Of the reasons found now those that were not there when it passed, or weigh more than then."""
    known = {(reason.rule, reason.cause): reason for reason in before}
    worse = []
    for reason in now:
        then = known.get((reason.rule, reason.cause))
        if then is None or (reason.over or 0) > (then.over or 0):
            worse.append(reason)
    return worse


def _fits(each: Rule | Exclusion, figures: Figures, stage: Stage) -> bool:
    """Whether the stage, the risk class, the kind of order and the segment are meant."""
    return (
        stage in each.stages
        and (not each.classes or figures.risk_class in each.classes)
        and (not each.kinds or figures.asked.kind in each.kinds)
        and (not each.segments or figures.segment in each.segments)
    )


def _is_let_off(exclusion: Exclusion, figures: Figures) -> bool:
    is_small = exclusion.at_most is None or figures.document <= exclusion.at_most * 100
    return is_small and (not exclusion.payments or figures.asked.payment in exclusion.payments)


def _leaves_out(exclusion: Exclusion, rule: Rule) -> bool:
    return not exclusion.rules or rule.code in exclusion.rules


def _newest(words: Sequence[LimitWord], kind: str, *, on: date) -> LimitWord | None:
    found = next((word for word in words if word.kind == kind and word.from_on <= on), None)
    return None if found is None or found.state == "withdrawn" else found


def _is_over(word: LimitWord, on: date) -> bool:
    return word.until_on is not None and word.until_on < on


def _cover(words: Sequence[LimitWord], kind: str, *, on: date) -> int:
    word = _newest(words, kind, on=on)
    return 0 if word is None or _is_over(word, on) else word.minor


def _limit(rule: Rule, figures: Figures) -> list[Reason]:
    """Own limit and group limit, each named (SAP-07, SAP-17)."""
    if not figures.is_convertible:
        return [_told(rule, "not_checked")]
    beyond = 0 if rule.horizon_days is None else figures.beyond[rule.horizon_days]
    found = _parts(rule, figures)
    sides = [(figures.exposure.minor, figures.limit, "")]
    sides += [(group.minor, group.limit, group.no) for group in figures.groups]
    for exposure, limit, group_no in sides:
        if limit.state == "unlimited":
            continue
        if limit.state in NO_CREDIT:
            found.append(
                _told(rule, limit.state, figure=exposure - beyond + figures.minor, bound=0, group_no=group_no)
            )
            continue
        wanted = exposure - beyond + figures.minor
        if wanted > _allowed(rule, limit):
            cause = "over_group_limit" if group_no else "over_limit"
            found.append(_told(rule, cause, figure=wanted, bound=limit.minor, group_no=group_no))
    return found


def _parts(rule: Rule, figures: Figures) -> list[Reason]:
    """Sub-limits: an order adds to what is ordered, and to nothing else."""
    found = []
    for part in figures.parts:
        wanted = part.minor + (figures.minor if part.component == "ordered" else 0)
        if part.limit.state == "limited" and wanted > part.limit.minor:
            cause = f"over_{part.component}_limit"
            found.append(_told(rule, cause, figure=wanted, bound=part.limit.minor))
    return found


def _document(rule: Rule, figures: Figures) -> list[Reason]:
    return _above(rule, figures.document, (rule.at_most or 0) * 100, "document_too_large")


def _first(rule: Rule, figures: Figures) -> list[Reason]:
    if not figures.is_first:
        return []
    return _above(rule, figures.document, (rule.at_most or 0) * 100, "first_order_too_large")


def _dunning(rule: Rule, figures: Figures) -> list[Reason]:
    return _above(rule, figures.dunning_level, rule.at_most or 0, "dunned_too_often")


def _late_days(rule: Rule, figures: Figures) -> list[Reason]:
    return _above(rule, figures.late_days or 0, rule.at_most or 0, "pays_too_late")


def _critical(rule: Rule, figures: Figures) -> list[Reason]:
    """Fields that differ from what is agreed; where nothing is agreed nothing differs."""
    asked, home = figures.asked, figures.exposure.currency
    differs = {
        "payment": figures.payment_agreed not in ("", asked.payment),
        "terms": None not in (asked.terms_days, figures.terms_agreed)
        and asked.terms_days != figures.terms_agreed,
        "currency": asked.currency != home,
    }
    return [_told(rule, f"other_{field}") for field in rule.fields if differs[field]]


def _oldest(rule: Rule, figures: Figures) -> list[Reason]:
    due = figures.oldest_due_on
    days = (figures.on - due).days if due else 0
    return _above(rule, days, rule.at_most or 0, "oldest_too_old")


def _overdue_share(rule: Rule, figures: Figures) -> list[Reason]:
    receivable = figures.exposure.receivable
    if receivable <= 0:  # nothing owed: 0 % (SAP-09)
        return []
    overdue = figures.overdue[rule.days]
    if overdue * 100 <= receivable * (rule.at_most or 0):
        return []
    share = -(-overdue * 100 // receivable)  # rounded up, so that what is told is above the bound
    return [_told(rule, "overdue_share_too_high", figure=share, bound=rule.at_most)]


def _overdue_amount(rule: Rule, figures: Figures) -> list[Reason]:
    return _above(rule, figures.overdue[rule.days], (rule.at_most or 0) * 100, "overdue_too_much")


def _review(rule: Rule, figures: Figures) -> list[Reason]:
    if figures.review_on is None:
        return []
    return _above(rule, (figures.on - figures.review_on).days, rule.at_most or 0, "review_overdue")


def _status(rule: Rule, figures: Figures) -> list[Reason]:
    return [_told(rule, f"status_{figures.status}")] if figures.status in rule.statuses else []


def _terms(rule: Rule, figures: Figures) -> list[Reason]:
    if figures.asked.terms_days is None:
        return []
    if figures.terms_agreed is None:
        return (
            [_told(rule, "no_terms_agreed", figure=figures.asked.terms_days)]
            if figures.asked.terms_days
            else []
        )
    return _above(
        rule, figures.asked.terms_days, figures.terms_agreed + (rule.at_most or 0), "terms_too_long"
    )


def _papers(rule: Rule, figures: Figures) -> list[Reason]:
    found = _above(rule, len(figures.papers), rule.at_most or 0, "papers_missing")
    zh, en = "、".join(zh for zh, _en in figures.papers), ", ".join(en for _zh, en in figures.papers)
    return [replace(reason, papers_zh=zh, papers_en=en) for reason in found]


def _payment(rule: Rule, figures: Figures) -> list[Reason]:
    return [_told(rule, "needs_signature")] if figures.asked.payment in rule.payments else []


def _above(rule: Rule, figure: int, bound: int, cause: str) -> list[Reason]:
    """The figure itself may equal the bound."""
    return [_told(rule, cause, figure=figure, bound=bound)] if figure > bound else []


def _told(
    rule: Rule, cause: str, *, figure: int | None = None, bound: int | None = None, group_no: str = ""
) -> Reason:
    over = None if figure is None or bound is None else figure - bound
    return Reason(rule.code, rule.check, rule.strength, cause, figure, bound, over, group_no)


_CHECKS = {
    "limit": _limit,
    "document": _document,
    "first": _first,
    "dunning": _dunning,
    "late_days": _late_days,
    "critical": _critical,
    "oldest": _oldest,
    "overdue_share": _overdue_share,
    "overdue_amount": _overdue_amount,
    "review": _review,
    "status": _status,
    "terms": _terms,
    "papers": _papers,
    "payment": _payment,
}
