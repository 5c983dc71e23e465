"""Answers are checked against the question, kept with who and when, and never erased."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from tests import worlds
from tests.indicators.ledger import customer
from tests.judgements.ratings.conftest import JUNE
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers.errors import CustomerUnknown
from xinheng.judgements.ratings import queries, services
from xinheng.judgements.ratings.errors import AnswerInvalid, AssessedAhead, EvidenceMissing, QuestionUnknown
from xinheng.judgements.ratings.models import Assessment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _company(chief: Actor) -> None:
    worlds.given(_adopted, chief)
    customer("C-1")


def _adopted(chief: Actor) -> None:
    services.adopt_shipped_policies(actor=chief, on=JUNE)


def assess(actor: Actor, question: str, value: str, **other: object) -> Assessment:
    told = {"customer_no": "C-1", "assessed_on": JUNE, "evidence": "合同", **other}
    return services.assess(actor=actor, on=JUNE, question=question, value=value, **told)  # type: ignore[arg-type]


@pytest.mark.req("ADV-09")
def test_an_answer_is_kept_with_who_when_and_evidence(chief: Actor) -> None:
    kept = assess(chief, "persons_served", " 500 ")

    assert (kept.value, kept.assessed_by, kept.assessed_on, kept.evidence) == ("500", "chief", JUNE, "合同")
    entry = Entry.objects.get(act="ratings.assess")
    assert (entry.subject, entry.after["value"]) == ("customer:C-1", "500")
    assess(chief, "persons_served", "499")
    assert [row.value for row in queries.assessments_of(kept.customer)] == ["499", "500"]


@pytest.mark.req("LSE-15", "RR-13")
@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("strength_points", "10.1"),
        ("strength_points", "-0.1"),
        ("strength_points", "8.25"),
        ("strength_points", "eight"),
        ("strength_points", "NaN"),
        ("strength_points", "Infinity"),
        ("strength_points", "1e400"),
        ("strength_points", ""),
        ("deliveries_12m", "1e300"),
        ("deliveries_12m", "10000000000000.01"),
        ("persons_served", "99.5"),
        ("persons_served", "-1"),
        ("repute", "excellent"),
        ("repute", "HIGH"),
        ("heavy_losses", "maybe"),
        ("heavy_losses", "'; DROP TABLE x"),
    ],
)
def test_what_is_no_answer_is_refused_and_not_kept(chief: Actor, question: str, value: str) -> None:
    with pytest.raises(AnswerInvalid):
        assess(chief, question, value)
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("value", ["0", "10", "9.9", "unknown"])
def test_the_bounds_and_unknown_are_answers(chief: Actor, value: str) -> None:
    assert assess(chief, "strength_points", value).value == value


@pytest.mark.parametrize(
    ("question", "told", "kept"),
    [
        ("persons_served", "5e2", "500"),
        ("persons_served", "１２０", "120"),
        ("persons_served", "1_000", "1000"),
        ("deliveries_12m", "10000000000000", "10000000000000"),
        ("strength_points", "+8.0", "8.0"),
    ],
)
def test_a_number_is_kept_as_a_run_reads_it(chief: Actor, question: str, told: str, kept: str) -> None:
    assert assess(chief, question, told).value == kept


def test_other_refusals(chief: Actor, reader: Actor) -> None:
    with pytest.raises(QuestionUnknown):
        assess(chief, "no_such_question", "yes")
    with pytest.raises(CustomerUnknown):
        assess(chief, "heavy_losses", "yes", customer_no="C-404")
    with pytest.raises(EvidenceMissing):
        assess(chief, "heavy_losses", "yes", evidence=" ")
    with pytest.raises(AssessedAhead):
        assess(chief, "heavy_losses", "yes", assessed_on=JUNE + timedelta(days=1))
    with pytest.raises(AccessDenied):
        assess(reader, "heavy_losses", "yes")
    assert not Assessment.objects.exists()
    assert assess(chief, "heavy_losses", "unknown", evidence="").value == "unknown"


def test_many_answers_are_kept_at_once_or_not_at_all(chief: Actor) -> None:
    one = customer("C-2")
    frame = pl.DataFrame(
        {
            "customer_id": [one.pk, one.pk],
            "question": ["repute", "persons_served"],
            "value": ["high", "120"],
            "assessed_on": [JUNE, JUNE],
            "evidence": ["走访", "合同附件"],
        }
    )
    assert services.post_assessments(frame, batch_no=7, told_on=JUNE, actor=chief) == 2
    assert Assessment.objects.filter(batch_no=7, assessed_by="chief", told_on=JUNE).count() == 2

    wrong = frame.with_columns(pl.Series("value", ["high", "many"]))
    assert services.assessment_causes(wrong, on=JUNE).is_null().to_list() == [True, False]
    with pytest.raises(AnswerInvalid, match="many"):
        services.post_assessments(wrong, batch_no=8, told_on=JUNE, actor=chief)
    assert not Assessment.objects.filter(batch_no=8).exists()


@pytest.mark.req("ADV-09")
def test_a_list_needs_evidence_where_a_person_would_and_no_day_ahead(chief: Actor) -> None:
    one = customer("C-2")
    frame = pl.DataFrame(
        {
            "customer_id": [one.pk] * 4,
            "question": ["repute", "repute", "payment_habit", "payment_habit"],
            "value": ["high", "unknown", "on_time", "on_time"],
            "assessed_on": [JUNE, JUNE, JUNE, JUNE + timedelta(days=1)],
            "evidence": [" ", None, None, None],
        }
    )

    causes = services.assessment_causes(frame, on=JUNE).to_list()

    assert causes == ["repute 的答案须附依据。", None, None, "评价日期还没有到"]
    with pytest.raises(AnswerInvalid):
        services.post_assessments(frame, batch_no=8, told_on=JUNE, actor=chief)
    assert not Assessment.objects.exists()
    assert services.post_assessments(frame[1:3], batch_no=9, told_on=JUNE, actor=chief) == 2
