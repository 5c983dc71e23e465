"""Which events of a policy's calendar the figures show, and what an event makes of a grade."""

from __future__ import annotations

from typing import Any

from xinheng.judgements.policies.compiling import KEYS
from xinheng.judgements.policies.expressions import COLUMN_TYPES
from xinheng.judgements.policies.formulas import Formulas
from xinheng.judgements.policies.values import Policy


def fired(policy: Policy, formulas: Formulas, inputs: Any) -> Any:
    """A row a customer (and role): the keys, and event_* true, false or null where that is not known."""
    table = inputs
    for place, term in enumerate(policy.terms):
        formula = formulas.at[("terms", place, "of")]
        table = table.mutate(**{term.code: formula.build(table).cast(COLUMN_TYPES[formula.kind])})
    columns = {key: table[key] for key in KEYS if key in table.columns}
    for place, event in enumerate(policy.review.events if policy.review else ()):
        if event.when is not None:
            columns[f"event_{event.code}"] = formulas.at[("review", "events", place, "when")].build(table)
    return table.select(**columns)


def falls(policy: Policy, event: str) -> dict[str, str]:
    """The grade each grade falls to by an event; those that it leaves where they are are left out."""
    downgrade = next(
        (one.downgrade for one in (policy.review.events if policy.review else ()) if one.code == event), None
    )
    if downgrade is None:
        return {}
    scale = [step.code for step in policy.scale]
    if downgrade.by is None:
        lowest = scale.index(downgrade.to)
        return dict.fromkeys(scale[:lowest], downgrade.to)
    return {grade: scale[min(place + downgrade.by, len(scale) - 1)] for place, grade in enumerate(scale[:-1])}
