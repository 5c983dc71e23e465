"""Who may sign what: pure decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from xinheng.base.approvals.values import Chain, Seat, Step


@dataclass(frozen=True)
class Standing:
    """What somebody may act by on a day: the own roles, and the roles of others who delegated them."""

    login: str
    roles: frozenset[str]
    for_others: dict[str, frozenset[str]] = field(default_factory=dict)  # login -> roles

    @property
    def all_roles(self) -> frozenset[str]:
        """Every role in whose name the person may sign."""
        return self.roles.union(*self.for_others.values())


def seats(standing: Standing, wanted: Iterable[str]) -> list[Seat]:
    """The signatures somebody could give, the own ones first."""
    roles = sorted(wanted)
    own = [Seat(role) for role in roles if role in standing.roles]
    lent = [
        Seat(role, login)
        for role in roles
        for login, held in sorted(standing.for_others.items())
        if role in held
    ]
    return own + lent


def is_own(seat: Seat, actor: str, submitter: str) -> bool:
    """Whether a signature would be by, or in the name of, who submitted."""
    return submitter in (actor, seat.on_behalf_of)


def repeats(seat: Seat, actor: str, step: Step, signed: Iterable[str]) -> str:
    """Who of those behind a signature signed before, where the step wants another person; else blank."""
    before = set() if step.repeat else set(signed)
    return next((login for login in (actor, seat.on_behalf_of) if login and login in before), "")


def first_wanted(chain: Chain, step: int) -> tuple[str, ...]:
    """The signatures a step waits for when it begins."""
    return chain.steps[step].roles


def left_wanted(step: Step, wanted: Sequence[str], signed: str) -> list[str]:
    """What a step still waits for once a role has signed."""
    return [] if step.sign == "any" else [role for role in wanted if role != signed]
