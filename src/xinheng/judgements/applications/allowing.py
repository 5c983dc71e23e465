"""Whether an application may be asked for: its form, its amount, its days, and who must sign it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.money import Money
from xinheng.facts.archive import queries as archive
from xinheng.judgements.applications import gathering, rules
from xinheng.judgements.applications.document import ChainRow, FormField, Rules
from xinheng.judgements.applications.errors import (
    AboveCeiling,
    ApplicationInvalid,
    NoRowCovers,
    StepBetween,
    StepTaken,
)
from xinheng.judgements.applications.models import Application
from xinheng.judgements.applications.values import NewApplication
from xinheng.judgements.reviews import queries as reviews


def check_asked(document: Rules, asked: NewApplication) -> None:
    """What is asked for can be asked for at all. Refuses: ApplicationInvalid."""
    if not asked.reason.strip() or len(asked.reason.strip()) > 300:
        raise _invalid("reason", _("Say why, in up to 300 signs."))
    if not 0 <= asked.amount.minor <= 10**17:
        raise _invalid("amount", _("A limit is zero or more."))
    if asked.payment not in ("credit", "prepaid", "delivery"):
        raise _invalid("payment", _("There is no such way of paying."))
    if (asked.payment == "credit" and asked.amount.minor > 0) != (asked.days > 0):
        raise _invalid("days", _("Credit has days; cash and prepayment have none."))
    if (asked.kind == "temporary") != (asked.until_on is not None):
        raise _invalid("until_on", _("A temporary limit has a last day."))
    if asked.method and asked.method not in {one.code for one in document.methods}:
        raise _invalid("method", _("There is no method %(code)s.") % {"code": asked.method[:48]})
    known = {one.code: one for one in document.fields}
    for code, answer in asked.answers.items():
        if code not in known:
            raise _invalid(code[:48], _("The form has no field %(code)s.") % {"code": code[:48]})
        _check_answer(known[code], answer)


def check_form(document: Rules, one: Application) -> None:
    """Every required field is answered and every required paper is there.

    Refuses: ApplicationInvalid, naming the field.
    """
    for field in document.fields:
        if field.required and one.answers.get(field.code) in (None, "", []):
            raise _invalid(field.code, _("%(field)s: this must be answered.") % {"field": worded(field)})
    subjects = {paper_subject(one, paper.code): paper for paper in document.papers if paper.required}
    for kept in archive.beside(list(subjects)):
        subjects.pop(kept.subject, None)
    for paper in subjects.values():
        raise _invalid("paper", _("The paper %(paper)s is missing.") % {"paper": worded(paper)})
    if one.method and one.method != document.choice.method and not one.why_method.strip():
        raise _invalid("why_method", _("Say why this proposal is the one chosen."))


def check_amount(one: Application, document: Rules, *, on: date) -> str:
    """Whether the grade allows the amount and the days; gives the approved grade.

    Refuses: StepBetween, StepTaken, AboveCeiling, ApplicationInvalid.
    """
    amounts, grade = document.amounts, gathering.grade_of(one.customer, document, on=on)
    if amounts.mode == "steps" and (beside := rules.neighbours(amounts.steps, one.amount_minor)):
        below, above = (Money(step, one.currency) if step is not None else "—" for step in beside)
        raise StepBetween(
            amount=Money(one.amount_minor, one.currency), below=below, above=above, field="amount"
        )
    if one.payment == "credit" and one.amount_minor:
        least, most = amounts.days_at_least, amounts.days_at_most
        if one.days < least or (most is not None and one.days > most):
            words = _("Days of credit lie between %(least)s and %(most)s.")
            raise _invalid("days", words % {"least": least, "most": most if most is not None else "—"})
    _check_ceiling(one, document, grade)
    _check_gradual(one, document, grade, on=on)
    return grade


def row_of(one: Application, document: Rules) -> ChainRow:
    """The row of the authority matrix that covers an application. Refuses: NoRowCovers."""
    row = rules.row_for(document, grade=one.grade, minor=one.amount_minor, days=one.days)
    if row is None:
        amount = Money(one.amount_minor, one.currency)
        raise NoRowCovers(amount=amount, days=one.days, grade=one.grade or "—", field="amount")
    return row


def is_free(one: Application, document: Rules, *, on: date) -> bool:
    """Whether the change needs no approval: within the percent of the limit that holds, the same days."""
    head = gathering.headroom_of(one.customer, on=on, segment=one.segment)
    if head.limit.state != "limited" or one.kind != "fixed" or one.reach != "own":
        return False
    old = head.limit.minor - head.limit.insured_minor - head.limit.guaranteed_minor
    before = last_approved(one)
    same = before is not None and (before.days, before.payment) == (one.days, one.payment)
    return same and rules.is_free_change(document, old_minor=old, new_minor=one.amount_minor)


def last_approved(one: Application) -> Application | None:
    """The application for the customer and segment that was approved last; None without one."""
    rows = Application.objects.filter(customer=one.customer, segment=one.segment, state="approved")
    return rows.exclude(pk=one.pk).order_by("-ended_on", "-pk").first()


def paper_subject(one: Application, paper: str) -> str:
    """What a paper of an application stands beside in the archive."""
    return f"application:{one.pk}:{paper}"


def worded(part: Any) -> str:
    """The words of a part of the rules in the reader's language."""
    return str(part.zh if reads_chinese() else part.en)


