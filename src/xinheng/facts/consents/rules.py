"""When a permission holds, and for whom."""

from __future__ import annotations

from datetime import date

from xinheng.facts.consents.values import State


def state_of(from_on: date, until_on: date | None, withdrawn_on: date | None, *, on: date) -> State:
    """How a permission stands on a day: its last day still counts, the day it is withdrawn no more."""
    if withdrawn_on is not None and withdrawn_on <= on:
        return "withdrawn"
    if on < from_on:
        return "not_yet"
    return "expired" if until_on is not None and on > until_on else "running"


def is_for(recipient: str, asked: str) -> bool:
    """Whether a permission that names a recipient, or nobody, lets the one asked for have it."""
    return not recipient or plain(recipient) == plain(asked)


def plain(name: str) -> str:
    """A name as it is compared: without case, and however it is spaced."""
    return "".join(name.split()).casefold()
