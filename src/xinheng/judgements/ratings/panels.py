"""Questions that several people answer: who said what, how far apart, and what it makes together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.policies.values import Question
from xinheng.judgements.ratings.answers import newest, together
from xinheng.judgements.ratings.assessing import questions
from xinheng.judgements.ratings.models import Assessment


@dataclass(frozen=True)
class Opinion:
    """What one person answers. value: as it is kept, "unknown" too."""

    by: str  # login
    value: str
    assessed_on: date


@dataclass(frozen=True)
class Panel:
    """What several people answer to one question about one customer.

    decided: what a rating uses; None while too few answered or nothing is agreed. mean and deviation to
    two places, deviation (n - 1) None of fewer than two. apart: the spread passes the bound of the policy,
    or people who must agree do not.
    """

    customer_no: str
    customer_name: str
    question: Question
    opinions: tuple[Opinion, ...]
    people: int
    decided: str | None
    mean: Decimal | None = None
    deviation: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    apart: bool = False

    @property
    def spread(self) -> Decimal | None:
        """Highest less lowest."""
        return None if self.low is None or self.high is None else self.high - self.low

    @property
    def wanted(self) -> int:
        """How many people more are needed."""
        assert self.question.assessors
        return max(0, self.question.assessors.at_least - self.people)


def panels_of(actor: Actor, customer_no: str, *, on: date, as_of: date | None = None) -> list[Panel]:
    """Each question that asks several people, as it stands for one customer, today or on a day gone by.

    Refuses: AccessDenied, CustomerUnknown.
    """
    access.require(actor, "ratings.read", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    found = []
    for question in several(on=on):
        held = newest(question, as_of=as_of or on, customer_id=customer.pk)
        found += _panels(question, held, {customer.pk: (customer.no, customer.name)}) or [
            Panel(customer.no, customer.name, question, (), 0, None)
        ]
    return found


def panels_open(actor: Actor, *, on: date, most: int = 500) -> list[Panel]:
    """What is to be talked over or still lacks people, within reach; those apart first, then the widest.

    Only of customers whom somebody answered for. Refuses: AccessDenied.
    """
    access.require(actor, "ratings.read")
    everything = actor.scope.reach == "everything"
    reach = customers.visible(actor, on=on)
    found: list[Panel] = []
    for question in several(on=on):
        held = newest(question, as_of=on)
        if not everything:
            seen = list(
                reach.filter(pk__in=held["customer_id"].unique().to_list()).values_list("pk", flat=True)
            )
            held = held.filter(pl.col("customer_id").is_in(seen))
        stand = _judged(question, together(question, held))
        left = stand.filter(pl.col("apart") | pl.col("decided").is_null()).sort("apart", descending=True)
        ids = left["customer_id"].head(most).to_list()
        named = {one.pk: (one.no, one.name) for one in reach.filter(pk__in=ids)}
        found += _panels(question, held.filter(pl.col("customer_id").is_in(ids)), named)
    return sorted(found, key=lambda one: (not one.apart, -(one.spread or 0), one.customer_no))[:most]


def several(*, on: date) -> list[Question]:
    """The questions in force that ask several people."""
    return [question for question in questions(on=on).values() if question.assessors]


def _judged(question: Question, rows: pl.DataFrame) -> pl.DataFrame:
    assert question.assessors
    bound = question.assessors.spread_at_most
    if question.type == "number" and bound is not None:
        return rows.with_columns(
            apart=(pl.col("high") - pl.col("low")) > int(bound.scaleb(question.decimals))
        )
    enough = pl.col("people") >= question.assessors.at_least
    agree = question.assessors.combine == "agreed"
    return rows.with_columns(apart=enough & pl.col("decided").is_null() if agree else pl.lit(value=False))


def _panels(question: Question, held: pl.DataFrame, named: dict[int, tuple[str, str]]) -> list[Panel]:
    told: dict[int, list[Opinion]] = defaultdict(list)
    for row in held.sort("assessed_on", "assessed_by").iter_rows(named=True):
        told[row["customer_id"]].append(Opinion(row["assessed_by"], row["value"], row["assessed_on"]))
    stand = {
        row["customer_id"]: row for row in _judged(question, together(question, held)).iter_rows(named=True)
    }
    return [
        _panel(question, named[pk], opinions, stand.get(pk, {}))
        for pk, opinions in told.items()
        if pk in named
    ]


def _panel(question: Question, who: tuple[str, str], opinions: list[Opinion], row: dict[str, Any]) -> Panel:
    return Panel(
        *who,
        question,
        tuple(opinions),
        people=row.get("people", 0),
        decided=_told(question, row.get("decided")),
        mean=_places(row.get("mean"), question),
        deviation=_places(row.get("deviation"), question),
        low=_exact(row.get("low"), question),
        high=_exact(row.get("high"), question),
        apart=bool(row.get("apart")),
    )


def _told(question: Question, decided: Any) -> str | None:
    if decided is None or question.type != "number":
        return None if decided is None else str(decided)
    return f"{_exact(decided, question):f}"


def _exact(units: Any, question: Question) -> Decimal | None:
    return None if units is None else Decimal(int(units)).scaleb(-question.decimals)


def _places(units: Any, question: Question) -> Decimal | None:
    if units is None:
        return None
    scaled = Decimal(repr(float(units))).scaleb(-question.decimals)
    return scaled.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def disagreements(customer: Any, *, on: date) -> list[list[Assessment]]:
    """Questions to which the channels answer differently: the newest answer of each, side by side.

    Not of questions that several people answer, and nothing that was found wrong; a verified answer
    settles what was told until then.
    """
    asked = {question.code for question in several(on=on)}
    rows = Assessment.objects.filter(customer=customer, assessed_on__lte=on).exclude(verification="disputed")
    last: dict[str, dict[str, Assessment]] = defaultdict(dict)
    for row in rows.exclude(value="unknown").order_by("assessed_on", "id"):
        if row.question not in asked:
            last[row.question][row.channel] = row
    found = []
    for told in last.values():
        sure = max(
            (row.verified_on for row in told.values() if row.verification == "verified" and row.verified_on),
            default=None,
        )
        stand = [
            row
            for row in told.values()
            if sure is None or row.verification == "verified" or row.told_on > sure
        ]
        if len({row.value for row in stand}) > 1:
            found.append(stand)
    return found
