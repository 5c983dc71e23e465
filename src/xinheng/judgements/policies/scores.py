"""The scoring of a policy: items with points, and the grades that points or places give."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from xinheng.judgements.policies.parts import Code, Formula, Mark, Marked, Note, Part, Text


class Band(Part):
    """Points for a stretch of values. `inclusive` says whether the bound given here belongs to it."""

    from_: Decimal | None = Field(default=None, alias="from")
    to: Decimal | None = None
    inclusive: bool | None = None
    points: Decimal


class MissingRule(Part):
    """What happens to an item that is not measured.

    incomplete: no grade. lowest: the item's lowest points. leave_out: the others carry the score.
    cap: left out, and the grade is at best `grade`. points: so many, said in the policy.
    """

    rule: Literal["incomplete", "lowest", "leave_out", "cap", "points"]
    grade: str = ""
    points: Decimal | None = None


class Item(Marked):
    """One scored item."""

    code: Code
    maximum: Decimal
    missing: MissingRule
    counts_when: Formula | None = None  # where it does not hold the other items carry the score

    @property
    def lowest(self) -> Decimal:
        """The fewest points a figure can give."""
        return Decimal(0)

    @property
    def if_missing(self) -> Decimal:
        """The points of an item that is not measured; nothing where it is left out or leaves no grade."""
        if self.missing.rule == "lowest":
            return self.lowest
        return self.missing.points or Decimal(0)

    def measures(self) -> Iterator[tuple[tuple[str, int], Measure]]:
        """The figures within a corrected item, each with where it stands in it; none in other items."""
        return iter(())


class ManualItem(Item):
    """Points a person gives, between 0 and the maximum."""

    kind: Literal["manual"]
    question: str


class BandsItem(Item):
    """Points by the band a value falls into."""

    kind: Literal["bands"]
    of: Formula
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]

    @property
    def lowest(self) -> Decimal:
        """The fewest points a figure can give."""
        return min(band.points for band in self.bands)


class Group(Part):
    """Points for texts; several are worth the same."""

    values: Annotated[tuple[Text, ...], Field(min_length=1)]
    points: Decimal


class CategoriesItem(Item):
    """Points by what something is called; a text of no group gets the points of the others."""

    kind: Literal["categories"]
    of: Formula
    groups: tuple[Group, ...] = ()
    others: Decimal

    @property
    def lowest(self) -> Decimal:
        """The fewest points a text can give."""
        return min(self.others, *(group.points for group in self.groups), self.maximum)


class ProportionalItem(Item):
    """The highest value among those concerned gets the maximum, the others in proportion, half up."""

    kind: Literal["proportional_to_maximum"]
    of: Formula
    among: Formula | None = None
    others: Decimal = Decimal(0)  # points of those not concerned
    decimals: Annotated[int, Field(ge=0, le=3)]


class Standard(Part):
    """Five standard values, the best first, of the customers of whom `when` holds; none: of the others."""

    when: Formula | None = None
    values: Annotated[tuple[Decimal, ...], Field(min_length=5, max_length=5)]


class EfficacyItem(Item):
    """Points by five standard values (efficacy coefficients).

    At or beyond the best the maximum, beyond the worst nothing, at the five 100, 80, 60, 40 and 20 % of
    it and between two of them in proportion, half up. Falling standards: less is better.
    """

    kind: Literal["efficacy"]
    of: Formula
    standards: Annotated[tuple[Standard, ...], Field(min_length=1)]  # the first that holds
    decimals: Annotated[int, Field(ge=0, le=3)]


class Measure(Marked):
    """One figure of a corrected item: its weight in it, and its five standard values.

    missing: not measured it leaves the item without points, or counts as beyond the worst standard.
    """

    code: Code
    weight: Decimal
    of: Formula
    standards: Annotated[tuple[Standard, ...], Field(min_length=1)]  # the first that holds
    missing: Literal["incomplete", "worst"] = "incomplete"


class Correction(Part):
    """How far figures correct: within which bounds, each by itself or all together.

    beyond_best: added to the coefficient of a figure at or beyond its best standard.
    """

    least: Decimal
    most: Decimal
    held: Literal["each", "together"]
    beyond_best: Decimal = Decimal(0)
    mark: Mark
    clause: str = ""
    note: Note = None


class CorrectedItem(Item):
    """Points by basic figures, corrected by others (efficacy and correction coefficients).

    Basic figures give points as an efficacy item does: P of the maximum W. With c the coefficient of a
    correcting figure by its standards (1 to 0.2, between two in proportion, 0 beyond the worst) it corrects
    by 1 + c - P / W. P times the mean by weight of what they correct by, half up, never above W.
    """

    kind: Literal["corrected"]
    basics: Annotated[tuple[Measure, ...], Field(min_length=1)]  # weights add up to the maximum
    corrections: Annotated[tuple[Measure, ...], Field(min_length=1)]  # weights add up to the maximum
    correction: Correction
    decimals: Annotated[int, Field(ge=0, le=3)]

    def measures(self) -> Iterator[tuple[tuple[str, int], Measure]]:
        """The basic figures and those that correct them."""
        yield from ((("basics", place), one) for place, one in enumerate(self.basics))
        yield from ((("corrections", place), one) for place, one in enumerate(self.corrections))


ScoredItem = Annotated[
    ManualItem | BandsItem | CategoriesItem | ProportionalItem | EfficacyItem | CorrectedItem,
    Field(discriminator="kind"),
]


class Threshold(Part):
    """The score from which a grade is given; the last grade has none and takes the rest."""

    grade: str
    from_: Decimal | None = Field(default=None, alias="from")
    inclusive: bool | None = None
    mark: Mark
    clause: str = ""
    note: Note = None


class QuotaShare(Part):
    """The share of those ranked that gets a grade."""

    grade: str
    share: Decimal


class Order(Part):
    """Who comes first among equal scores: by an item's points, or by a figure. Unknown comes last."""

    item: str = ""
    of: Formula | None = None
    first: Literal["highest", "lowest"] = "highest"


class Quota(Part):
    """Grades by place: all who have a score, the best score first, divided by shares.

    Whole numbers by largest remainder, equal remainders to the better grade. Equal scores are ordered by
    `equal_scores`, and at last by customer number. Of a policy with roles each role is ranked by itself.
    """

    mark: Mark
    clause: str = ""
    note: Note = None
    grades: Annotated[tuple[QuotaShare, ...], Field(min_length=2)]
    equal_scores: tuple[Order, ...] = ()


class Scoring(Part):
    """Points by item, and the grades they reach: by thresholds, never rounded up, or by a quota."""

    total: Decimal = Decimal(100)
    measured_at_least: Decimal = Decimal(0)  # of the total, where items may be left out
    quantitative_above: Decimal | None = None  # share of the total that figures, not people, must give
    items: Annotated[tuple[ScoredItem, ...], Field(min_length=1)]
    thresholds: tuple[Threshold, ...] = ()
    quota: Quota | None = None
