"""The chain of a report: handed in before there were chains, decided for somebody away, points with notes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.facts.customers.test_own_forms import VISIT, adopted, begun
from tests.facts.customers.test_surveys import POINTS, handed_in
from tests.seats import seat
from xinheng.base.access.errors import AccessDenied
from xinheng.base.approvals import queries as minutes
from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.errors import NotYourTurn
from xinheng.base.approvals.models import Decision, Request, Wanted
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.facts.customers import queries, services
from xinheng.facts.customers.errors import FormInvalid, OwnReport, PointNoteMissing, ReviewUnfinished
from xinheng.facts.customers.models import FileFact, Survey
from xinheng.facts.customers.values import NewCustomer

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(db: None, day: date) -> Actor:
    """Reviews and files."""
    return seat("chief", "credit_manager", on=day)


@pytest.fixture
def wang(head: Actor, day: date) -> Actor:
    """Fills in."""
    services.register(actor=head, on=day, new=NewCustomer(name="甲集团有限公司", no="A"))
    return Actor("wang", "王芳", permits=frozenset({"customers.*"}), scope=Scope("everything"))


def before_chains(survey: Survey, **told: Any) -> None:
    """As a version without chains left it: no request, no minutes."""
    for kept in (Wanted, Decision, Request):
        kept.objects.all().delete()
    Survey.objects.filter(pk=survey.pk).update(**told)


@pytest.mark.req("ADV-06", "NET-04")
def test_a_report_handed_in_before_there_were_chains_is_decided_as_any_other(
    wang: Actor, head: Actor, day: date
) -> None:
    survey = handed_in(wang, day, phone="13800000001")
    before_chains(survey)
    later = day + timedelta(days=400)
    with pytest.raises(ReviewUnfinished):
        services.accept_survey(actor=head, on=later, survey_id=survey.pk, looked_at=POINTS[:3])
    with pytest.raises(OwnReport):
        services.accept_survey(actor=wang, on=later, survey_id=survey.pk, looked_at=POINTS)
    assert not Request.objects.exists()  # nothing half begun

    kept = services.accept_survey(actor=head, on=later, survey_id=survey.pk, looked_at=POINTS)

    assert (kept.state, kept.reviewed_by, kept.reviewed_on) == ("accepted", "chief", later)
    waiting = minutes.inbox(head, on=later).get()
    assert (waiting.subject, waiting.submitted_by, waiting.step) == (f"survey:{survey.pk}", "wang", 1)
    assert services.file_survey(actor=head, on=later, survey_id=survey.pk).state == "filed"


@pytest.mark.parametrize(
    ("act", "state", "verified"), [("return", "open", "declared"), ("reject", "rejected", "disputed")]
)
def test_one_of_then_is_returned_or_turned_down_too(
    act: str, state: str, verified: str, wang: Actor, head: Actor, day: date
) -> None:
    survey = handed_in(wang, day, phone="13800000001")
    before_chains(survey)
    decide = services.return_survey if act == "return" else services.reject_survey

    kept = decide(actor=head, on=day, survey_id=survey.pk, reason="电话有误")

    assert (kept.state, kept.returned_by) == (state, "chief")
    assert FileFact.objects.get(item="phone").verification == verified


@pytest.mark.req("ADV-06", "NET-04")
def test_one_accepted_before_there_were_chains_is_only_filed(wang: Actor, head: Actor, day: date) -> None:
    survey = handed_in(wang, day, phone="13800000001")
    before_chains(survey, state="accepted", reviewed_by="old", reviewed_on=day, review_note="已核对")
    later = day + timedelta(days=400)
    finance = seat("zhou", "archivist", on=later)
    supervisor = seat("sun", "department_head", on=later)
    with pytest.raises((AccessDenied, NotYourTurn)):
        services.file_survey(actor=supervisor, on=later, survey_id=survey.pk)
    assert not Request.objects.exists()

    kept = services.file_survey(actor=finance, on=later, survey_id=survey.pk)

    assert (kept.state, kept.filed_by, kept.filed_on) == ("filed", "zhou", later)
    assert (kept.reviewed_by, kept.reviewed_on, kept.review_note) == ("old", day, "已核对")
    request = minutes.of_subject("survey", f"survey:{survey.pk}").get()
    assert (request.state, [one.step.code for one in minutes.steps_of(request)]) == ("approved", ["file"])
    acts = list(Entry.objects.values_list("act", flat=True))
    assert (acts.count("customers.accept_survey"), acts.count("customers.file_survey")) == (0, 1)


@pytest.mark.req("ADV-06", "RR-17")
def test_a_review_is_lent_for_some_days_and_kept_as_signed_for_the_giver(
    wang: Actor, head: Actor, day: date
) -> None:
    boss = seat("boss", "department_head", on=day)
    aide = seat("aide", "analyst", on=day)
    aide = Actor(
        aide.login, aide.name, aide.person_id, aide.permits | {"customers.review", "approvals.decide"},
        Scope("everything"),
    )  # fmt: skip
    survey = handed_in(wang, day, phone="13800000001")
    accept: dict[str, Any] = {"actor": aide, "survey_id": survey.pk, "looked_at": POINTS}
    with pytest.raises(NotYourTurn):
        services.accept_survey(on=day, **accept)
    lent = {"taker": "aide", "from_on": day, "until_on": day + timedelta(days=5), "reason": "出差"}
    approvals.delegate(actor=boss, on=day, **lent)
    with pytest.raises(NotYourTurn):
        services.accept_survey(on=day + timedelta(days=5), **accept)  # the first day it no longer holds
    assert minutes.inbox(aide, on=day).get().subject == f"survey:{survey.pk}"

    kept = services.accept_survey(on=day + timedelta(days=4), **accept)

    assert (kept.state, kept.reviewed_by) == ("accepted", "aide")
    signed = Decision.objects.get()
    assert (signed.by, signed.on_behalf_of, signed.role) == ("aide", "boss", "department_head")


def test_who_signed_a_report_does_not_review_it_in_anothers_name(wang: Actor, head: Actor, day: date) -> None:
    boss = seat("boss", "department_head", on=day)
    lent = {"taker": "chief", "from_on": day, "until_on": day + timedelta(days=5), "reason": "出差"}
    approvals.delegate(actor=boss, on=day, **lent)
    survey = handed_in(head, day, phone="13800000001") if seat("zhou", "archivist", on=day) else None
    assert survey is not None

    with pytest.raises(OwnReport):
        services.accept_survey(actor=head, on=day, survey_id=survey.pk, looked_at=POINTS)
    assert not minutes.inbox(head, on=day).exists()


@pytest.mark.req("NET-05")
def test_a_form_may_want_a_note_on_a_point_of_review(wang: Actor, head: Actor, day: date) -> None:
    adopted(VISIT + "review: [contradictions, dealings]\nnoted: [dealings]\n", day, head)
    survey = begun(wang, day)
    told: dict[str, str | None] = {"address": None, "phone": "021"}
    services.save_answers(actor=wang, on=day, survey_id=survey.pk, answers=told)
    services.submit_survey(actor=wang, on=day, survey_id=survey.pk, signed=True)
    accept: dict[str, Any] = {
        "actor": head, "on": day, "survey_id": survey.pk, "looked_at": ["contradictions", "dealings"],
    }  # fmt: skip

    with pytest.raises(PointNoteMissing) as refused:
        services.accept_survey(**accept, notes={"contradictions": "无", "dealings": " "})
    with pytest.raises(PointNoteMissing):
        services.look_at_point(actor=head, on=day, survey_id=survey.pk, point="dealings")

    assert (refused.value.code, str(refused.value)) == (
        "point_note_missing",
        "此调查表要求对该审核要点写明说明：与我方的业务往来。",
    )
    assert (Survey.objects.get().state, Survey.objects.get().looked_at) == ("handed_in", {})
    services.look_at_point(actor=head, on=day, survey_id=survey.pk, point="dealings", note="往来三年")
    kept = services.accept_survey(**accept)  # ticked before: the note of then stands
    assert {point: seen["note"] for point, seen in kept.looked_at.items()} == {
        "contradictions": "",
        "dealings": "往来三年",
    }
    assert kept.state == "accepted"


@pytest.mark.req("NET-05")
def test_a_note_is_wanted_only_on_points_the_form_reviews() -> None:
    with pytest.raises(FormInvalid) as refused:
        services.check_form(VISIT + "review: [dealings]\nnoted: [other]\n")
    assert refused.value.params["problems"] == ["“noted” 不能含 other"] or [
        "other" in one and "noted" in one for one in refused.value.params["problems"]
    ] == [True]
    text = queries.form_text(queries.forms()["net_survey"], version="2")
    assert "noted" not in text  # no scheme wants notes
