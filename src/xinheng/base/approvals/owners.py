"""Who owns a kind of request: what is asked before a decision, and what follows when a request moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from xinheng.base.approvals.errors import RequestKindUnknown
from xinheng.base.approvals.values import Matter
from xinheng.base.kernel.actors import Actor

After = Callable[[Actor, date, Matter], None]


@dataclass(frozen=True)
class Owner:
    """after: a request ended, was returned or submitted again. before: somebody is about to decide.

    stepped: a step was signed, and the next one waits.
    """

    after: After
    before: After | None = None
    stepped: After | None = None


_owners: dict[str, Owner] = {}


def own(kind: str, after: After, before: After | None = None, stepped: After | None = None) -> None:
    """Say who follows a kind of request.

    after(actor, on, matter) is called in the transaction of the act, once a request is approved,
    returned, rejected or withdrawn, and when it is open again (`matter.state`); what it refuses undoes the
    decision too. before(actor, on, matter) is called ahead of each decision (`matter.verdict`); it may
    refuse. stepped(actor, on, matter) is called once a step other than the last is signed.
    """
    _owners[kind] = Owner(after, before, stepped)


def owner_of(kind: str) -> Owner:
    """The owner of a kind. Refuses: RequestKindUnknown."""
    if kind not in _owners:
        raise RequestKindUnknown(kind=kind)
    return _owners[kind]
