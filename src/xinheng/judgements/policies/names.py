"""What the expressions of a policy may refer to."""

from __future__ import annotations

from collections.abc import Iterable

from xinheng.indicators.values import Card
from xinheng.judgements.policies.expressions import Kind, Name
from xinheng.judgements.policies.values import Policy, Question

FACTS: dict[str, Kind] = {  # of the customer itself
    "is_customer": "yes_no",
    "is_supplier": "yes_no",
    "is_guarantor": "yes_no",  # named as guarantor in the file of another; where no file says so, unknown
    "kind": "text",
    "industry_section": "text",
    "region": "text",
    "size_class": "text",
    "founded_years": "number",
}
CHOICES = {"kind": frozenset({"company", "person"})}


def kind_of_unit(unit: str) -> Kind | None:
    """The kind of a value by its unit; none where expressions cannot use it (dates)."""
    match unit:
        case "CNY":
            return "money"
        case "yes_no":
            return "yes_no"
        case "text":
            return "text"
        case "date":
            return None
    return "number"


def names_of(policy: Policy, cards: Iterable[Card]) -> dict[str, Name]:
    """Every name the expressions of this policy may use, by code; terms are added as they are read."""
    names = {
        code: Name(code, kind, "fact", choices=CHOICES.get(code, frozenset())) for code, kind in FACTS.items()
    }
    for card in cards:
        if kind := kind_of_unit(card.unit):
            names[card.code] = Name(card.code, kind, "indicator", card.unit)
    for question in policy.questions:
        names.setdefault(question.code, _question(question))  # a code used twice is told by the checks
    for parameter in policy.parameters:
        kind = kind_of_unit(parameter.unit) or "number"
        name = Name(parameter.code, kind, "parameter", parameter.unit, value=parameter.value)
        names.setdefault(parameter.code, name)
    if policy.roles:
        names["role"] = Name("role", "text", "role", choices=frozenset(policy.roles))
    return names


def _question(question: Question) -> Name:
    match question.type:
        case "yes_no":
            return Name(question.code, "yes_no", "question", "yes_no")
        case "choice":
            choices = frozenset(choice.code for choice in question.choices)
            return Name(question.code, "text", "question", "text", choices)
    kind = kind_of_unit(question.unit) or "number"
    return Name(question.code, kind, "question", question.unit)
