"""The shapes of collection."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from xinheng.base.kernel.money import Money
from xinheng.operations.collection.errors import CollectionInvalid
from xinheng.operations.collection.values import (
    NewContact,
    NewDeadline,
    NewInterruption,
    NewPlan,
    NewStep,
    NextStep,
    WantedCases,
)
from xinheng.web.api.fields import LARGEST_ID, USUAL_LIMIT, Amount, Day
from xinheng.web.api.schemas import Asked, MoneyOut

Said = Annotated[str, Field(max_length=300)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,47}$")]
Login = Annotated[str, Field(max_length=150)]


def money(amount: Decimal, currency: str, field: str) -> Money:
    """An amount in the currency of the case. Refuses: CollectionInvalid where it has too many decimals."""
    found = Money.of(amount, currency)
    if found.decimal != amount:
        words = _("The amount has more decimals than the currency.")
        raise CollectionInvalid(cause=words, field=field)
    return found


WayOf = Literal["phone", "visit", "letter", "email", "sms", "chat"]


class CollectionCasesAsked(Asked):
    """Which cases. collector "-": nobody's. after: the `next` of the page before."""

    q: Annotated[str, Field(max_length=100)] = ""
    collector: Login = ""
    due: bool = False
    idle: bool = False
    broken: bool = False
    unanswered: bool = False
    closed: bool = False
    over_days: Annotated[int, Field(ge=0, le=99_999)] = 0
    after: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = USUAL_LIMIT

    def wanted(self) -> WantedCases:
        """The filters."""
        same = ("collector", "due", "idle", "broken", "unanswered", "closed", "over_days")
        return WantedCases(text=self.q, **{name: getattr(self, name) for name in same})


class CollectionCaseOut(Schema):
    """Arrears of a customer in one currency. expected_late null: there is no forecast."""

    id: int
    customer_no: str
    customer_name: str
    overdue: MoneyOut
    contested: MoneyOut
    expected_loss: MoneyOut
    expected_late: MoneyOut | None
    overdue_days: int
    lines: int
    collector: str
    next_step: str
    next_step_on: date | None
    active_on: date
    figures_on: date
    opened_on: date
    closed_on: date | None


class DueLineOut(Schema):
    """An open line that is due today."""

    bill_no: str
    kind: str
    due_on: date
    overdue_days: int
    open: MoneyOut
    contested: MoneyOut


class PromiseOut(Schema):
    """A promise to pay, and what the ledger says of it."""

    id: int
    case: int
    customer_no: str
    amount: MoneyOut
    due_on: date
    promised_by: str
    state: str
    paid: MoneyOut
    judged_on: date | None
    consequences: list[str]


class CollectionCaseToldOut(CollectionCaseOut):
    """A case with what is due and its promises."""

    due: list[DueLineOut]
    promises: list[PromiseOut]


class RefreshedOut(Schema):
    """What a look at the ledger came to."""

    opened: int
    closed: int
    running: int


class AssignedOut(Schema):
    """What an assignment came to. left: nobody of the skill was free."""

    assigned: int
    left: int


class CollectionAssignIn(Asked):
    """anew: all cases, whoever has them."""

    anew: bool = False


class ReassignIn(Asked):
    """Cases for a person; login "": for nobody."""

    cases: Annotated[list[Annotated[int, Field(ge=1, le=LARGEST_ID)]], Field(min_length=1, max_length=1000)]
    login: Login


class CollectorIn(Asked):
    """How strong a person is, and how many cases it takes."""

    skill: Annotated[int, Field(ge=1, le=5)]
    capacity: Annotated[int, Field(ge=0, le=10_000)]


class NextStepIn(Asked):
    """What is done next, and by which day."""

    what: Said
    on: Day

    def then(self) -> NextStep:
        """As the room takes it."""
        return NextStep(self.what, self.on)


class ContactMadeIn(Asked):
    """A contact with a customer. result: a code of the policy."""

    on: Day
    way: WayOf
    result: Code
    person: Annotated[str, Field(max_length=60)] = ""
    note: Annotated[str, Field(max_length=1000)] = ""
    next_step: NextStepIn | None = None

    def new(self) -> NewContact:
        """As the room takes it."""
        then = self.next_step.then() if self.next_step else None
        return NewContact(self.on, self.way, self.result, self.person, self.note, then)


