"""Reading this room's documents: checked when they are loaded, told with the line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from xinheng.base.packs import queries as packs
from xinheng.judgements.policies import queries as policies
from xinheng.judgements.policies.queries import Problem
from xinheng.operations.duties.documents import DutyLists, Escalation, FineKind, Fines, Reports
from xinheng.operations.duties.errors import DutyDocumentUnknown

REPORTS, FINES, LISTS, ESCALATION = "reports", "fines", "duty_lists", "escalation"
COMPANY = "general"


@lru_cache(maxsize=64)
def load_reports(text: str, file: str = "reports.yaml") -> Reports:
    """A checked calendar of reports. Refuses: PolicyInvalid, naming file, line and cause."""
    return policies.read(text, file=file, schema=Reports, problems=_of_reports)


@lru_cache(maxsize=64)
def load_fines(text: str, file: str = "fines.yaml") -> Fines:
    """A checked scheme of fines. Refuses: PolicyInvalid, naming file, line and cause."""
    return policies.read(text, file=file, schema=Fines, problems=_of_fines)


@lru_cache(maxsize=64)
def load_lists(text: str, file: str = "duty_lists.yaml") -> DutyLists:
    """Checked lists of duties. Refuses: PolicyInvalid, naming file, line and cause."""
    return policies.read(text, file=file, schema=DutyLists, problems=_of_lists)


@lru_cache(maxsize=16)
def load_escalation(text: str, file: str = "escalation.yaml") -> Escalation:
    """Checked steps of escalation. Refuses: PolicyInvalid, naming file, line and cause."""
    return policies.read(text, file=file, schema=Escalation, problems=_of_escalation)


def check_reports(text: str) -> None:
    """Whether a text is a calendar of reports. Refuses: PolicyInvalid."""
    load_reports(text)


def check_fines(text: str) -> None:
    """Whether a text is a scheme of fines. Refuses: PolicyInvalid."""
    load_fines(text)


def check_lists(text: str) -> None:
    """Whether a text holds lists of duties. Refuses: PolicyInvalid."""
    load_lists(text)


def check_escalation(text: str) -> None:
    """Whether a text says who is told of what is late. Refuses: PolicyInvalid."""
    load_escalation(text)


def calendars(on: date) -> dict[str, Reports]:
    """The calendars of reports of a day, by code: what the site adopted, else what is shipped."""
    return {code: load_reports(text) for code, text in packs.texts_in_force(REPORTS, on=on).items()}


def calendar(code: str, on: date) -> Reports:
    """One calendar of reports. Refuses: DutyDocumentUnknown."""
    return load_reports(_text(REPORTS, code, on))


def schemes(on: date) -> dict[str, Fines]:
    """The schemes of fines of a day, by code."""
    return {code: load_fines(text) for code, text in packs.texts_in_force(FINES, on=on).items()}


def scheme(code: str, on: date) -> Fines:
    """One scheme of fines. Refuses: DutyDocumentUnknown."""
    return load_fines(_text(FINES, code, on))


def lists(on: date) -> dict[str, DutyLists]:
    """The lists of duties of a day, by code."""
    return {code: load_lists(text) for code, text in packs.texts_in_force(LISTS, on=on).items()}


def escalation(on: date) -> Escalation:
    """Who is told of what is late on a day. Refuses: DutyDocumentUnknown."""
    return load_escalation(_text(ESCALATION, COMPANY, on))


def _text(kind: str, code: str, on: date) -> str:
    text = packs.texts_in_force(kind, on=on).get(code)
    if text is None:
        raise DutyDocumentUnknown(code=code)
    return text


def _twice(where: str, codes: Iterable[str]) -> Iterator[Problem]:
    for code, count in Counter(codes).items():
        if count > 1:
            yield (where,), _("The code %(code)s is used twice.") % {"code": code}


def _of_reports(found: Reports) -> Iterator[Problem]:
    yield from _twice("types", [one.code for one in found.types])
    yield from _twice("reports", [one.code for one in found.reports])
    types, known = {one.code for one in found.types}, {one.code for one in found.reports}
    for place, one in enumerate(found.reports):
        for code in set(one.owed_by) - types:
            yield ("reports", place, "owed_by"), _("There is no type of unit %(code)s.") % {"code": code}
        for code in set(one.gathers) - known | set(one.gathers) & {one.code}:
            yield ("reports", place, "gathers"), _("There is no other report %(code)s.") % {"code": code}
        if (one.due.day is None) == (one.due.working_days is None):
            yield ("reports", place, "due"), _("Either a day of the month or working days, and one of them.")


def _of_lists(found: DutyLists) -> Iterator[Problem]:
    yield from _twice("lists", [one.code for one in found.lists])
    for place, one in enumerate(found.lists):
        for _where, cause in _twice("duties", [each.code for each in one.duties]):
            yield ("lists", place, "duties"), cause


def _of_escalation(found: Escalation) -> Iterator[Problem]:
    days = [one.days_late for one in found.steps]
    if days != sorted(set(days)):
        yield ("steps",), _("A later step comes after more days than the one before.")


def _of_fines(found: Fines) -> Iterator[Problem]:
    yield from _twice("scopes", [one.code for one in found.scopes])
    yield from _twice("kinds", [one.code for one in found.kinds])
    scopes = {one.code for one in found.scopes}
    for place, one in enumerate(found.scopes):
        if one.cut and one.cut.most < one.cut.least:
            yield ("scopes", place, "cut"), _("The most is below the least.")
    for place, kind in enumerate(found.kinds):
        if kind.scope not in scopes:
            yield ("kinds", place, "scope"), _("There is no scope %(code)s.") % {"code": kind.scope}
        yield from _of_kind(place, kind)
        if kind.repeats and found.repetition is None:
            yield ("kinds", place, "repeats"), _("The document does not say when a fine is repeated.")


def _of_kind(place: int, kind: FineKind) -> Iterator[Problem]:
    given = [kind.amount is not None, bool(kind.defects), bool(kind.severities)]
    if sum(given) != 1:
        yield ("kinds", place), _("A fine has an amount, defects or severities, and one of them.")
    if kind.defects and kind.per != "item":
        yield ("kinds", place, "defects"), _("Defects are those of items.")
    for number, one in enumerate(kind.severities):
        if one.most is not None and one.most < one.least:
            yield ("kinds", place, "severities", number), _("The most is below the least.")
    for where, codes in (("defects", kind.defects), ("severities", kind.severities)):
        for _where, cause in _twice(where, [one.code for one in codes]):
            yield ("kinds", place, where), cause
