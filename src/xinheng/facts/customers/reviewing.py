"""A report that was handed in goes through its chain: reviewed point by point, returned, rejected, filed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.approvals import queries as minutes
from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.values import Chain, Matter, Title
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import services as packs
from xinheng.facts.customers.errors import (
    WORDS,
    FieldInvalid,
    OwnReport,
    PointNoteMissing,
    ReviewUnfinished,
    SurveyNotThere,
)
from xinheng.facts.customers.held import held_survey, subject_of
from xinheng.facts.customers.models import FileFact, Survey
from xinheng.facts.customers.questionnaires import form_of
from xinheng.facts.customers.telling import verify_fact

KIND = "survey"  # of the requests for approval
SHIPPED = Path(__file__).parent / "report-chain.yaml"
OWN = "report-chain.yaml"  # in the home folder


def send(survey: Survey, *, actor: Actor, on: date) -> None:
    """Send a report that was signed on its way; to hand it in is the right to send it.

    One that was accepted before reports had a chain goes on behind the review.
    Refuses: RoleUnmanned where nobody else could see it, NotSubmitter for one that another handed in before,
    PolicyChainInvalid.
    """
    sender = replace(actor, permits=actor.permits | {"approvals.submit"})
    subject, form = f"survey:{survey.pk}", form_of(survey)
    survey.looked_at = {}
    if returned := minutes.of_subject(KIND, subject).filter(state="returned").first():
        approvals.resubmit(actor=sender, on=on, request_id=returned.pk)
        return
    names = survey.customer
    title = Title(f"{form.zh}：{names.no} {names.name}", f"{form.en}: {names.no} {names.name}")
    chain = packs.chain(OWN, SHIPPED)
    if survey.state == "accepted":
        chain = Chain(chain.steps[1:] or chain.steps)
    approvals.submit(actor=sender, on=on, kind=KIND, subject=subject, title=title, chain=chain)


@transaction.atomic
def look_at_point(*, actor: Actor, on: date, survey_id: int, point: str, note: str = "") -> Survey:
    """Tick one point of the review, with a note.

    Refuses: AccessDenied, SurveyUnknown, SurveyNotThere, OwnReport, FieldInvalid for a point that the form
    does not have, PointNoteMissing where the form wants a note.
    """
    access.require(actor, "customers.review", f"survey:{survey_id}")
    survey = _at(actor, survey_id, on, "handed_in")
    if point not in form_of(survey).review or len(note) > 300:
        raise FieldInvalid(field="looked_at", value=(note if len(note) > 300 else point)[:60])
    if point in form_of(survey).noted and not note.strip():
        raise PointNoteMissing(point=str(WORDS[point]))
    survey.looked_at = survey.looked_at | {
        point: {"by": actor.login, "on": on.isoformat(), "note": note.strip()}
    }
    survey.save(update_fields=["looked_at"])
    after = {"survey": survey_id, "point": point, "note": note.strip()}
    record(actor=actor, act="customers.look_at_point", subject=subject_of(survey), on=on, after=after)
    return survey


@transaction.atomic
def return_survey(*, actor: Actor, on: date, survey_id: int, reason: str) -> Survey:
    """Give a report back to be corrected. It goes on as unfinished, and must be signed again.

    Refuses: AccessDenied, SurveyUnknown, SurveyNotThere, OwnReport, FieldInvalid without a reason, and what
    approvals refuse (NotYourTurn).
    """
    access.require(actor, "customers.review", f"survey:{survey_id}")
    _at(actor, survey_id, on, "handed_in")
    if not reason.strip() or len(reason) > 300:
        raise FieldInvalid(field="reason", value=reason[:60])
    return _decided(actor, on, survey_id, "return", reason)


@transaction.atomic
def reject_survey(*, actor: Actor, on: date, survey_id: int, reason: str) -> Survey:
    """Turn a report down for good; what it told the file is disputed.

    Refuses: AccessDenied, SurveyUnknown, SurveyNotThere, OwnReport, FieldInvalid without a reason, and what
    approvals refuse.
    """
    access.require(actor, "customers.review", f"survey:{survey_id}")
    _at(actor, survey_id, on, "handed_in")
    if not reason.strip() or len(reason) > 300:
        raise FieldInvalid(field="reason", value=reason[:60])
    return _decided(actor, on, survey_id, "reject", reason)


@transaction.atomic
def accept_survey(
    *,
    actor: Actor,
    on: date,
    survey_id: int,
    looked_at: Collection[str],
    note: str = "",
    notes: Mapping[str, str] | None = None,
) -> Survey:
    """Accept a report whose points of review were all looked at, here or before. notes: by point.

    A point that was ticked before and is told no note of here keeps its own.
    Refuses: AccessDenied, SurveyUnknown, SurveyNotThere, OwnReport, PointNoteMissing, ReviewUnfinished
    naming the points, and what approvals refuse (NotYourTurn).
    """
    access.require(actor, "customers.review", f"survey:{survey_id}")
    survey = _at(actor, survey_id, on, "handed_in")
    for point in form_of(survey).review:
        told = (notes or {}).get(point, "")
        if point in looked_at and (told.strip() or point not in survey.looked_at):
            look_at_point(actor=actor, on=on, survey_id=survey_id, point=point, note=told)
    return _decided(actor, on, survey_id, "approve", note.strip()[:300])


@transaction.atomic
def file_survey(*, actor: Actor, on: date, survey_id: int) -> Survey:
    """Take an accepted report into the files of finance, with the day.

    Refuses: AccessDenied, SurveyUnknown, SurveyNotThere, OwnReport, and what approvals refuse.
    """
    access.require(actor, "customers.file", f"survey:{survey_id}")
    _at(actor, survey_id, on, "accepted")
    return _decided(actor, on, survey_id, "approve", "")


def before_decision(actor: Actor, on: date, matter: Matter) -> None:
    """Whoever decides reaches the customer, did not sign, has the right, and looked at every point first.

    Refuses: AccessDenied, SurveyUnknown, OwnReport, ReviewUnfinished naming the points.
    """
    survey = held_survey(actor, _id(matter), on=on)
    in_review = survey.state == "handed_in"
    access.require(actor, "customers.review" if in_review else "customers.file", matter.subject)
    _refuse_own(actor, survey)
    left = [str(WORDS[point]) for point in form_of(survey).review if point not in survey.looked_at]
    if left and in_review and matter.verdict == "approve":
        raise ReviewUnfinished(points=", ".join(left))


def follow_review(actor: Actor, on: date, matter: Matter) -> Survey:
    """What a step or the end of the chain makes of the report; gives it as it is then.

    It is accepted by the first step and filed by the last; returned or taken back it goes on as unfinished;
    rejected, all it told the file is disputed.
    """
    survey = Survey.objects.select_for_update(of=("self",)).select_related("customer").get(pk=_id(matter))
    match matter.state:
        case "open" if not matter.step:
            return survey  # handed in again
        case "open":
            _accept(survey, actor, on, matter.reason)
        case "approved":
            _accept(survey, actor, on, matter.reason)
            survey.state, survey.filed_by, survey.filed_on = "filed", actor.login, on
            _record(survey, actor, on, "file_survey", filed_on=on)
        case "rejected":
            survey.state = "rejected"
            _give_back(survey, actor, on, matter.reason)
            _dispute(survey, actor, on)
            _record(survey, actor, on, "reject_survey", reason=matter.reason)
        case _:
            survey.state, survey.submitted_on, survey.signed_by = "open", None, ""
            _give_back(survey, actor, on, matter.reason)
            _record(survey, actor, on, "return_survey", reason=matter.reason)
    survey.save()
    return survey


def _accept(survey: Survey, actor: Actor, on: date, note: str) -> None:
    if survey.state != "handed_in":
        return
    survey.state, survey.reviewed_by, survey.reviewed_on = "accepted", actor.login, on
    survey.review_note = note[:300]
    _record(survey, actor, on, "accept_survey", looked_at=list(survey.looked_at), note=survey.review_note)


def _give_back(survey: Survey, actor: Actor, on: date, reason: str) -> None:
    survey.returned_by, survey.returned_on, survey.returned_why = actor.login, on, reason[:300]
    survey.looked_at = {}


def _dispute(survey: Survey, actor: Actor, on: date) -> None:
    """What a rejected report told no longer holds."""
    judge = replace(actor, permits=actor.permits | {"customers.write"})
    why = f"{form_of(survey).zh} {survey.pk}"
    standing = FileFact.objects.filter(pk__in=survey.facts.values()).exclude(verification="disputed")
    for fact_id in standing.order_by("pk").values_list("pk", flat=True):
        verify_fact(actor=judge, on=on, fact_id=fact_id, holds=False, evidence=why)


def _decided(actor: Actor, on: date, survey_id: int, verdict: str, reason: str) -> Survey:
    open_ones = minutes.of_subject(KIND, f"survey:{survey_id}").filter(state="open")
    request = open_ones.first()
    if request is None:  # handed in before reports had a chain
        survey = Survey.objects.select_related("customer").get(pk=survey_id)
        send(survey, actor=Actor(survey.signed_by, survey.signed_by), on=on)
        request = open_ones.get()
    approvals.decide(actor=actor, on=on, request_id=request.pk, decision=verdict, reason=reason)
    return Survey.objects.select_related("customer").get(pk=survey_id)


def _at(actor: Actor, survey_id: int, on: date, state: str) -> Survey:
    survey = held_survey(actor, survey_id, on=on)
    if survey.state != state or not form_of(survey).review:
        raise SurveyNotThere(survey=survey_id, state=survey.state)
    _refuse_own(actor, survey)
    return survey


def _refuse_own(actor: Actor, survey: Survey) -> None:
    if actor.login in {survey.signed_by, survey.told_by}:
        raise OwnReport()


def _id(matter: Matter) -> int:
    return int(matter.subject.partition(":")[2])


def _record(survey: Survey, actor: Actor, on: date, verb: str, **told: object) -> None:
    after = {"survey": survey.pk, **told}
    record(actor=actor, act=f"customers.{verb}", subject=subject_of(survey), on=on, after=after)
