"""Words of a policy and figures of a customer, in the reader's language."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.base.kernel.language import reads_chinese
from xinheng.indicators import queries as indicators
from xinheng.judgements.policies.values import Policy, Worded
from xinheng.judgements.ratings.values import InputValue

UNITS = {
    "founded_years": "years", "is_customer": "yes_no", "is_supplier": "yes_no", "is_guarantor": "yes_no",
}  # fmt: skip


def of(part: Worded) -> str:
    """The words of a part of a policy."""
    return part.zh if reads_chinese() else part.en


def joined(texts: list[str]) -> str:
    """Several reasons in one sentence."""
    return ("；" if reads_chinese() else "; ").join(texts)


def sentences(texts: list[str]) -> str:
    """Whole sentences after one another."""
    return ("" if reads_chinese() else " ").join(texts)


def plain(number: Decimal) -> str:
    """A number without needless zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def role(code: str) -> str:
    """A role in words."""
    return roles().get(code, code)


def roles() -> dict[str, str]:
    """The roles a party may be graded in, in words."""
    return {"customer": _("customer"), "supplier": _("supplier")}


def facts() -> dict[str, str]:
    """The facts a policy may look at, in words."""
    return {
        "is_customer": _("buys from us"),
        "is_supplier": _("supplies us"),
        "is_guarantor": _("named as guarantor in another's file"),
        "kind": _("company or person"),
        "industry_section": _("industry section"),
        "region": _("region"),
        "size_class": _("size class"),
        "founded_years": _("years since founding"),
    }


def input_value(policy: Policy, code: str, raw: Any) -> InputValue:
    """One figure a rule looked at, as people read it: money in yuan, choices in words."""
    question = next((question for question in policy.questions if question.code == code), None)
    if question is not None:
        unit = {"yes_no": "yes_no", "choice": "text"}.get(question.type, question.unit)
        value = _figure(raw, unit)
        if question.type == "choice" and raw is not None:
            value = next((of(choice) for choice in question.choices if choice.code == raw), str(raw))
        return InputValue(code, of(question), value, unit, "assessment")
    if code in facts():
        unit = UNITS.get(code, "text")
        return InputValue(code, facts()[code], _figure(raw, unit), unit, "indicator")
    card = indicators.card(code)
    name = card.name if reads_chinese() else card.name_en
    return InputValue(code, name, _figure(raw, card.unit), card.unit, "indicator")


def told(one: InputValue) -> str:
    """A figure with its unit, as a sentence needs it."""
    value = one.value
    if value is None:
        return _("unknown")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        return value
    if one.unit == "CNY":
        return _("%(number)s yuan") % {"number": f"{value:,.2f}"}
    if one.unit == "share":
        return f"{plain(_rounded(value * 100, '0.1'))}%"
    return _counted(value, one.unit)


def _counted(value: Decimal, unit: str) -> str:
    short = plain(_rounded(value, "0.1"))
    plural = 1 if short in ("1", "-1") else 2
    words = {
        "days": ngettext("%(number)s day", "%(number)s days", plural),
        "months": ngettext("%(number)s month", "%(number)s months", plural),
        "years": ngettext("%(number)s year", "%(number)s years", plural),
    }
    return words[unit] % {"number": short} if unit in words else plain(_rounded(value, "0.001"))


def _rounded(value: Decimal, place: str) -> Decimal:
    return value.quantize(Decimal(place), rounding=ROUND_HALF_UP)


def score(milli: int | None) -> Decimal | None:
    """Points out of whole thousandths."""
    return None if milli is None else Decimal(milli) / 1000


def _figure(raw: Any, unit: str) -> Decimal | str | bool | None:
    if raw is None or isinstance(raw, bool | str):
        return raw
    if unit == "CNY":
        return Decimal(int(raw)).scaleb(-2)
    if isinstance(raw, float):
        return Decimal(repr(round(raw, 10))).normalize() if raw != int(raw) else Decimal(int(raw))
    return Decimal(raw)
