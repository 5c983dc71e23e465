"""What the figures of a case come to: accuracy, candidates for its formula, shares and means, as printed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from xinheng.judgements.arrears import queries as arrears
from xinheng.judgements.consumers.casefile import GRADES, Figures
from xinheng.judgements.consumers.values import FigureRow, FigureTable

NOTHING = "—"
Formula = Callable[[Decimal, Decimal], Decimal]
FORMULAS: tuple[tuple[str, Formula], ...] = (
    ("a ÷ b", lambda foretold, late: foretold / late),
    ("b ÷ a", lambda foretold, late: late / foretold),
    ("1 − |a − b| ÷ b", lambda foretold, late: 1 - abs(foretold - late) / late),
    ("1 − |a − b| ÷ a", lambda foretold, late: 1 - abs(foretold - late) / foretold),
    ("min ÷ max", arrears.accuracy),
)


def tables(figures: Figures) -> list[FigureTable]:
    """Every table whose figures are there; a line that lacks one shows a dash."""
    made = [_accuracies(figures), _formulas(figures), _by_number(figures), _grades(figures),
            _population(figures), _suspects(figures), _usefulness(figures)]  # fmt: skip
    return [one for one in made if any(value != NOTHING for row in one.rows for value in row.values)]


def percent(share: Decimal | None) -> str:
    """A share in percent to one place, half up."""
    return NOTHING if share is None else f"{arrears.percent(share)} %"


def money(amount: Decimal | None) -> str:
    """An amount to the cent, half up, its thousands apart."""
    if amount is None:
        return NOTHING
    return f"{amount.quantize(Decimal('0.01'), rounding=ROUND_HALF_UP):,}"


def count(number: Decimal | None) -> str:
    """A whole number, its thousands apart."""
    return NOTHING if number is None else f"{int(number):,}"


def over(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """A share; None where a figure is missing or there is nothing to share."""
    return None if part is None or not whole else part / whole


def _sum(*parts: Decimal | None) -> Decimal | None:
    known = [part for part in parts if part is not None]
    return sum(known, Decimal(0)) if len(known) == len(parts) else None


def _smaller(told: Decimal | None, came: Decimal | None) -> Decimal | None:
    return None if told is None or came is None else arrears.accuracy(told, came)


def _pair(figures: Figures, voltage: str) -> tuple[Decimal | None, Decimal | None]:
    return figures.get(f"{voltage}.foretold"), figures.get(f"{voltage}.late_amount")


def _classes() -> list[tuple[str, str]]:
    return [("high", _("High voltage")), ("low", _("Low voltage"))]


def _accuracies(figures: Figures) -> FigureTable:
    rows = []
    both = tuple(_sum(*(_pair(figures, voltage)[at] for voltage, _name in _classes())) for at in (0, 1))
    for name, (told, came) in [
        *((name, _pair(figures, voltage)) for voltage, name in _classes()), (_("Both classes"), both)
    ]:  # fmt: skip
        gap = None if told is None or came is None else told - came
        values = (money(told), money(came), money(gap), percent(_smaller(told, came)))
        rows.append(FigureRow(name, values, _("the smaller amount over the larger")))
    heads = (_("Foretold late"), _("Late in fact"), _("Difference"), _("Accuracy"))
    return FigureTable("accuracy", _("Accuracy by amount"), heads, tuple(rows))


def _formulas(figures: Figures) -> FigureTable:
    rows = []
    for name, formula in FORMULAS:
        values = []
        for voltage, _name in _classes():
            told, came = _pair(figures, voltage)
            values.append(percent(formula(told, came)) if told and came else NOTHING)
        rows.append(FigureRow(name, tuple(values), _("a: foretold, b: late in fact")))
    heads = tuple(name for _voltage, name in _classes())
    return FigureTable("formulas", _("What each formula would give"), heads, tuple(rows))


def _by_number(figures: Figures) -> FigureTable:
    rows = []
    for voltage, name in _classes():
        late, at_risk = figures.get(f"{voltage}.late"), figures.get(f"{voltage}.at_risk")
        high = figures.get(f"{voltage}.high_risk")
        values = (count(at_risk), count(high), count(late), percent(_smaller(at_risk, late)),
                  percent(_smaller(high, late)))  # fmt: skip
        rows.append(FigureRow(name, values, _("the smaller number over the larger")))
    heads = (_("At risk"), _("High risk"), _("Late in fact"), _("By number, at risk"),
             _("By number, high risk"))  # fmt: skip
    return FigureTable("number", _("Accuracy by number of consumers"), heads, tuple(rows))


def _grades(figures: Figures) -> FigureTable:
    total, so_far, rows = figures.get("grades.total"), Decimal(0), []
    for grade in GRADES:
        number = figures.get(f"grades.{grade}")
        so_far += number or 0
        rows.append(FigureRow(grade, (
            count(number), percent(over(number, total)), count(so_far if total else None),
            percent(over(so_far, total)),
        )))  # fmt: skip
    rows.append(FigureRow(_("All"), (count(total), percent(over(total, total)), NOTHING, NOTHING)))
    heads = (_("Consumers"), _("Share"), _("Cumulative"), _("Cumulative share"))
    return FigureTable("grades", _("Credit grades of consumers"), heads, tuple(rows))


def _population(figures: Figures) -> FigureTable:
    rows, sums = [], []
    for voltage, name in _classes():
        at_risk, high, late = (figures.get(f"{voltage}.{item}") for item in ("at_risk", "high_risk", "late"))
        told, came = _pair(figures, voltage)
        sums.append((at_risk, high, late))
        rows.append(FigureRow(name, (
            count(at_risk), count(high), percent(over(high, at_risk)), count(late),
            money(over(told, at_risk)), money(over(came, late)),
        )))  # fmt: skip
    at_risk, high, late = (_sum(*(one[place] for one in sums)) for place in range(3))
    rows.append(FigureRow(_("Both classes"), (
        count(at_risk), count(high), percent(over(high, at_risk)), count(late), NOTHING, NOTHING,
    )))  # fmt: skip
    heads = (_("At risk"), _("High risk"), _("High risk share"), _("Late in fact"),
             _("Foretold late per consumer at risk"), _("Late per late consumer"))  # fmt: skip
    return FigureTable("population", _("Consumers at risk"), heads, tuple(rows))


def _suspects(figures: Figures) -> FigureTable:
    total = figures.get("suspects.total")
    names = {"high": _("Suspects, high"), "medium": _("Suspects, medium"), "low": _("Suspects, low")}
    rows = [
        FigureRow(name, (count(figures.get(f"suspects.{level}")),
                         percent(over(figures.get(f"suspects.{level}"), total))))
        for level, name in names.items()
    ]  # fmt: skip
    rows.append(FigureRow(_("Suspects, all"), (count(total), percent(over(total, total)))))
    return FigureTable("suspects", _("Suspected theft by level"), (_("Consumers"), _("Share")), tuple(rows))


def _usefulness(figures: Figures) -> FigureTable:
    theft, breach, found = (figures.get(f"found.{item}") for item in ("theft", "breach", "total"))
    suspects, recovered = figures.get("suspects.total"), figures.get("found.recovered")
    penalty, both = figures.get("found.penalty"), figures.get("found.total_amount")
    ratio = over(penalty, recovered)
    rows = (
        FigureRow(_("Found: theft"), (count(theft), percent(over(theft, suspects)))),
        FigureRow(_("Found: breach of use"), (count(breach), percent(over(breach, suspects)))),
        FigureRow(_("Found, all"), (count(found), percent(over(found, suspects))), _("hit rate")),
        FigureRow(_("Electricity fee recovered"), (money(recovered), NOTHING)),
        FigureRow(_("Penalty for breach of use"), (money(penalty), NOTHING)),
        FigureRow(_("Recovered and penalty, all"), (money(both), NOTHING)),
        FigureRow(_("Per case found"), (money(over(both, found)), NOTHING)),
        FigureRow(_("Penalty over fee recovered"), (money(ratio), NOTHING)),
    )
    return FigureTable("usefulness", _("What inspections found"), (_("Figure"), _("Share")), rows)
