"""The keys and answers of the policy language in words, for people who read what a version changes."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

KEYS: dict[str, Promise | str] = {
    "about": _("about"),
    "all": _("all of"),
    "among": _("among whom"),
    "any": _("any of"),
    "applies": _("whom the policy is for"),
    "approval": _("who approves grades"),
    "assessors": _("assessors"),
    "at_least": _("at least so many people"),
    "at_once": _("at once"),
    "bands": _("bands"),
    "basics": _("basic figures"),
    "beyond_best": _("beyond the best standard"),
    "by": _("by so many grades"),
    "caps": _("caps"),
    "checklist": _("points to be ticked"),
    "choices": _("answers"),
    "clause": _("clause"),
    "code": _("code"),
    "combine": _("what the answers make together"),
    "conditions": _("conditions"),
    "correction": _("correction"),
    "corrections": _("corrections"),
    "counts_when": _("counts where"),
    "criteria": _("how conditions give grades"),
    "decimals": _("decimals"),
    "downgrade": _("downgrade"),
    "en": _("English"),
    "equal_scores": _("order of equal scores"),
    "events": _("events"),
    "evidence": _("evidence"),
    "exclusions": _("whom the policy does not rate"),
    "first": _("who comes first"),
    "flags": _("told beside the grade"),
    "from": _("from"),
    "grade": _("grade"),
    "grades": _("grades"),
    "groups": _("groups"),
    "handled_first": _("handled first"),
    "held": _("held"),
    "inclusive": _("bound included"),
    "intervals": _("months to the next review"),
    "item": _("item"),
    "items": _("scored items"),
    "kind": _("kind"),
    "known_at_least": _("known at least"),
    "least": _("lowest coefficient"),
    "mark": _("source"),
    "maximum": _("maximum"),
    "measured_at_least": _("points measured at least"),
    "minimum": _("minimum"),
    "missing": _("when not measured"),
    "months": _("months"),
    "most": _("highest coefficient"),
    "name": _("name"),
    "notches_up": _("grades up at most"),
    "note": _("note"),
    "of": _("formula"),
    "others": _("points of the others"),
    "otherwise": _("where nothing else fires"),
    "override_months": _("months of an override at most"),
    "parameters": _("numbers of the policy"),
    "points": _("points"),
    "precedence": _("which grade holds"),
    "prepared_by": _("prepared by"),
    "quantitative_above": _("share of figures above"),
    "question": _("question"),
    "questions": _("what people assess"),
    "quota": _("how many get which grade"),
    "reference": _("reference"),
    "refresh": _("answers told anew"),
    "repeat": _("who signed before may sign again"),
    "review": _("when grades are looked at again"),
    "roles": _("roles"),
    "rule": _("rule"),
    "scale": _("scale of grades"),
    "scoring": _("scoring"),
    "share": _("share"),
    "sign": _("how they sign"),
    "soft": _("in principle"),
    "source": _("where the policy comes from"),
    "spread_at_most": _("spread at most"),
    "standards": _("standard values"),
    "statement_months": _("statements stale after months"),
    "steps": _("steps of approval"),
    "terms": _("named formulas"),
    "thresholds": _("which score gives which grade"),
    "to": _("to"),
    "total": _("total"),
    "type": _("type"),
    "unit": _("unit of measure"),
    "unknown": _("what is unknown"),
    "valid_months": _("valid for months"),
    "value": _("value"),
    "values": _("values"),
    "version": _("version"),
    "vetoes": _("vetoes"),
    "weight": _("weight"),
    "when": _("while this holds"),
    "within_days": _("within working days"),
    "zh": _("Chinese"),
}
ANSWERS: dict[str, Promise | str] = {
    "CNY": _("yuan"),
    "agreed": _("what all say"),
    "all": _("each of them"),
    "any": _("one of them"),
    "applies": _("counts as holding"),
    "assumed": _("assumed"),
    "bands": _("by bands"),
    "best": _("the best"),
    "cap": _("caps the grade"),
    "categories": _("by categories"),
    "choice": _("one of several answers"),
    "corrected": _("with corrections"),
    "count": _("a count"),
    "customer": _("customer"),
    "days": _("days"),
    "does_not_fire": _("does not fire"),
    "each": _("each by itself"),
    "efficacy": _("by standard values"),
    "first": _("the first"),
    "given": _("given"),
    "half_year": _("each half-year"),
    "highest": _("the highest first"),
    "ignored": _("does not count"),
    "incomplete": _("leaves no grade"),
    "leave_out": _("left out"),
    "lost": _("lost"),
    "lowest": _("the lowest"),
    "manual": _("given by people"),
    "mean": _("the mean"),
    "median": _("the median"),
    "months": _("months"),
    "newest": _("the newest"),
    "number": _("a number"),
    "optional": _("not needed"),
    "points": _("points"),
    "proportional_to_maximum": _("in proportion to the highest"),
    "quarter": _("each quarter"),
    "rating": _("rating"),
    "ratio": _("ratio"),
    "required": _("needed"),
    "share": _("share"),
    "supplier": _("supplier"),
    "text": _("text"),
    "together": _("all together"),
    "worst": _("the worst"),
    "year": _("each year"),
    "years": _("years"),
    "yes_no": _("yes or no"),
}
CHOSEN = {  # keys whose values are answers of the language, never words of a document
    "combine", "evidence", "first", "held", "kind", "mark", "missing", "precedence", "refresh", "roles",
    "rule", "sign", "type", "unit", "unknown",
}  # fmt: skip


def part_word(part: str) -> str:
    """A part of a policy in words: "scoring.items" as its last key; the policy itself where it is blank."""
    return key_word(part.rpartition(".")[2]) if part else gettext("the policy")


def field_word(field: str) -> str:
    """A field of a part in words: "bands.2.to" as the second of the bands and its end."""
    told: list[str] = []
    for step in field.split("."):
        if step.isdigit() and told:
            told[-1] = f"{told[-1]} {step}"
        elif step:
            told.append(key_word(step))
    return " · ".join(told)


def key_word(key: str) -> str:
    """One key in words."""
    return str(KEYS.get(key, key))


def answer_word(key: str, value: str) -> str:
    """A value in words where it is an answer of the language; else as the document says it."""
    return str(ANSWERS.get(value, value)) if key in CHOSEN else value
