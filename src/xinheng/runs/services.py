"""When things happen: the day, the queue of long work, what was left unfinished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.translation import gettext as _
from django_tasks import default_task_backend
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks_db.models import DBTaskResult

from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.intake import queries as batches
from xinheng.facts.privacy import services as privacy
from xinheng.judgements.demand import services as demand
from xinheng.judgements.ratings import services as ratings
from xinheng.judgements.scorecards import services as scorecards
from xinheng.judgements.shadow import services as shadow
from xinheng.runs import jobs
from xinheng.runs.clock import business_day
from xinheng.runs.consumer_events import raise_demerits
from xinheng.runs.day_end import end_day_if_due
from xinheng.runs.demonstration.services import is_simulated
from xinheng.runs.errors import JobUnknown
from xinheng.runs.flow import measure_and_rate
from xinheng.runs.presence import ServerPlace, at_work, nobody_at_work, server_place
from xinheng.runs.reading import read_papers

__all__ = [
    "JobState",
    "ServerPlace",
    "at_work",
    "business_day",
    "end_day_if_due",
    "enqueue_fitting",
    "enqueue_forecast",
    "enqueue_import",
    "enqueue_learning",
    "enqueue_measuring",
    "enqueue_metering_check",
    "enqueue_metering_post",
    "enqueue_post",
    "enqueue_ranking",
    "enqueue_rating",
    "enqueue_rechecking",
    "enqueue_replay",
    "enqueue_resuming",
    "enqueue_simulation",
    "is_simulated",
    "job_of",
    "job_state",
    "measure_and_rate",
    "raise_demerits",
    "read_papers",
    "server_place",
    "unfinished_work",
]


@dataclass(frozen=True)
class JobState:
    """How a queued job stands. result: what it gave; detail: why it was refused or failed, in words."""

    state: Literal["waiting", "running", "done", "refused", "failed", "unknown"]
    result: Any = None
    detail: str = ""


def enqueue_import(batch_no: int, login: str) -> str:
    """Queue the reading and checking of a received file; gives the job's id."""
    return str(jobs.read_batch.enqueue(batch_no, login).id)


def enqueue_post(batch_no: int, login: str) -> str:
    """Queue the posting of a checked file; gives the job's id."""
    return str(jobs.post_batch.enqueue(batch_no, login).id)


def enqueue_resuming(batch_no: int, login: str) -> str:
    """Queue going on with a file whose work was cut off; gives the job's id."""
    return str(jobs.resume_batch.enqueue(batch_no, login).id)


def enqueue_metering_check(batch_no: int, login: str) -> str:
    """Queue the reading and checking of a file of metering; gives the job's id."""
    return str(jobs.check_metering.enqueue(batch_no, login).id)


def enqueue_metering_post(batch_no: int, login: str) -> str:
    """Queue the posting of a checked file of metering; gives the job's id."""
    return str(jobs.post_metering.enqueue(batch_no, login).id)


def enqueue_measuring(as_of: date, login: str) -> str:
    """Queue measuring as of a day; gives the job's id."""
    return str(jobs.measure.enqueue(as_of.isoformat(), login).id)


def enqueue_rating(policy_code: str, as_of: date, login: str) -> str:
    """Queue measuring and rating as of a day by one policy; gives the job's id."""
    return str(jobs.measure_and_rate.enqueue(policy_code, as_of.isoformat(), login).id)


def enqueue_simulation(number: int, login: str) -> str:
    """Queue the computing of a simulation that was begun; gives the job's id."""
    return str(jobs.simulate.enqueue(number, login).id)


def enqueue_fitting(number: int, login: str) -> str:
    """Queue the fitting of a card that waits; gives the job's id."""
    return str(jobs.fit_card.enqueue(number, login).id)


def enqueue_forecast(number: int, login: str) -> str:
    """Queue the making of a demand forecast that waits; gives the job's id."""
    return str(jobs.forecast_demand.enqueue(number, login).id)


def enqueue_ranking(login: str) -> str:
    """Queue ranking all consumers by suspicion of theft; gives the job's id."""
    return str(jobs.rank_suspects.enqueue(business_day().isoformat(), login).id)


def enqueue_learning(login: str) -> str:
    """Queue learning a ranking of suspects from findings; gives the job's id."""
    return str(jobs.learn_suspicion.enqueue(business_day().isoformat(), login).id)


def enqueue_rechecking(on: date, login: str) -> str:
    """Queue asking the rules again about all held orders; gives the job's id."""
    return str(jobs.recheck_held.enqueue(on.isoformat(), login).id)


def enqueue_replay(number: int, login: str) -> str:
    """Queue a replay of a past that was begun; gives the job's id."""
    return str(jobs.replay_past.enqueue(number, login).id)


def enqueue_archive_check(on: date, login: str) -> str:
    """Queue proving every kept file; gives the job's id."""
    return str(jobs.check_archive.enqueue(on.isoformat(), login).id)


def job_state(job_id: str) -> JobState:
    """How a queued job stands; `unknown` for an id that was never given."""
    result = _result(job_id)
    return JobState("unknown") if result is None else _state(result)


def job_of(actor: Actor, job_id: str) -> JobState:
    """How a queued job stands that is the actor's own, or anybody's with "runs.read".

    Refuses: JobUnknown, also for another's job.
    """
    result = _result(job_id)
    if result is None or not (result.args[-1] == actor.login or actor.may("runs.read")):
        raise JobUnknown(job=job_id)
    return _state(result)


def _result(job_id: str) -> Any:
    try:
        return default_task_backend.get_result(job_id)
    except TaskResultDoesNotExist:
        return None


def _state(result: Any) -> JobState:
    status = result.status.value
    if status == "SUCCESSFUL":
        answer = result.return_value or {}
        if "refused" in answer:
            return JobState("refused", detail=answer["detail"])
        return JobState("done", result=answer.get("result"))
    if status == "FAILED":
        return JobState(
            "failed", detail=_("The work stopped unexpectedly. The administrator finds the cause in the log.")
        )
    return JobState("running" if status == "RUNNING" else "waiting")


def unfinished_work() -> list[str]:
    """What a stop left unfinished, in words: call at start. While a process is at long work, nothing is.

    Queued work goes on by itself; interrupted work is marked failed and can be begun again by a person.
    """
    with nobody_at_work() as alone:
        return _left_unfinished() if alone else []


def _left_unfinished() -> list[str]:
    told = []
    for job in DBTaskResult.objects.running().order_by("enqueued_at"):
        job.set_failed(InterruptedError())
    if runs := ratings.fail_unfinished():
        words = _("%(count)s rating runs were cut off and are marked failed. Start them again.")
        told.append(words % {"count": runs})
    ratings.fail_unfinished_simulations()
    scorecards.fail_unfinished_fits()
    shadow.fail_unfinished()
    demand.fail_unfinished()
    if erased := privacy.reapply(actor=system_actor("start"), on=business_day()):
        words = _("%(count)s persons who were erased had come back with the database; they are erased again.")
        told.append(words % {"count": erased})
    words = _("Import %(no)s of %(file)s was left unfinished. Resume it with `xinheng resume %(no)s`.")
    unfinished = [batch for batch in batches.unfinished() if batch.state in {"reading", "posting"}]
    return told + [
        words % {"no": batch.batch_no, "file": batch.file_name} for batch in unfinished if not batch.running
    ]
