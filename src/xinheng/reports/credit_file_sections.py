"""The sections of a credit report that come from the customer's own file: six dimensions and parties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers.values import CreditFile, FiledItem
from xinheng.reports import words
from xinheng.reports.credit_values import Grid, LeftOut, Pairs
from xinheng.reports.figures import figure_text
from xinheng.reports.file_depth import Depth
from xinheng.reports.file_words import fact_word, item_name, told_word

FIRM = (
    "registration", "registered_capital", "paid_in_capital", "founded_on", "founding_history", "affiliation",
    "organisation_form", "nature", "qualification", "business_licence", "major_changes", "address",
)  # fmt: skip
PEOPLE = ("legal_representative", "actual_controller", "managers", "owner", "superior_unit")
TRADE_BRIEF = ("business_scope", "employees", "market_distribution")
RELATION_WORDS: dict[str, str | Promise] = {
    "shareholder": gettext_lazy("shareholder"), "subsidiary": gettext_lazy("subsidiary"),
    "guarantor": gettext_lazy("guarantor"), "manager": gettext_lazy("manager"),
    "controller": gettext_lazy("controller"), "direct": gettext_lazy("direct customer"),
}  # fmt: skip


@dataclass
class Sight:
    """Who makes the report of whom, how deep, as of which day; what is left out is gathered on the way."""

    actor: Actor
    customer: Any
    depth: Depth
    as_of: date
    on: date
    file: CreditFile
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        return self.depth == "full"


Blocks = list[Any]


def registration(sight: Sight) -> Blocks:
    """Who the customer is by the register, and how it came about."""
    one = sight.customer
    plain = [
        (_("Customer no."), one.no),
        (_("Name"), one.name),
        (_("Kind"), words.word(words.KINDS, one.kind)),
        (_("Unified social credit code"), one.uscc or ""),
        (_("ID number"), access.shown(sight.actor, "id_number", one.id_number or "")),
        (_("Industry"), words.word(words.SECTIONS, one.industry_section)),
        (_("Region"), one.region),
        (_("Size"), words.word(words.SIZES, one.size_class)),
        (_("Status"), words.word(words.STATUSES, one.status)),
    ]
    former = [row.name for row in customers.former_names(one)]
    if former:
        plain.append((_("Names before"), "；".join(former)))
    return [Pairs([row for row in plain if row[1]]), *_told(sight, FIRM)]


def shareholders(sight: Sight) -> Blocks:
    """Who owns and who leads the customer; what part nobody was told to hold is shown as unknown."""
    held = sight.file.holdings
    rows = [(one.name, figure_text(one.share, "share")) for one in held.known]
    if held.known and held.unknown:
        rows.append((_("unknown"), figure_text(held.unknown, "share")))
    blocks: Blocks = [Grid([_("Shareholder"), _("Share")], rows, right=[1])] if rows else []
    return [*blocks, *_told(sight, PEOPLE)]


def related(sight: Sight) -> Blocks:
    """Parties linked to the customer on the day, by kind of link."""
    rows = [
        (
            str(RELATION_WORDS.get(one.relation, one.relation)),
            one.other.name if one.other else one.other_name,
            figure_text(one.share, "share") if one.share is not None else "", _day(one.from_on),
        )
        for one in customers.related_parties(sight.customer, on=sight.as_of)
    ]  # fmt: skip
    above = [row.name for row in customers.above(sight.customer)]
    blocks: Blocks = [Pairs([(_("Stands in the group of"), " ← ".join(above))])] if above else []
    if rows:
        blocks.append(Grid([_("Link"), _("Party"), _("Share"), _("Since")], rows, right=[2]))
    return blocks


def operations(sight: Sight) -> Blocks:
    """What the customer does; in a brief report the main lines of it."""
    if sight.depth == "brief":
        return _told(sight, TRADE_BRIEF)
    return _dimension(sight, 2)


def habits(sight: Sight) -> Blocks:
    """Habits of paying and what other suppliers allow."""
    return _dimension(sight, 4)


def banks(sight: Sight) -> Blocks:
    """Banks dealt with; sensitive items are masked for who may not see them."""
    return _dimension(sight, 5)


def public(sight: Sight) -> Blocks:
    """Cases, penalties, liens, lists: what registers and courts tell."""
    return _dimension(sight, 6)


def declared_finance(sight: Sight) -> Blocks:
    """Figures of the finances as they were told, beside the statements."""
    return _dimension(sight, 3)


def annotated(sight: Sight) -> Blocks:
    """Items on which the channels contradict each other, and those out of date."""
    rows = [(item_name(row), _("contradictory")) for row in sight.file.contradictory] + [
        (item_name(row), _("out of date")) for row in sight.file.stale
    ]
    return [Grid([_("File item"), _("Annotation")], rows)] if rows else []


def masked_items(file: CreditFile) -> list[str]:
    """The items of which a value is hidden from the reader."""
    return list(dict.fromkeys(item_name(row) for row in file.items if any(fact.masked for fact in row.facts)))


def _dimension(sight: Sight, number: int) -> Blocks:
    part = next(one for one in sight.file.dimensions if one.dimension.number == number)
    return _grid(sight, part.items)


def _told(sight: Sight, codes: Iterable[str]) -> Blocks:
    wanted = list(codes)
    items = [row for row in sight.file.items if row.item.code in wanted]
    return _grid(sight, sorted(items, key=lambda row: wanted.index(row.item.code)))


def _grid(sight: Sight, items: Iterable[FiledItem]) -> Blocks:
    held = list(items)
    rows = [line for row in held for line in _lines(sight, row)]
    missing = [row.item.name for row in held if row.missing] if sight.depth != "brief" else []
    note = _("Not told yet: %(items)s") % {"items": "、".join(missing)} if missing else ""
    if not rows:
        return []
    head = [_("File item"), _("What is told"), _("True on"), _("Channel"), _("State")]
    return [Grid(head, rows, note=note)]


def _lines(sight: Sight, row: FiledItem) -> Iterator[tuple[str, ...]]:
    name = item_name(row)
    if row.ledger_value:
        yield (name, told_word(row.item, row.ledger_value), "", _("our ledger"), _("counted"))
    for fact in row.facts:
        marks = [words.word(words.VERIFICATIONS, fact.verification), _("out of date") if fact.stale else ""]
        if row.contradictory:
            marks.append(_("contradictory"))
        state = " · ".join(filter(None, marks))
        yield (name, fact_word(row.item, fact), _day(fact.true_on), _channel(fact.channel), state)
    for fact in row.history if sight.is_full else ():
        told = (fact_word(row.item, fact), _day(fact.true_on), _channel(fact.channel), _("told before"))
        yield (name, *told)


def _channel(code: str) -> str:
    return words.word(words.CHANNELS, code)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
