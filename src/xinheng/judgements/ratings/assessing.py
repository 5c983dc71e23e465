"""What people answer to a policy's questions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NotRequired, TypedDict, Unpack

import polars as pl
from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.facts.customers import queries as customers
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Question
from xinheng.judgements.ratings.answers import LARGEST
from xinheng.judgements.ratings.errors import AnswerInvalid, AssessedAhead, EvidenceMissing, QuestionUnknown
from xinheng.judgements.ratings.models import Assessment

YES_NO = ("yes", "no")


class Told(TypedDict):
    """When the answer was true, and what shows it."""

    assessed_on: date
    evidence: NotRequired[str]


@transaction.atomic
def assess(
    *, actor: Actor, on: date, customer_no: str, question: str, value: str, **told: Unpack[Told]
) -> Assessment:
    """Keep one answer about a customer; it counts from the next run on. A newer answer erases none.

    value: yes, no or unknown; a number; or the code of a choice. told: `assessed_on`, the day it was
    true, and `evidence`. Refuses: AccessDenied, CustomerUnknown, QuestionUnknown, AnswerInvalid,
    EvidenceMissing, AssessedAhead.
    """
    access.require(actor, "ratings.assess", f"customer:{customer_no}")
    assessed_on, evidence = told["assessed_on"], told.get("evidence", "").strip()
    customer = customers.get(actor, customer_no, on=on)
    asked = questions(on=on)
    if question not in asked:
        raise QuestionUnknown(question=question)
    if assessed_on > on:
        raise AssessedAhead(assessed_on=assessed_on, on=on)
    value, cause = read_answer(asked[question], value)
    if cause:
        raise AnswerInvalid(question=question, value=value, cause=cause)
    if _needs_evidence(asked[question], value) and not evidence:
        raise EvidenceMissing(question=question)
    kept = Assessment.objects.create(
        customer=customer,
        question=question,
        value=value,
        assessed_on=assessed_on,
        told_on=on,
        assessed_by=actor.login,
        evidence=evidence[:300],
    )
    after = {"question": question, "value": value, "assessed_on": assessed_on, "evidence": evidence}
    audit.record(actor=actor, act="ratings.assess", subject=f"customer:{customer_no}", on=on, after=after)
    return kept


def assessment_causes(frame: pl.DataFrame, *, on: date) -> pl.Series:
    """For each row why it is no answer to a policy in force on the day; null where it is.

    frame: question, value, assessed_on, evidence.
    """
    return _judged(frame, on=on)["cause"]


def _judged(frame: pl.DataFrame, *, on: date) -> pl.DataFrame:
    """The rows with the value as it is kept and its cause; each different answer is judged once."""
    asked = questions(on=on)
    different = frame.select("question", "value").unique()
    read = [
        read_answer(asked[question], value)
        if question in asked
        else (value, str(QuestionUnknown(question=question)))
        for question, value in different.iter_rows()
    ]
    judged = different.with_columns(
        kept=pl.Series([kept for kept, _cause in read], dtype=pl.String),
        cause=pl.Series([cause for _kept, cause in read], dtype=pl.String).replace("", None),
    )
    rows = frame.join(judged, on=["question", "value"], how="left", maintain_order="left")
    bare = {code: str(EvidenceMissing(question=code)) for code, one in asked.items() if _asks_evidence(one)}
    told = pl.col("evidence").fill_null("").str.strip_chars() != ""
    unproven = pl.when(~told & (pl.col("kept") != "unknown")).then(
        pl.col("question").replace_strict(bare, default=None, return_dtype=pl.String)
    )
    ahead = pl.when(pl.col("assessed_on") > on).then(pl.lit(_("the day of the answer has not come")))
    return rows.with_columns(cause=pl.coalesce("cause", unproven, ahead))


@transaction.atomic
def post_assessments(frame: pl.DataFrame, *, batch_no: int | None, told_on: date, actor: Actor) -> int:
    """Keep many answers at once; gives how many.

    frame: customer_id, question, value, assessed_on, evidence. All are kept or none.
    Refuses: AccessDenied, AnswerInvalid naming the first that is no answer or lacks its evidence.
    """
    access.require(actor, "ratings.assess")
    judged = _judged(frame.with_columns(pl.col("evidence").fill_null("")), on=told_on)
    wrong = judged.filter(pl.col("cause").is_not_null())
    if not wrong.is_empty():
        first = wrong.row(0, named=True)
        raise AnswerInvalid(question=first["question"], value=first["value"], cause=first["cause"])
    answers = judged.select("customer_id", "question", "assessed_on", "evidence", value="kept")
    kept = bulk.append(
        Assessment,
        answers.with_columns(
            told_on=pl.lit(told_on),
            assessed_by=pl.lit(actor.login),
            batch_no=pl.lit(batch_no, dtype=pl.Int64),
        ),
    )
    audit.record(
        actor=actor,
        act="ratings.assess",
        subject=f"batch:{batch_no}" if batch_no else "",
        on=told_on,
        after={"answers": kept},
    )
    return kept


def questions(*, on: date) -> dict[str, Question]:
    """Every question of the policies in force on a day, by code; the first policy that asks words it."""
    asked: dict[str, Question] = {}
    for document in packs.documents_in_force("rating", on=on):
        for question in policies.load(document.text).questions:
            asked.setdefault(question.code, question)
    return asked


def _needs_evidence(question: Question, value: str) -> bool:
    return _asks_evidence(question) and value != "unknown"


def _asks_evidence(question: Question) -> bool:
    return question.evidence == "required"


def read_answer(question: Question, value: str) -> tuple[str, str]:
    """The value as it is kept, and why it is no answer to the question; empty where it is one."""
    value = value.strip()
    if value == "unknown":
        return value, ""
    if question.type == "yes_no":
        return value, "" if value in YES_NO else _listed((*YES_NO, "unknown"))
    if question.type == "choice":
        codes = [choice.code for choice in question.choices]
        return value, "" if value in codes else _listed((*codes, "unknown"))
    number = _number(value)
    if number is None:
        return value, _("it is not a number")
    if cause := _wrong(question, number):
        return value, cause
    return f"{number:f}", ""


def _wrong(question: Question, number: Decimal) -> str:
    if -int(number.as_tuple().exponent) > question.decimals:
        return _("it has more than %(places)s decimals") % {"places": question.decimals}
    if question.minimum is not None and number < question.minimum:
        return _("it is below %(bound)s") % {"bound": question.minimum}
    largest = LARGEST if question.maximum is None else question.maximum
    if number > largest or number < -LARGEST:
        return _("it is above %(bound)s") % {"bound": largest}
    return ""


def _number(value: str) -> Decimal | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _listed(answers: Iterable[str]) -> str:
    return _("it takes %(answers)s") % {"answers": ", ".join(answers)}
