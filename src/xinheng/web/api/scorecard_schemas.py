"""The shapes of challengers and of what they gave beside a policy."""

from __future__ import annotations

from datetime import date

from ninja import Schema


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
