"""What promises and plans do to other rooms: reminders rest, and what a broken one leads to."""

from __future__ import annotations

from datetime import date

from xinheng.base.kernel.actors import Actor
from xinheng.operations.collection.models import Case, Promise
from xinheng.operations.collection.values import Collecting


def hold(case: Case, *, until: date, why: str, actor: Actor, on: date) -> int | None:
    """Let reminders of the customer rest until a day; gives the pause."""
    return None


def lift(pause_id: int | None, *, why: str, actor: Actor, on: date) -> None:
    """Let reminders go on."""


def follow(promise: Promise, policy: Collecting, *, actor: Actor, on: date) -> list[str]:
    """Let follow what the policy says of a promise that was not kept in whole; gives what followed."""
    return []
