"""A decision computed again from the figures kept with it: the same rules give the same reasons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pydantic import TypeAdapter

from xinheng.base.packs import queries as packs
from xinheng.judgements.limits import policy, rules
from xinheng.judgements.limits.deciding import reasons_of
from xinheng.judgements.limits.models import Decision
from xinheng.judgements.limits.values import Figures, Reason


@dataclass(frozen=True)
class Replayed:
    """same: the reasons are those that were kept. reasons: what the rules say of the kept figures now."""

    same: bool
    reasons: tuple[Reason, ...]


def replay(decision: Decision) -> Replayed | None:
    """Ask the rules of that day about the figures of that day; None where no rule was asked.

    A figure that was not known then stays unknown: that it could not be checked is told again as it was.
    """
    if not decision.figures or not decision.sha256:
        return None
    text = packs.document(decision.sha256).text
    kept = reasons_of(decision)
    stage = "delivery" if decision.act == "deliver" else "order"
    found = rules.judge(policy.load(text), _figures().validate_python(decision.figures), stage=stage)  # type: ignore[arg-type]
    unknown = [reason for reason in kept if reason.check == "rules" and reason.cause == "not_checked"]
    again = (*unknown, *found)
    return Replayed(list(again) == kept, again)


@cache
def _figures() -> TypeAdapter[Figures]:
    return TypeAdapter(Figures)