class PromiseIn(Asked):
    """A promise to pay in the currency of the case."""

    amount: Amount
    due_on: Day
    promised_by: Annotated[str, Field(max_length=60)]


class TakenBackIn(Asked):
    """Why something is taken back."""

    why: Said


class PlanPartIn(Asked):
    """What is to be paid by a day."""

    due_on: Day
    amount: Amount


class PaymentPlanIn(Asked):
    """A payment plan in the currency of the case."""

    total: Amount
    parts: Annotated[list[PlanPartIn], Field(min_length=1, max_length=120)]
    agreed_with: Annotated[str, Field(max_length=60)]
    note: Said = ""

    def new(self, currency: str) -> NewPlan:
        """As the room takes it."""
        parts = tuple((one.due_on, money(one.amount, currency, "parts")) for one in self.parts)
        return NewPlan(money(self.total, currency, "total"), parts, self.agreed_with, self.note)


class LegalStepIn(Asked):
    """A step of the law; amounts in the currency of the case."""

    code: Code
    on: Day
    court: Annotated[str, Field(max_length=100)] = ""
    case_no: Annotated[str, Field(max_length=60)] = ""
    amount: Amount | None = None
    cost: Amount | None = None
    perform_by: Day | None = None
    note: Annotated[str, Field(max_length=500)] = ""

    def new(self, currency: str) -> NewStep:
        """As the room takes it."""
        same = {
            name: getattr(self, name) for name in ("code", "on", "court", "case_no", "perform_by", "note")
        }
        amounts: dict[str, Any] = {
            name: money(value, currency, name)
            for name in ("amount", "cost")
            if (value := getattr(self, name)) is not None
        }
        return NewStep(**same, **amounts)


class DeadlineIn(Asked):
    """Another time of the law; last_day null: as the policy counts it."""

    code: Code
    from_on: Day
    what: Annotated[str, Field(max_length=200)] = ""
    last_day: Day | None = None

    def new(self) -> NewDeadline:
        """As the room takes it."""
        return NewDeadline(self.code, self.from_on, self.what, self.last_day)


class DeadlineMetIn(Asked):
    """What was done."""

    how: Said


class DeadlineOut(Schema):
    """Another time of the law that runs."""

    id: int
    case: int
    customer_no: str
    code: str
    text: str
    what: str
    from_on: date
    last_day: date
    days_left: int


class InterruptionIn(Schema):
    """What makes the time run anew; the evidence is the file. bills: numbers apart by blanks, "" all due."""

    code: Code
    day: Day
    bills: Annotated[str, Field(max_length=2000)] = ""
    note: Said = ""

    def new(self, upload: Any) -> NewInterruption:
        """As the room takes it."""
        return NewInterruption(self.code, self.day, upload, tuple(self.bills.split()), self.note)


class ClocksAsked(Asked):
    """Which debts: those that reached an alert, those whose time is over, or all late ones."""

    which: Literal["alert", "expired", "all"] = "alert"
    most: Annotated[int, Field(ge=1, le=5000)] = 1000


class ClockOut(Schema):
    """How long a debt can be enforced. last_day null: an obstacle lasts. alert null: none is reached."""

    customer_no: str
    bill_no: str
    open: MoneyOut
    due_on: date
    runs_from: date
    be_done_by: date | None
    last_day: date | None
    is_certain: bool
    days_left: int | None
    alert: int | None
    is_expired: bool
    interruptions: int


class ClockToldOut(ClockOut):
    """The same with the arithmetic in words."""

    told: list[str]


class CollectionRecoveredOut(Schema):
    """What a person recovered; rate null: nothing was due."""

    rank: int
    person: str
    due: MoneyOut
    recovered: MoneyOut
    rate: float | None
    coefficient: Decimal
    figure: float | None


class FollowUpOut(Schema):
    """A customer to be spoken to in the quarter; spoken_on null: missing."""

    customer_no: str
    grade: str
    spoken_on: date | None
    way: str
    by: str
    is_late: bool
