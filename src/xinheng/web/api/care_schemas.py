"""The shapes of letters, visits, matters, leaving and files."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from ninja import Schema
from pydantic import Field, model_validator

from xinheng.base.kernel.money import Money
from xinheng.operations.care.values import NewEntry, NewMatter, NewStanding, NewVisit, Record
from xinheng.web.api.fields import LARGEST_ID, Amount, Day, exact
from xinheng.web.api.schemas import Asked

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
MaybeCode = Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]{0,29})?$")]
Name = Annotated[str, Field(min_length=1, max_length=120)]
MaybeName = Annotated[str, Field(max_length=120)]
CareListName = Literal[
    "register", "visits", "matters", "standings", "thin", "leads", "opinions", "files", "evaluations",
    "departures", "copies",
]  # fmt: skip
Login = Annotated[str, Field(max_length=150)]


class CareListAsked(Asked):
    """Filters of a list. state: open, closed, late or holding."""

    text: Annotated[str, Field(max_length=100)] = ""
    kind: MaybeCode = ""
    state: Literal["", "open", "closed", "late", "holding"] = ""
    customer_no: Annotated[str, Field(max_length=40)] = ""
    offset: Annotated[int, Field(ge=0, le=10**9)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class CareListOut(Schema):
    """A list in words: its headings, and rows as many cells wide; what is confidential is hidden."""

    title: str
    columns: list[str]
    rows: list[list[str]]
    total: int


class CareKeptOut(Schema):
    """The number of what was kept."""

    no: str


class CareEntryIn(Asked):
    """An item that passed. customer_no blank: not known yet, it goes on the holding list."""

    kind: Code
    direction: Literal["in", "out"]
    sender: Name
    receiver: Name
    party: Annotated[str, Field(max_length=200)] = ""
    about: Annotated[str, Field(min_length=1, max_length=200)]
    passed_on: Day
    customer_no: Annotated[str, Field(max_length=40)] = ""
    note: Annotated[str, Field(max_length=1000)] = ""
    is_confidential: bool = False

    def new(self) -> NewEntry:
        """As the room takes it."""
        return NewEntry(**self.model_dump())


class CareJoinIn(Asked):
    """Whose file a line of the holding list belongs to."""

    customer_no: Annotated[str, Field(min_length=1, max_length=40)]


class CareVisitIn(Asked):
    """A meeting to come. level blank: as the customer is received. owner blank: you."""

    occasion: Code
    planned_on: Day
    owner: Login = ""
    purpose: Annotated[str, Field(max_length=200)] = ""
    level: MaybeCode = ""

    def new(self) -> NewVisit:
        """As the room takes it."""
        return NewVisit(**self.model_dump())


class CareRecordIn(Asked):
    """What a meeting was. people empty: the owner alone. verified_at: contact and number were checked."""

    happened_on: Day
    report: Annotated[str, Field(min_length=1, max_length=2000)]
    people: Annotated[list[Login], Field(max_length=20)] = []
    met: Annotated[str, Field(max_length=200)] = ""
    verified_at: datetime | None = None

    def record(self) -> Record:
        """As the room takes it."""
        return Record(self.happened_on, self.report, tuple(self.people), self.met, self.verified_at)


class CareWhyIn(Asked):
    """Why something is not done."""

    why: Annotated[str, Field(min_length=1, max_length=300)]


class CareMatterIn(Asked):
    """Something followed to its end. amount: in CNY."""

    kind: Code
    what: Annotated[str, Field(min_length=1, max_length=1000)]
    reported_on: Day
    reported_by: Name
    place: MaybeName = ""
    owner: Login = ""
    amount: Amount | None = None
    is_confidential: bool = False

    @model_validator(mode="after")
    def _is_exact(self) -> Self:
        exact(self.amount, "CNY", "amount")
        return self

    def new(self) -> NewMatter:
        """As the room takes it."""
        return NewMatter(**{**self.model_dump(), "amount": Money.of(self.amount or 0)})


class CareConfirmIn(Asked):
    """Who at the customer confirmed the result."""

    confirmed_by: Name


class CareResultIn(Asked):
    """How a matter ended."""

    result: Annotated[str, Field(min_length=1, max_length=1000)]


class CareStandingIn(Asked):
    """How a customer is received, and how far the relation has come."""

    level: Code
    stage: Code
    is_promising: bool = False
    why: Annotated[str, Field(max_length=300)] = ""

    def new(self) -> NewStanding:
        """As the room takes it."""
        return NewStanding(**self.model_dump())


class CareOpinionIn(Asked):
    """What a customer says of us. answers: level by item; what is left out was not answered."""

    said_on: Day
    answers: Annotated[dict[str, str], Field(max_length=50)]
    words: Annotated[str, Field(max_length=500)] = ""


class CareIndexOut(Schema):
    """Satisfaction of a period. mean null: nothing was answered. by_item: mean by item in words."""

    mean: str | None
    answered: int
    asked: int
    customers: int
    by_item: dict[str, str | None]


class CareFindingIn(Asked):
    """What a file is worth as a ground for decisions."""

    finding: Annotated[str, Field(min_length=1, max_length=1000)]


class CareDepartureIn(Asked):
    """Who leaves, who takes over, who receives the data."""

    login: Login
    successor: Login
    receiver: Login
    leaves_on: Day


class CareHandedOut(Schema):
    """One item of a leaver's list."""

    id: int
    kind: str
    subject: str
    words: str
    given_on: Day | None
    taken_on: Day | None
    missing: str
    met_due_on: Day | None
    met_on: Day | None


class CareSignIn(Asked):
    """A signature for one item: by the leaver given, by the receiver or successor taken."""

    item_id: Annotated[int, Field(ge=1, le=LARGEST_ID)]
    missing: Annotated[str, Field(max_length=300)] = ""
