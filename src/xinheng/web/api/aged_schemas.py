"""The shapes of ageing and of its proofs."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from xinheng.operations.confirmations.values import AgeingAsked
from xinheng.web.api.fields import USUAL_LIMIT, Day
from xinheng.web.api.schemas import Asked, MoneyOut

By = Literal["customer", "group", "salesperson", "unit", "region", "grade", "industry", "segment", "kind"]


class AgedAsked(Asked):
    """Which ageing. of and key: only what has this key in another dimension, "" being none told.

    known_on: only what was told by that day. skip: rows passed over, the `next` of the page before.
    """

    by: By = "customer"
    buckets: Annotated[
        str, Field(max_length=48, description="Code of a set; the usual one if not given.")
    ] = ""
    as_of: Day | None = None
    known_on: Day | None = None
    q: Annotated[str, Field(max_length=100)] = ""
    kind: Annotated[str, Field(max_length=20)] = ""
    of: By | Literal[""] = ""
    key: Annotated[str, Field(max_length=120)] = ""
    currency: Annotated[str, Field(max_length=3)] = ""
    skip: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = USUAL_LIMIT

    def wanted(self) -> AgeingAsked:
        """As the room takes it."""
        return AgeingAsked(
            by=self.by, buckets=self.buckets, currency=self.currency, text=self.q, kind=self.kind,
            of=self.of, key=self.key, known_on=self.known_on,
        )  # fmt: skip


class AgedBucketOut(Schema):
    """One bucket. name: its boundary in words."""

    code: str
    name: str


class BucketSetOut(Schema):
    """One way to cut ageing."""

    code: str
    name: str
    counts_from: str
    is_usual: bool
    buckets: list[AgedBucketOut]


class AgedLineOut(Schema):
    """What one key has open in one currency; buckets in the order of the set. prepaid: null by bill."""

    key: str
    name: str
    bills: int
    buckets: list[MoneyOut]
    total: MoneyOut
    overdue: MoneyOut | None
    disputed: MoneyOut
    prepaid: MoneyOut | None


class ControlOut(Schema):
    """Of one currency: open less prepaid against bills less receipts."""

    shown: MoneyOut
    facts: MoneyOut
    agrees: bool


class AgedOut(Schema):
    """A page of an ageing, with the sums of all of it. next: send it back as `skip`."""

    as_of: date
    by: str
    set: BucketSetOut
    items: list[AgedLineOut]
    sums: list[AgedLineOut]
    controls: list[ControlOut]
    number: int
    from_file: bool
    next: int | None


class OpenDocumentOut(Schema):
    """One open bill or instalment. overdue_days: past its due day, less the days its clock stopped."""

    bill_no: str
    instalment: int
    kind: str
    billed_on: date
    due_on: date
    amount: MoneyOut
    open: MoneyOut
    overdue_days: int
    paused_days: int
    disputed: MoneyOut
    our_fault: bool


class ProveIn(Asked):
    """Which day; today if not given."""

    as_of: Day | None = None


class GroupingOut(Schema):
    """What one grouping comes to in one currency, and what it must come to."""

    by: str
    shown: MoneyOut
    facts: MoneyOut
    agrees: bool


class ProofDifferenceOut(Schema):
    """What does not add up. customer_no: null where a whole grouping differs."""

    by: str
    customer_no: str | None
    shown: MoneyOut
    facts: MoneyOut


class ProofOut(Schema):
    """One proof of an ageing. groupings: of all customers, for who reaches them all."""

    id: int
    on: date
    as_of: date
    customers: int
    is_sound: bool
    differences: int
    named: list[ProofDifferenceOut]
    groupings: list[GroupingOut]
