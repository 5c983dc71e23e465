"""Reports of units: who owes which, handed in with text and files, verified, returned, marked as missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import Period
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.values import Upload
from xinheng.operations.duties import ledgers, obligations, policy, rules, selecting
from xinheng.operations.duties.documents import Report, Reports
from xinheng.operations.duties.errors import (
    DutyInvalid,
    NilNotTaken,
    OwnReport,
    ReportIncomplete,
    ReportNotOwed,
    ReportStands,
    SubmissionJudged,
    UnitsMissing,
)
from xinheng.operations.duties.models import MissingMark, Reporter, Submission
from xinheng.operations.duties.obligations import worded
from xinheng.operations.duties.values import NewSubmission, NewType

LONGEST = 20_000  # signs of a text
NAMED = 10  # units that a refusal names


@transaction.atomic
def set_type(*, actor: Actor, on: date, unit_code: str, new: NewType) -> Reporter:
    """Say that a unit is of a type and owes its reports or duties from a day on, or that it is no more.

    Refuses: AccessDenied, DutyUnitUnknown, DutyDocumentUnknown, DutyInvalid.
    """
    access.require(actor, "duties.write", f"unit:{unit_code}")
    if new.type_code not in _types(new.pack, on):
        raise DutyInvalid(field="type_code", cause=_("The document has no such type of unit."))
    told = {"owner": selecting.login_of(new.owner, "owner"), "until_on": new.until_on}
    if new.until_on is not None and new.until_on < on:
        raise DutyInvalid(field="until_on", cause=_("It ends today or later."))
    row, _is_new = Reporter.objects.update_or_create(
        unit_id=selecting.unit_id(unit_code), pack=new.pack, type=new.type_code, until_on=None,
        defaults=told, create_defaults={**told, "from_on": on},
    )  # fmt: skip
    after = {"pack": new.pack, "type": new.type_code, **told}
    audit.record(actor=actor, act="duties.set_type", subject=f"unit:{unit_code}", on=on, after=after)
    return row


@transaction.atomic
def hand_in(
    *, actor: Actor, on: date, new: NewSubmission, files: Sequence[tuple[str, Upload]] = ()
) -> Submission:
    """Hand in the report of a unit for a period, with its texts and files, or a nil return.

    files: pairs of what the calendar needs and the file. Figures of its ledger stand with it (CTR-07).
    Refuses: AccessDenied, DutyUnitUnknown, DutyDocumentUnknown, ReportNotOwed, ReportStands, NilNotTaken,
    ReportIncomplete, UnitsMissing, and as the archive does.
    """
    access.require(actor, "duties.write", f"report:{new.pack}.{new.report}")
    calendar = policy.calendar(new.pack, on)
    report, row, due_on, last_on = _owed(calendar, new, on=on)
    _stands_not(new, row)
    told = ledgers.counted(report.ledger, new.unit_code, Period(new.first_on, last_on), on=on)
    if new.is_nil and (told or not report.nil):
        raise NilNotTaken(report=worded(report))
    texts = {one.code: new.texts.get(one.code, "").strip()[:LONGEST] for one in report.parts}
    if not new.is_nil:
        _complete(report, texts, {code for code, _file in files})
    if report.gathers:
        _all_there(actor, report, new, due_on, on=on)
    made = Submission.objects.create(
        pack=new.pack, report=new.report, unit_id=row.unit_id, first_on=new.first_on, last_on=last_on,
        due_on=due_on, is_late=rules.is_late(on, due_on, inclusive=calendar.due_inclusive), is_nil=new.is_nil,
        texts=texts,
        figures=[{"what": what, "value": value} for what, value in told],
        handed_in_by=actor.login, handed_in_on=on,
    )  # fmt: skip
    keeper = replace(actor, permits=actor.permits | {"archive.write"})  # its files belong to the report
    for code, upload in files:
        archive.attach(actor=keeper, on=on, subject=subject_of(made), upload=replace(upload, note=code))
    after = {
        "report": f"{new.pack}.{new.report}", "unit": new.unit_code, "first_on": new.first_on,
        "late": made.is_late, "nil": made.is_nil, "files": len(files),
    }  # fmt: skip
    audit.record(actor=actor, act="duties.hand_in", subject=subject_of(made), on=on, after=after)
    return made


@transaction.atomic
def verify_report(*, actor: Actor, on: date, submission_id: int) -> Submission:
    """Take a report as correct. Refuses: AccessDenied, SubmissionUnknown, SubmissionJudged, OwnReport."""
    access.require(actor, "duties.write", f"submission:{submission_id}")
    return _judge(actor, on, submission_id, "verified", "")


@transaction.atomic
def return_report(*, actor: Actor, on: date, submission_id: int, why: str) -> Submission:
    """Send a report back to be handed in again; its due day stays.

    Refuses: AccessDenied, SubmissionUnknown, SubmissionJudged, OwnReport, DutyInvalid.
    """
    access.require(actor, "duties.write", f"submission:{submission_id}")
    return _judge(actor, on, submission_id, "returned", selecting.needed(why, "why", 300))


@transaction.atomic
def mark_missing(*, actor: Actor, on: date, new: NewSubmission, why: str) -> MissingMark:
    """Go on without the report of a unit, with the reason.

    Refuses: AccessDenied, DutyUnitUnknown, DutyDocumentUnknown, ReportNotOwed, ReportStands, DutyInvalid.
    """
    subject = f"report:{new.pack}.{new.report}"
    access.require(actor, "duties.write", subject)
    _what, row, _due_on, _last_on = _owed(policy.calendar(new.pack, on), new, on=on)
    _stands_not(new, row)
    told = {"why": selecting.needed(why, "why", 300), "marked_by": actor.login, "marked_on": on}
    made, _is_new = MissingMark.objects.update_or_create(
        pack=new.pack, report=new.report, unit_id=row.unit_id, first_on=new.first_on, defaults=told
    )
    after = {"unit": new.unit_code, "first_on": new.first_on}
    audit.record(actor=actor, act="duties.mark_missing", subject=subject, on=on, after=after, reason=made.why)
    return made


def _types(pack: str, on: date) -> set[str]:
    calendar, lists = policy.calendars(on).get(pack), policy.lists(on).get(pack)
    types = {one.code for one in calendar.types} if calendar else set()
    return types | ({one.code for one in lists.lists} if lists else set())


def subject_of(submission: Submission) -> str:
    """What the trail and the archive call a report."""
    return f"submission:{submission.pk}"


def _owed(calendar: Reports, new: NewSubmission, *, on: date) -> tuple[Report, Reporter, date, date]:
    unit = selecting.unit_id(new.unit_code)
    report = calendar.report(new.report)
    if report:
        period = rules.period_of(report.every, new.first_on)
        rows = Reporter.objects.filter(unit_id=unit, pack=new.pack, type__in=report.owed_by).order_by("pk")
        row = next((one for one in rows if one.until_on is None or one.until_on > period.first), None)
        if row and period.first == new.first_on and period.last >= row.from_on and period.first <= on:
            return report, row, rules.due_day(report.due, period), period.last
    raise ReportNotOwed(unit=new.unit_code[:40], report=new.report[:40], first=new.first_on)


def _stands_not(new: NewSubmission, row: Reporter) -> None:
    kept = Submission.objects.filter(
        pack=new.pack, report=new.report, unit_id=row.unit_id, first_on=new.first_on
    ).exclude(state="returned")
    if found := kept.first():
        raise ReportStands(on=found.handed_in_on)


def _complete(report: Report, texts: dict[str, str], given: set[str]) -> None:
    missing = [worded(one) for one in report.parts if not texts[one.code]]
    missing += [worded(one) for one in report.needs if one.code not in given]
    if missing:
        raise ReportIncomplete(missing=_(", ").join(missing))


def _all_there(actor: Actor, report: Report, new: NewSubmission, due_on: date, *, on: date) -> None:
    everyone = replace(actor, scope=replace(actor.scope, reach="everything"))
    waiting = [
        one for one in obligations.obligations(
            everyone, since=new.first_on, until=max(due_on, on), on=on, pack=new.pack
        )
        if one.report in report.gathers and one.period.first == new.first_on
        and one.state in ("missing", "waiting")
    ]  # fmt: skip
    if waiting:
        named = _(", ").join(f"{one.unit_name} {one.words}" for one in waiting[:NAMED])
        raise UnitsMissing(missing=named)


def _judge(actor: Actor, on: date, submission_id: int, state: str, why: str) -> Submission:
    found = selecting.get_submission(actor, submission_id, lock=True)
    if found.state != "handed_in":
        raise SubmissionJudged(submission=submission_id)
    if found.handed_in_by == actor.login:
        raise OwnReport(submission=submission_id)
    found.state, found.why, found.judged_by, found.judged_on = state, why, actor.login, on
    found.save(update_fields=["state", "why", "judged_by", "judged_on"])
    act = "duties.verify_report" if state == "verified" else "duties.return_report"
    after = {"state": state}
    audit.record(actor=actor, act=act, subject=subject_of(found), on=on, after=after, reason=why)
    return found