def _check_ceiling(one: Application, document: Rules, grade: str) -> None:
    ceiling = rules.ceiling_of(document, grade)
    if ceiling is None:
        return
    if ceiling.amount is not None and one.amount_minor > ceiling.amount * 100:
        bound, value = Money(ceiling.amount * 100, one.currency), Money(one.amount_minor, one.currency)
        raise AboveCeiling(grade=grade or "—", bound=bound, value=value, field="amount")
    if ceiling.days is not None and one.days > ceiling.days:
        words = _("credit of %(days)s days")
        bound_days, value_days = words % {"days": ceiling.days}, words % {"days": one.days}
        raise AboveCeiling(grade=grade or "—", bound=bound_days, value=value_days, field="days")


def _check_gradual(one: Application, document: Rules, grade: str, *, on: date) -> None:
    """A grade whose limit is relaxed gradually rises one step since its grade was approved (FOU-04)."""
    if grade not in document.amounts.gradual or one.kind == "temporary":
        return
    standing = reviews.standing_grade(one.customer, document.rating, on=on)
    assert standing is not None
    since = standing.effective_from
    before = gathering.headroom_of(one.customer, on=since - timedelta(1), segment=one.segment).limit
    base = before.minor - before.insured_minor - before.guaranteed_minor if before.state == "limited" else 0
    steps = rules.rises(document.amounts.steps, base, one.amount_minor)
    if steps > 1:
        raise StepTaken(grade=grade, steps=steps, since=since, field="amount")


def _check_answer(field: FormField, answer: Any) -> None:
    """An answer is of the type of its field; nothing is an answer too, until it is submitted."""
    if answer in (None, "", []):
        return
    if field.type == "list":
        right = isinstance(answer, list) and all(isinstance(one, str) and len(one) <= 200 for one in answer)
    elif field.type == "choice":
        right = answer in {option.code for option in field.options}
    elif field.type in ("number", "money"):
        right = _is_number(answer)
    elif field.type == "date":
        right = _is_day(answer)
    else:
        right = isinstance(answer, str) and len(answer) <= 1000
    if not right:
        raise _invalid(field.code, _("%(field)s: this is no answer.") % {"field": worded(field)})


def _is_number(answer: Any) -> bool:
    try:
        value = Decimal(str(answer).replace(",", ""))
    except InvalidOperation:
        return False
    return value.is_finite() and abs(value) < 10**15


def _is_day(answer: Any) -> bool:
    try:
        date.fromisoformat(str(answer))
    except ValueError:
        return False
    return True


def _invalid(field: str, cause: str) -> ApplicationInvalid:
    return ApplicationInvalid(field=field, cause=cause)
