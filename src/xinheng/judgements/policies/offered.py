"""What a form offers of a policy: which values of which part, and of what kind each is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "number", "numbers", "text", "texts", "code", "formula", "mark", "grade", "yes_no", "roles", "codes",
    "choice",
]  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """One value of a row: its key, as "missing.rule" where it stands deeper.

    may_lack: it may be missing, and a form may put it there or empty it. aside: of second rank, such as
    words and clauses. among: the answers of a choice.
    """

    key: str
    kind: Kind
    may_lack: bool = False
    aside: bool = False
    among: tuple[str, ...] = ()


NAMED = (Offer("zh", "text", aside=True), Offer("en", "text", aside=True))
MARK = (Offer("mark", "mark"), Offer("clause", "text", may_lack=True, aside=True))
WHEN = (Offer("when", "formula"), *MARK, *NAMED, Offer("code", "code", aside=True))
ONES: dict[str, tuple[Offer, ...]] = {  # parts there is but one of
    "applies": (Offer("when", "formula"), *NAMED),
    "criteria": (
        Offer("precedence", "choice", among=("worst", "best", "first")),
        Offer("unknown", "choice", among=("does_not_fire", "incomplete")),
        *MARK,
    ),
    "scoring": (Offer("total", "number"), Offer("measured_at_least", "number")),
    "approval": (
        Offer("prepared_by", "roles", may_lack=True),
        Offer("notches_up", "number"),
        Offer("override_months", "number"),
        *MARK,
    ),
    "review": (
        Offer("refresh", "choice", may_lack=True, among=("quarter", "half_year", "year")),
        Offer("valid_months", "number", may_lack=True),
        Offer("statement_months", "number", may_lack=True),
        *MARK,
    ),
}
ROWS: dict[str, tuple[Offer, ...]] = {  # parts that are lists
    "scale": (Offer("zh", "text"), Offer("en", "text")),
    "exclusions": WHEN,
    "parameters": (Offer("value", "number", may_lack=True), *MARK, *NAMED, Offer("code", "code", aside=True)),
    "questions": (
        Offer("minimum", "number"),
        Offer("maximum", "number"),
        Offer("valid_months", "number", may_lack=True),
        Offer("evidence", "choice", among=("required", "optional")),
        Offer("assessors.at_least", "number"),
        Offer("assessors.combine", "choice", among=("mean", "median", "newest", "agreed")),
        Offer("assessors.spread_at_most", "number", may_lack=True),
        *MARK,
        *NAMED,
    ),
    "terms": (Offer("of", "formula"), *NAMED, Offer("code", "code", aside=True)),
    "conditions": WHEN,
    "criteria.grades": (
        Offer("any", "codes"),
        Offer("all", "codes"),
        Offer("known_at_least", "number"),
    ),
    "scoring.items": (
        Offer("of", "formula"),
        Offer("maximum", "number"),
        Offer("missing.rule", "choice", among=("incomplete", "lowest", "leave_out", "cap", "points")),
        Offer("missing.points", "number"),
        Offer("missing.grade", "grade"),
        Offer("others", "number"),
        Offer("counts_when", "formula"),
        Offer("correction.least", "number"),
        Offer("correction.most", "number"),
        Offer("correction.held", "choice", among=("each", "together")),
        Offer("correction.beyond_best", "number"),
        Offer("correction.mark", "mark"),
        *MARK,
        *NAMED,
    ),
    "scoring.thresholds": (Offer("from", "number"), Offer("inclusive", "yes_no"), *MARK),
    "scoring.quota.grades": (Offer("grade", "grade"), Offer("share", "number")),
    "vetoes": (*WHEN[:1], Offer("grade", "grade"), *WHEN[1:]),
    "caps": (*WHEN[:1], Offer("grade", "grade"), Offer("soft", "yes_no"), *WHEN[1:]),
    "flags": (*WHEN[:1], Offer("handled_first", "yes_no"), *WHEN[1:]),
    "approval.steps": (
        Offer("roles", "roles"),
        Offer("sign", "choice", among=("any", "all"), may_lack=True),
        Offer("within_days", "number", may_lack=True),
        Offer("repeat", "yes_no"),
        *MARK,
        *NAMED,
        Offer("code", "code", aside=True),
    ),
    "review.intervals": (Offer("grade", "grade"), Offer("months", "number"), *MARK),
    "review.events": (
        Offer("when", "formula", may_lack=True),
        Offer("within_days", "number"),
        Offer("downgrade.by", "number", may_lack=True),
        Offer("downgrade.to", "grade", may_lack=True),
        Offer("downgrade.at_once", "yes_no", may_lack=True),
        Offer("downgrade.mark", "mark"),
        *MARK,
        *NAMED,
        Offer("code", "code", aside=True),
    ),
}
BANDS = (
    Offer("from", "number"),
    Offer("to", "number"),
    Offer("inclusive", "yes_no"),
    Offer("points", "number"),
)
STANDARDS = (Offer("when", "formula", may_lack=True), Offer("values", "numbers"))
MEASURES = (
    Offer("of", "formula"),
    Offer("weight", "number"),
    Offer("missing", "choice", may_lack=True, among=("incomplete", "worst")),
    *MARK,
    *NAMED,
    Offer("code", "code", aside=True),
)
INSIDE: dict[str, dict[str, tuple[Offer, ...]]] = {  # lists within a row, by the part the row is of
    "scoring.items": {
        "bands": BANDS,
        "groups": (Offer("values", "texts"), Offer("points", "number")),
        "standards": STANDARDS,
        "basics": MEASURES,
        "corrections": MEASURES,
    },
    "basics": {"standards": STANDARDS},
    "corrections": {"standards": STANDARDS},
}
BEGUN = {  # what a row may have besides, by its part, and how it begins
    "questions": ("assessors", "{at_least: 2, combine: newest}"),
    "review.events": ("downgrade", "{to: %(worst)s, at_once: true, mark: assumed}"),
}
LATE = "when: worst_delay_24m > 365"
FIRST = {  # the first row of a part that has none
    "exclusions": "{code: exclusion_1, zh: 不参评, en: not rated, when: is_supplier, mark: assumed}",
    "parameters": "{code: number_1, zh: 数值, en: number, unit: count, value: 1, mark: assumed}",
    "vetoes": f"{{code: veto_1, zh: 一票否决, en: veto, {LATE}, grade: %(worst)s, mark: assumed}}",
    "caps": f"{{code: cap_1, zh: 封顶, en: cap, {LATE}, grade: %(worst)s, soft: false, mark: assumed}}",
    "flags": "{code: flag_1, zh: 标识, en: flag, when: is_supplier, mark: assumed}",
    "approval.steps": "{code: step_1, zh: 批准, en: approval, roles: [approver], mark: assumed}",
    "review.intervals": "{grade: %(worst)s, months: 12, mark: assumed}",
    "review.events": "{code: event_1, zh: 事件, en: event, within_days: 10, mark: assumed}",
}
