"""What goes through the door: the definition of a process as a document says it, and where a case stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from xinheng.base.kernel.language import reads_chinese
from xinheng.judgements.policies.values import Code, Marked, Part, RoleCode, Source, Worded

Proof = Literal[
    "survey", "investigation", "field_report", "dealings", "rated", "proposed", "reviewed", "approved",
    "paper", "note",
]  # fmt: skip
OF_THE_CASE = ("paper", "note")  # kept with the case itself, so never older than it
SORTS = ("due", "since", "started", "customer", "step")


class Lane(Marked):
    """Who does some of the steps: one of these roles of the site (RR-12)."""

    code: Code
    roles: Annotated[tuple[RoleCode, ...], Field(min_length=1)]


class StepForm(Marked):
    """A form a step uses, and which record of the system shows that it exists.

    forms: of a survey, the questionnaires of which one must be handed in; none: any. months_before: how
    many months before the case began the record may date; 0: not before the case began.
    """

    code: Code
    proof: Proof
    needed: Literal["mandatory", "optional"] = "mandatory"
    forms: tuple[Code, ...] = ()
    months_before: Annotated[int, Field(ge=0, le=60)] = 0


class Step(Marked):
    """One numbered step. lane: its owner. within_days: working days it may take (a target, assumed)."""

    no: Annotated[int, Field(ge=1, le=99)]
    lane: str = ""
    within_days: Annotated[int, Field(ge=1, le=365)] | None = None
    forms: tuple[StepForm, ...] = ()


class Process(Part):
    """A process, checked. numbered: how many steps its source numbers; the document must hold as many."""

    kind: Literal["process"]
    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: Worded
    about: Worded
    source: Source
    numbered: Annotated[int, Field(ge=1, le=99)] | None = None
    lanes: Annotated[tuple[Lane, ...], Field(min_length=1)]
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]

    def step(self, no: int) -> Step:
        """The step of a number from 1."""
        return self.steps[no - 1]

    def lane_of(self, no: int) -> Lane:
        """The lane of the step of a number."""
        return next(lane for lane in self.lanes if lane.code == self.step(no).lane)


def text_of(words: Worded) -> str:
    """The words in the reader's language."""
    return words.zh if reads_chinese() else words.en


@dataclass(frozen=True)
class Evidence:
    """A record that shows a form to exist. subject: as the trail names it ("survey:7"); on: its day."""

    subject: str
    on: date
    text: str


@dataclass(frozen=True)
class FormState:
    """A form of a step with the record that shows it; None where there is none."""

    form: StepForm
    evidence: Evidence | None

    @property
    def lacks(self) -> bool:
        """Whether the step cannot close for want of it."""
        return self.form.needed == "mandatory" and self.evidence is None


@dataclass(frozen=True)
class Age:
    """How long a case has stood at its step, in working days, against the target.

    warning: that a year without holiday data was crossed (RR-03); else blank.
    """

    days: int
    target: int | None
    overdue: bool
    warning: str = ""


@dataclass(frozen=True)
class Wanted:
    """Which cases. step: a number; lane: a code; mine: those whose step the reader may close."""

    process: str = ""
    step: int | None = None
    lane: str = ""
    state: str = "open"  # open, done, cancelled, "" for all
    overdue: bool = False
    mine: bool = False
    text: str = ""
    sort: str = "due"  # of SORTS; "-" before it turns the order round


@dataclass(frozen=True)
class Heap:
    """One step of the board: its cases in all, those overdue, and the first few of them."""

    step: Step
    lane: Lane
    cases: int
    overdue: int
    first: tuple[Any, ...]


@dataclass(frozen=True)
class Started:
    """What starting many came to: cases begun, customers left out because one runs or the file is closed."""

    begun: int
    running: int
    closed: int
