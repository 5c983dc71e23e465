"""What the minutes of approvals hand out and take in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

State = Literal["open", "approved", "returned", "rejected", "withdrawn"]
Verdict = Literal["approve", "return", "reject"]
VERDICTS: tuple[Verdict, ...] = ("approve", "return", "reject")


@dataclass(frozen=True)
class Title:
    """What is asked for, in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Step:
    """One step of a chain.

    roles: codes of the site's roles. sign: `any` of them signs, or `all` do, in any order. within_days:
    working days until it should be decided. repeat: somebody who signed an earlier step may sign here too.
    """

    code: str
    name: str  # Chinese
    name_en: str
    roles: tuple[str, ...]
    sign: Literal["any", "all"] = "any"
    within_days: int | None = None
    repeat: bool = False


@dataclass(frozen=True)
class Chain:
    """The steps of an approval, in order. It is kept with the request and never changes under way."""

    steps: tuple[Step, ...]

    def as_kept(self) -> dict[str, Any]:
        """The chain as plain values."""
        return {
            "steps": [
                {
                    "code": step.code,
                    "name": step.name,
                    "name_en": step.name_en,
                    "roles": list(step.roles),
                    "sign": step.sign,
                    "within_days": step.within_days,
                    "repeat": step.repeat,
                }
                for step in self.steps
            ]
        }

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Chain:
        """The chain that was kept."""
        return cls(tuple(Step(**{**step, "roles": tuple(step["roles"])}) for step in kept["steps"]))


@dataclass(frozen=True)
class Matter:
    """A request as its owner is told of it.

    state: what it became. by: who made it so, and on which day. step: the place of the step, from 0.
    verdict: what is about to be decided; blank where nothing is.
    """

    id: int
    kind: str
    subject: str
    state: State
    submitted_by: str
    step: int
    is_last_step: bool
    by: str
    on: date
    reason: str = ""
    verdict: Verdict | Literal[""] = ""


@dataclass(frozen=True)
class Seat:
    """A signature a person may give now: for a role, by own right or for somebody who delegated it."""

    role: str
    on_behalf_of: str = ""  # login


@dataclass(frozen=True)
class Signature:
    """One decision in the minutes."""

    role: str
    decision: Verdict
    by: str
    on_behalf_of: str
    reason: str
    on: date


@dataclass(frozen=True)
class StepState:
    """How one step of a request stands.

    state: done, current, ahead, or ended where the request ended here. signatures: of the present round.
    """

    step: Step
    state: Literal["done", "current", "ahead", "ended"]
    wanted: tuple[str, ...]  # roles whose signature is still wanted
    signatures: tuple[Signature, ...]
