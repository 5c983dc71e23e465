"""The kept files as a whole: what is held, and the checks of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from xinheng.base.access import services as access
from xinheng.facts.archive import queries
from xinheng.runs import services as runs
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import JobOut
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["archive"])


class ArchiveOut(Schema):
    """What the archive holds. bytes: of the files that are there. oldest_check: since when nothing of one
    was proven.
    """

    documents: int
    bytes: int
    wiped: int
    faulty: int
    never_checked: int
    oldest_check: date | None


class ArchiveFaultOut(Schema):
    """A kept file that is altered, missing, or whose second copy is so."""

    sha256: str
    fault: str


class ArchiveCheckOut(Schema):
    """One check. of_all: of every file, else of those proven longest ago. bytes_a_second: null where nothing
    was read.
    """

    run: int
    of_all: bool
    begun_on: date
    begun_by: str
    documents: int
    bytes: int
    seconds: float
    bytes_a_second: float | None
    is_finished: bool
    faults: list[ArchiveFaultOut]


@router.get("/archive", response={200: ArchiveOut, **PROBLEMS})
def archive(request: HttpRequest) -> dict[str, Any]:
    """What the archive holds as a whole, and how long ago it was proven."""
    return asdict(queries.holding(actor_of(request)))


@router.get("/archive/checks", response={200: list[ArchiveCheckOut], **PROBLEMS})
def archive_checks(
    request: HttpRequest, limit: Annotated[int, Query(ge=1, le=200)] = 20
) -> list[dict[str, Any]]:
    """The last checks of the kept files, the newest first."""
    return [
        {
            **asdict(one),
            "bytes_a_second": one.bytes_a_second,
            "faults": [{"sha256": sha256, "fault": fault} for sha256, fault in one.faults],
        }
        for one in queries.fixity_runs(actor_of(request), most=limit)
    ]


@router.post("/archive/checks", response={202: JobOut, **PROBLEMS})
@once()
def check_archive(request: HttpRequest) -> Status[Any]:
    """Queue proving every kept file; one that was cut off goes on where it stood."""
    actor, on = actor_of(request), runs.business_day()
    access.require(actor, "archive.check", "archive")
    job = runs.enqueue_archive_check(on, actor.login)
    return Status(202, {"id": job, "state": "waiting"})
