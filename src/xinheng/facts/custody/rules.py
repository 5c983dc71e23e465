"""What is late, who approves, who is qualified: decisions on values alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, time, timedelta, tzinfo

from xinheng.facts.custody.documents import ApprovalStep, Lending, Qualification
from xinheng.facts.custody.values import Back


def is_overdue(due_at: datetime, at: datetime) -> bool:
    """Whether a moment is past the due one; the due moment itself is in time (LAR-14)."""
    return at > due_at


def end_of(at: datetime, zone: tzinfo | None) -> datetime:
    """The last second of a moment's day as the clocks of the site show it."""
    return datetime.combine(at.astimezone(zone).date(), time(23, 59, 59), tzinfo=zone)


def minutes_later(at: datetime, minutes: int) -> datetime:
    """The last moment in time of a loan of so many minutes."""
    return at + timedelta(minutes=minutes)


def approval_of(lending: Lending, *, is_own_file: bool, is_manager: bool) -> tuple[ApprovalStep, ...]:
    """The steps of the first way that fits; none where the rules have none."""
    told = ("own" if is_own_file else "other", "manager" if is_manager else "other")
    for way in lending.approval:
        if way.file in ("any", told[0]) and way.applicant in ("any", told[1]):
            return way.steps
    return ()


def lacks(needs: Qualification, *, education: str, months: int, can_search: bool) -> list[str]:
    """What somebody lacks to keep an archive, as codes; an education that is unknown is lacking."""
    order = [one.code for one in needs.educations]
    found = []
    if education not in order or order.index(education) < order.index(needs.least):
        found.append("education")
    if months < needs.least_months:
        found.append("experience")
    if needs.search_needed and not can_search:
        found.append("search")
    return found


def incident_of(back: Back, pages_out: int | None) -> tuple[str, str]:
    """The kind of incident that a return makes, and what to say of it; blank where all is well."""
    if back.is_lost:
        return "loss", back.damage
    if back.left_the_room:
        return "taken_out", back.damage
    if pages_out is not None and back.pages is not None and back.pages < pages_out:
        return "loss", f"{back.pages}/{pages_out}"
    return ("damage", back.damage) if back.damage.strip() else ("", "")


def whole_share(part: int, total: int) -> float | None:
    """A share from 0 to 1; None of nothing."""
    return part / total if total else None


def fits(wanted: Collection[str], told: Iterable[str]) -> bool:
    """Whether one of the told is among the wanted; an empty list wants all."""
    return not wanted or any(one in wanted for one in told)
