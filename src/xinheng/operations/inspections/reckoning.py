"""Money for theft and breach of use by the supply rules of a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.operations.inspections.documents import (
    BreachRule,
    Edition,
    InspectionRules,
    TheftRule,
    named_in,
)
from xinheng.operations.inspections.errors import InspectionInvalid
from xinheng.operations.inspections.values import BreachFacts, Reckoned, Step, TheftFacts

THOUSAND = Decimal(1000)


def edition_of(rules: InspectionRules, on: date) -> Edition:
    """The supply rules of a day. Refuses: InspectionInvalid where none were in force."""
    found = rules.edition(on)
    if found is None:
        cause = _("No supply rules were in force on %(day)s.") % {"day": on.isoformat()}
        raise InspectionInvalid(cause=cause, field="found_on")
    return found


def reckon_theft(facts: TheftFacts, rules: InspectionRules, *, on: date) -> Reckoned:
    """Quantity, fee and penalty of theft found on a day (supply rules 1996, articles 102 and 103).

    Refuses: InspectionInvalid where a basis is not allowed or a figure is missing or cannot be.
    """
    edition = edition_of(rules, on)
    rule = edition.theft
    if facts.basis not in rule.bases:
        cause = _("The edition %(edition)s does not reckon so.") % {"edition": edition.code}
        raise InspectionInvalid(cause=cause, field="basis")
    steps: list[Step] = []
    kwh = _evidence(facts, steps) if facts.basis == "evidence" else _by_time(facts, rule, rules, steps)
    if facts.billed_kwh:
        _positive("billed_kwh", facts.billed_kwh)
        left = max(kwh - facts.billed_kwh, Decimal(0))
        steps.append(Step("billed", f"{told(kwh)} − {told(facts.billed_kwh)}", f"{told(left)} kWh"))
        kwh = left
    price = _positive("price", facts.price)
    fee = Money.of(kwh * price)
    steps.append(Step("fee", f"{told(kwh)} kWh × {told(price)}", str(fee)))
    times = _times(rule.times, facts.times, is_most=rule.is_most)
    penalty = Money.of(fee.decimal * times)
    steps.append(Step("penalty", f"{fee} × {told(times)}", str(penalty)))
    return Reckoned(edition.code, (rule.clause.zh, rule.clause.en), kwh, fee, penalty, tuple(steps))


def reckon_breach(facts: BreachFacts, rules: InspectionRules, *, on: date) -> Reckoned:
    """Fee and penalty of a breach of use found on a day (supply rules 1996, article 100).

    Refuses: InspectionInvalid where the kind is unknown or a figure is missing or cannot be.
    """
    edition = edition_of(rules, on)
    rule = named_in(edition.breaches, facts.code)
    if rule is None:
        raise InspectionInvalid(cause=_("The rules do not know this choice."), field="breach")
    steps: list[Step] = []
    reckon = {"difference": _difference, "base_fee": _base_fee, "fixed": _fixed, "per_kw": _per_kw}[rule.how]
    fee, penalty = reckon(facts, rule, steps)
    kwh = facts.kwh if rule.how == "difference" else Decimal(0)
    return Reckoned(edition.code, (rule.clause.zh, rule.clause.en), kwh, fee, penalty, tuple(steps))


def _evidence(facts: TheftFacts, steps: list[Step]) -> Decimal:
    kwh = _positive("kwh", facts.kwh)
    steps.append(Step("evidence", "", f"{told(kwh)} kWh"))
    return kwh


def _by_time(facts: TheftFacts, rule: TheftRule, rules: InspectionRules, steps: list[Step]) -> Decimal:
    kva = _capacity(facts, rules.phase_volts, steps)
    days = rule.unknown_days if facts.days is None else facts.days
    if days <= 0:
        raise InspectionInvalid(cause=_("Days of theft are above zero."), field="days")
    steps.append(Step("days_unknown" if facts.days is None else "days", "", f"{days} d"))
    hours = rule.hours[facts.use] if facts.hours is None else facts.hours
    if not 0 < hours <= 24:
        raise InspectionInvalid(cause=_("Hours a day lie between 0 and 24."), field="hours")
    code = f"hours_{facts.use}" if facts.hours is None else "hours"
    steps.append(Step(code, "", f"{told(hours)} h/d"))
    kwh = kva * days * hours
    steps.append(Step("quantity", f"{told(kva)} kW × {days} d × {told(hours)} h", f"{told(kwh)} kWh"))
    return kwh


def _capacity(facts: TheftFacts, volts: Decimal, steps: list[Step]) -> Decimal:
    if facts.basis == "private_tap":
        kva = _positive("kva", facts.kva)
        steps.append(Step("tap_capacity", f"{told(kva)} kVA", f"{told(kva)} kW"))
        return kva
    amperes, ratio = _positive("amperes", facts.amperes), _positive("ratio", facts.ratio)
    if facts.phases not in (1, 3):
        raise InspectionInvalid(cause=_("A meter has one phase or three."), field="phases")
    kva = volts * amperes * facts.phases * ratio / THOUSAND
    how = f"{told(volts)} V × {told(amperes)} A × {facts.phases} × {told(ratio)} ÷ 1000"
    steps.append(Step("meter_capacity", how, f"{told(kva)} kW"))
    return kva


def _difference(facts: BreachFacts, rule: BreachRule, steps: list[Step]) -> tuple[Money, Money]:
    kwh, high = _positive("kwh", facts.kwh), _positive("price", facts.price)
    if not 0 <= facts.low_price < high:
        raise InspectionInvalid(cause=_("The price paid is below the price due."), field="low_price")
    if facts.months is None:
        steps.append(Step("months_unknown", "", str(rule.unknown_months)))
    gap = high - facts.low_price
    fee = Money.of(kwh * gap)
    steps.append(Step("difference", f"{told(kwh)} kWh × ({told(high)} − {told(facts.low_price)})", str(fee)))
    return fee, _penalty(fee, rule, facts, steps)


def _base_fee(facts: BreachFacts, rule: BreachRule, steps: list[Step]) -> tuple[Money, Money]:
    if facts.base_price is None:
        return _per_kw(facts, rule, steps)
    kw, price = _positive("kw", facts.kw), _positive("base_price", facts.base_price)
    months = int(_positive("months", None if facts.months is None else Decimal(facts.months)))
    fee = Money.of(kw * price * months)
    steps.append(Step("base_fee", f"{told(kw)} kW × {told(price)} × {months}", str(fee)))
    return fee, _penalty(fee, rule, facts, steps)


def _fixed(facts: BreachFacts, rule: BreachRule, steps: list[Step]) -> tuple[Money, Money]:
    once = rule.residential if facts.is_residential else rule.other
    penalty = Money.of(once * _occasions(facts))
    code = "fixed_residential" if facts.is_residential else "fixed_other"
    steps.append(Step(code, f"{told(once)} × {facts.occasions}", str(penalty)))
    return Money(0), penalty


def _per_kw(facts: BreachFacts, rule: BreachRule, steps: list[Step]) -> tuple[Money, Money]:
    kw = _positive("kw", facts.kw)
    occasions = _occasions(facts) if rule.by_occasion else 1
    penalty = Money.of(kw * rule.per_kw * occasions)
    how = f"{told(kw)} kW × {told(rule.per_kw)}" + (f" × {occasions}" if rule.by_occasion else "")
    steps.append(Step("per_kw", how, str(penalty)))
    return Money(0), penalty


def _penalty(fee: Money, rule: BreachRule, facts: BreachFacts, steps: list[Step]) -> Money:
    times = _times(rule.times, facts.times, is_most=rule.is_most)
    penalty = Money.of(fee.decimal * times)
    steps.append(Step("penalty", f"{fee} × {told(times)}", str(penalty)))
    return penalty


def _times(by_rule: Decimal, asked: Decimal | None, *, is_most: bool) -> Decimal:
    if asked is None or asked == by_rule:
        return by_rule
    if not is_most or not 0 <= asked <= by_rule:
        words = _("at most %(times)s times") if is_most else _("exactly %(times)s times")
        raise InspectionInvalid(
            cause=_("The rules set the penalty: %(words)s.") % {"words": words % {"times": told(by_rule)}},
            field="times",
        )
    return asked


def _occasions(facts: BreachFacts) -> int:
    if facts.occasions < 1:
        raise InspectionInvalid(cause=_("A breach happened at least once."), field="occasions")
    return facts.occasions


def _positive(field: str, value: Decimal | None) -> Decimal:
    if value is None or not value.is_finite() or value <= 0:
        raise InspectionInvalid(cause=_("A figure above zero is needed here."), field=field)
    return value


def told(value: Decimal) -> str:
    """A figure without needless zeros: 13.20 → 13.2."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
