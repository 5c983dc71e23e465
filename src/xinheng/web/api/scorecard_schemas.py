"""The shapes of challengers and of what they gave beside a policy."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Schema
from pydantic import Field


class ChallengerOut(Schema):
    """A card that rates beside a policy. until: no run from this day on."""

    id: int
    champion: str
    code: str
    version: str
    name: str
    since: date
    until: date | None
    added_by: str
    sha256: str


class AgreedOut(Schema):
    """Customers with one grade by the policy in force and one by the challenger; "" is not graded."""

    champion: str
    challenger: str
    customers: int


class SideBySideOut(Schema):
    """The policy in force (challenger_id null) or a challenger on one run.

    alike: share of those graded by both with the same grade. shifted: PSI against the policy in force; null
    where the scales differ. auc, ks: null where the end is not asked or not known.
    """

    challenger_id: int | None
    name: str
    scale: list[str]
    counts: dict[str, int]
    graded_by_both: int
    alike: float | None
    shifted: float | None
    agreed: list[AgreedOut]
    known: int
    bad: int
    auc: float | None
    ks: float | None


class FittedCardOut(Schema):
    """A card fitted here. state: open (columns are to be chosen), waiting, running, done, refused, failed."""

    id: int
    name: str
    file_name: str
    state: str
    done: int
    total: int
    cause: str
    added_by: str
    added_on: date


class FittedCardWholeOut(FittedCardOut):
    """With the report, and the card as a policy document; both empty until it is done."""

    found: list[str]
    report: dict[str, Any]
    document: str

    @staticmethod
    def resolve_found(one: Any) -> list[str]:
        """The columns of the table that was brought."""
        return list(one.asked.get("found", []))


class CardColumnsIn(Schema):
    """Which column is what; ordered: the outcome is a grade, one of these, the best first."""

    outcome: str
    bad: str = ""
    ordered: list[str] = []
    id: str = ""
    group: str = ""
    time: str = ""
    grade: str = ""
    naive: str = ""
    leave_out: list[str] = []
    code: str = "scorecard"
    name: str = ""
    monotonic: bool = False


class CardHistoryIn(Schema):
    """A card from own facts: the decision days, and what counts as bad after them.

    item: of the customer file, such as dishonest_debtor: bad is who was flagged after the day, and no bill
    counts. value: which of its values is bad; where not said, yes, and of a text anything but no.
    """

    days: list[date]
    late_days: int = Field(90, ge=0, le=3650)
    within_months: int = Field(12, ge=1, le=120)
    item: str = Field("", max_length=60)
    value: str = Field("", max_length=200)
    hindsight: bool = False
    code: str = "scorecard"
    name: str = ""
    monotonic: bool = False
