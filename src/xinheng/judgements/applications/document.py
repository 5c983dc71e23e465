"""The rules of applying for credit as a document says them: form, conditions, proposals, chain, papers.

What is named here is data of the site; the code of the room knows no number of it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from xinheng.judgements.policies.values import Code, Marked, Part, RoleCode, Source, Worded

Method = Literal[
    "grade_table", "net_worth", "working_capital", "working_assets", "turnover", "history", "model",
    "bank_need", "references",
]  # fmt: skip
FieldType = Literal["text", "number", "money", "choice", "list", "date"]
Yuan = Annotated[int, Field(ge=0, le=10**12)]
Days = Annotated[int, Field(ge=0, le=3650)]
Percent = Annotated[Decimal, Field(ge=0, le=1000)]
Factor = Annotated[Decimal, Field(ge=0, le=100)]
Grade = Annotated[str, Field(pattern=r"^([A-Z][A-Z0-9+_-]{0,11}|-)$")]  # "-": no approved grade


class Option(Worded):
    """One answer of a choice."""

    code: Code


class FormField(Marked):
    """One question of the form. list: several answers, one a line (products)."""

    code: Code
    type: FieldType = "text"
    required: bool = False
    unit: str = ""
    options: tuple[Option, ...] = ()


class FormPaper(Marked):
    """A paper kept beside the application; a required one is there before it is submitted."""

    code: Code
    required: bool = True


class Condition(Marked):
    """What refuses credit and ends what was given.

    check: arrears, a bill was open more than `days` past due within `months`; told, a person told it with
    evidence. excusable: does not count where a complaint case shows that we caused it.
    """

    code: Code
    check: Literal["arrears", "told"] = "told"
    months: Annotated[int, Field(ge=0, le=120)] = 0
    days: Days = 0
    excusable: bool = False


class MethodRule(Marked):
    """One way to propose a limit. counts: whether it takes part in the choice, or is shown beside only.

    by_grade: yuan (grade_table), percent (net_worth), or a factor (turnover, model), by grade. percent: of
    working capital, or of the history. base: yuan that the factor of the model multiplies. grace_days:
    on top of the days asked for. orders: how many of the last orders are averaged.
    """

    code: Code
    method: Method
    counts: bool = True
    by_grade: dict[Grade, Annotated[Decimal, Field(ge=0, le=10**12)]] = {}
    percent: Percent = Decimal(100)
    base: Yuan = 0
    grace_days: Days = 0
    orders: Annotated[int, Field(ge=1, le=100)] = 6


class ChainStep(Worded):
    """One signature step."""

    code: Code
    roles: Annotated[tuple[RoleCode, ...], Field(min_length=1)]
    sign: Literal["any", "all"] = "any"
    within_days: Annotated[int, Field(ge=1, le=365)] | None = None
    repeat: bool = False


class ChainRow(Marked):
    """One row of the authority matrix: the first that covers grade, amount and days says who signs.

    grades: none named, any; "-" is a customer without an approved grade. Bounds belong to the row; None: any.
    alone: who holds one of these roles sets the limit without a chain (below this level two eyes do).
    """

    code: Code
    grades: tuple[Grade, ...] = ()
    amount_at_most: Yuan | None = None
    days_at_most: Days | None = None
    alone: tuple[RoleCode, ...] = ()
    steps: Annotated[tuple[ChainStep, ...], Field(min_length=1)]


class Ceiling(Marked):
    """The most a grade may have, in yuan and in days; None: no bound."""

    grade: Grade
    amount: Yuan | None = None
    days: Days | None = None


class Amounts(Marked):
    """How limits are set: as steps (yuan) or continuous; proposals are rounded down to `round_to` yuan.

    gradual: grades whose limit rises one step a review. free_percent: a change of up to so many percent of
    the limit that holds needs no approval; None: every change does.
    """

    mode: Literal["steps", "continuous"] = "continuous"
    steps: tuple[Yuan, ...] = ()
    round_to: Annotated[int, Field(ge=1, le=10**7)] = 1000
    gradual: tuple[Grade, ...] = ()
    free_percent: Percent | None = None
    days_at_least: Days = 0
    days_at_most: Days | None = None


class Choice(Marked):
    """Which proposal stands: the least of those that count, or the one of a method."""

    how: Literal["least", "method"] = "least"
    method: Code | None = None


class KeyPaper(Marked):
    """A paper whose end is felt: `after_days` after an item of the file passed its age limit, or after the
    paper on a line of the customer's dossier (`kind.line`) ran out. One of the two is named.

    suspend: orders are held. shrink: a temporary limit of `percent` less holds for `for_days`.
    """

    item: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]{0,59})?$")] = ""
    line: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]{0,39}[.][a-z][a-z0-9_]{0,39})?$")] = ""
    after_days: Days = 0
    effect: Literal["suspend", "shrink"]
    percent: Annotated[Decimal, Field(gt=0, le=100)] = Decimal(50)
    for_days: Annotated[int, Field(ge=1, le=3650)] = 365

    @property
    def key(self) -> str:
        """What holds for want of it are kept under."""
        return self.item or self.line


class Escalation(Marked):
    """Who is told of an application whose step is late."""

    roles: Annotated[tuple[RoleCode, ...], Field(min_length=1)]


class Rules(Part):
    """The rules of applying for credit, checked. rating: the rating policy whose approved grade counts.

    agreement: required, an approved limit holds once the agreement is told to state the same values.
    """

    kind: Literal["application"]
    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: Worded
    about: Worded
    source: Source
    rating: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    fields: tuple[FormField, ...] = ()
    papers: tuple[FormPaper, ...] = ()
    conditions: tuple[Condition, ...] = ()
    amounts: Amounts
    ceilings: tuple[Ceiling, ...] = ()
    methods: tuple[MethodRule, ...] = ()
    choice: Choice
    matrix: Annotated[tuple[ChainRow, ...], Field(min_length=1)]
    batches: ChainRow  # who signs a change of many limits
    agreement: Literal["none", "required"] = "none"
    escalation: Escalation | None = None
    key_papers: tuple[KeyPaper, ...] = ()
