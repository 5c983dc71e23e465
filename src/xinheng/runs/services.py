"""When things happen: the day, the queue of long work, what was left unfinished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.translation import gettext as _
from django_tasks import default_task_backend
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks_db.models import DBTaskResult

from xinheng.facts.intake import queries as batches
from xinheng.judgements.ratings import services as ratings
from xinheng.runs import jobs
from xinheng.runs.clock import business_day
from xinheng.runs.flow import measure_and_rate

__all__ = [
    "JobState",
    "business_day",
    "enqueue_import",
    "enqueue_post",
    "enqueue_rating",
    "job_state",
    "measure_and_rate",
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


def enqueue_rating(policy_code: str, as_of: date, login: str) -> str:
    """Queue measuring and rating as of a day by one policy; gives the job's id."""
    return str(jobs.measure_and_rate.enqueue(policy_code, as_of.isoformat(), login).id)


def job_state(job_id: str) -> JobState:
    """How a queued job stands; `unknown` for an id that was never given."""
    try:
        result = default_task_backend.get_result(job_id)
    except TaskResultDoesNotExist:
        return JobState("unknown")
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
    """What a stop left unfinished, in words: call at start, when no worker is running.

    Queued work goes on by itself; interrupted work is marked and can be resumed by a person.
    """
    for job in DBTaskResult.objects.running():
        job.set_failed(InterruptedError())
    ratings.fail_unfinished()
    words = _("Import %(no)s of %(file)s was left unfinished. Resume it with `xinheng resume %(no)s`.")
    return [words % {"no": batch.batch_no, "file": batch.file_name} for batch in batches.unfinished()]
