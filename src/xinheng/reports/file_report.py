"""The report of a customer's file in three depths, PDF and Excel; masked as the reader's rights are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NotRequired, TypedDict, Unpack

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.facts.customers.values import CreditFile, FiledDimension, FiledItem, ToldFact
from xinheng.facts.receivables import queries as receivables
from xinheng.reports import words
from xinheng.reports.errors import DepthUnknown
from xinheng.reports.exports import notes_of
from xinheng.reports.file_depth import DEPTHS, SCOPES, Depth, Scope, depth_for
from xinheng.reports.file_words import fact_word, item_name, told_word
from xinheng.reports.printed import Table, print_workbook
from xinheng.reports.printing import print_pdf
from xinheng.reports.sheets import Column
from xinheng.reports.values import Printed


class Asked(TypedDict):
    """The depth (blank: by the customer's size and dealings), the day looked at, the form of the file."""

    depth: NotRequired[str]
    as_of: NotRequired[date | None]
    form: NotRequired[Printed]


@dataclass(frozen=True)
class Made:
    """What a report is made of."""

    actor: Actor
    customer: Any
    depth: Depth
    file: CreditFile
    left_out: tuple[str, ...]  # names of the dimensions the report does not hold

    @property
    def scope(self) -> Scope:
        return SCOPES[self.depth]

    @property
    def left(self) -> str:
        return f"{self.customer.no} {self.customer.name}"

    @property
    def right(self) -> str:
        told = {"depth": DEPTHS[self.depth], "day": self.file.on.isoformat()}
        return _("%(depth)s as of %(day)s") % told


def export_file_report(*, actor: Actor, on: date, customer_no: str, **asked: Unpack[Asked]) -> bytes:
    """The file of one customer as a report: it says which of the six dimensions it leaves out.

    Refuses: AccessDenied, CustomerUnknown, DepthUnknown, PrintFontMissing (PDF).
    """
    subject = f"customer:{customer_no}"
    access.require(actor, "exports.read", subject)
    access.require(actor, "customers.read", subject)
    as_of, form = asked.get("as_of") or on, asked.get("form", "pdf")
    customer = customers.get(actor, customer_no, on=on)
    depth = _chosen(actor, customer, asked.get("depth", ""), as_of=as_of)
    ledger = receivables.file_figures(customer, as_of=as_of) if actor.may("receivables.read") else {}
    file = files.read_file(
        actor=actor, on=on, no=customer.no, as_of=as_of, ledger=ledger, dimensions=SCOPES[depth].dimensions
    )
    left_out = tuple(one.name for one in customers.dimensions() if one.number not in SCOPES[depth].dimensions)
    made = Made(actor, customer, depth, file, left_out)
    papers = [_cover(made), *(_dimension(made, one) for one in file.dimensions), *_shareholders(made)]
    if form == "xlsx":
        notes = notes_of(actor, on, [("as_of", as_of)])
        content = print_workbook(papers, notes=notes, about=_("About this file"))
    else:
        footer = _("%(what)s · printed by %(who)s on ") % {"what": made.left, "who": actor.name}
        content = print_pdf(
            papers,
            title=papers[0].title,
            footer=footer + on.isoformat(),
            across=made.scope.sources,
            apart=False,
        )
    after = {"depth": depth, "as_of": as_of.isoformat(), "form": form}
    audit.record(actor=actor, act="exports.file_report", subject=subject, on=on, after=after)
    return content


def file_report_depth(actor: Actor, customer: Any, *, as_of: date) -> Depth:
    """The depth a report of this customer has if nobody asks for another.

    Dealings are bills of the ledger, for those who may see them.
    """
    dealt = actor.may("receivables.read") and bool(receivables.open_balance(customer, as_of=as_of))
    return depth_for(customer.size_class, dealt=dealt)


def _chosen(actor: Actor, customer: Any, depth: str, *, as_of: date) -> Depth:
    if not depth:
        return file_report_depth(actor, customer, as_of=as_of)
    found = next((one for one in SCOPES if one == depth), None)
    if found is None:
        raise DepthUnknown(depth=depth[:40], known=", ".join(SCOPES))
    return found


def _cover(made: Made) -> Table:
    """Who the customer is, and what the report holds and leaves out."""
    one, file = made.customer, made.file
    held = ", ".join(part.dimension.name for part in file.dimensions)
    untold = [part.dimension.name for part in file.dimensions if all(row.missing for row in part.items)]
    masked = [item_name(row) for row in file.items if any(fact.masked for fact in row.facts)]
    rows = [
        (_("Customer no."), one.no),
        (_("Name"), one.name),
        (_("Kind"), words.word(words.KINDS, one.kind)),
        (_("Unified social credit code"), one.uscc or ""),
        (_("ID number"), access.shown(made.actor, "id_number", one.id_number or "")),
        (_("Industry"), words.word(words.SECTIONS, one.industry_section)),
        (_("Region"), one.region),
        (_("Size"), words.word(words.SIZES, one.size_class)),
        (_("Status"), words.word(words.STATUSES, one.status)),
        (_("Salesperson"), _answering(made)),
        (_("Depth of the report"), str(DEPTHS[made.depth])),
        (_("Dimensions held"), held),
        (_("Dimensions left out"), ", ".join(made.left_out) or _("none")),
        (_("Dimensions of which nothing was told"), ", ".join(untold) or _("none")),
        (_("Masked: not shown to this reader"), ", ".join(masked) or _("none")),
    ]
    return Table(
        name=_("Report"),
        title=_("Credit file of a customer"),
        left=made.left,
        right=made.right,
        columns=[Column("", width=24), Column("", width=66)],
        rows=[row for row in rows if row[1]],
    )


def _answering(made: Made) -> str:
    duty = customers.responsible([made.customer], on=made.file.on).get(made.customer.pk)
    return f"{duty.unit.name} {duty.person.name if duty.person else ''}".rstrip() if duty else ""


def _dimension(made: Made, part: FiledDimension) -> Table:
    columns = [
        Column(_("File item"), width=22), Column(_("What is told"), width=36),
        Column(_("True on"), "date", 15), Column(_("Channel"), width=18), Column(_("State"), width=16),
    ]  # fmt: skip
    if made.scope.sources:
        columns += [Column(_("Source"), width=20), Column(_("Told by"), width=12)]
    rows = [row for filed in part.items for row in _rows(made.scope, filed)]
    missing = [filed.item.name for filed in part.items if filed.missing] if made.scope.missing else []
    note = _("Not told yet: %(items)s") % {"items": ", ".join(missing)} if missing else ""
    return Table(
        name=f"{part.dimension.number} {part.dimension.name}",
        title=f"{part.dimension.number} {part.dimension.name}",
        left=made.left,
        right=made.right,
        columns=columns,
        rows=rows or [(_("Nothing was told."), *[None] * (len(columns) - 1))],
        note=note,
    )


def _rows(scope: Scope, filed: FiledItem) -> Iterator[tuple[Any, ...]]:
    """What holds of an item, what the ledger says, and in a full report what was told before."""
    name = item_name(filed)
    if filed.ledger_value:
        figure = told_word(filed.item, filed.ledger_value)
        blank = [None, None] if scope.sources else []
        yield (name, figure, None, _("our ledger"), _("counted"), *blank)
    for fact in filed.facts:
        yield _line(scope, name, filed, fact, _state(filed, fact))
    if scope.history:
        for fact in filed.history:
            yield _line(scope, name, filed, fact, _("told before"))


def _line(scope: Scope, name: str, filed: FiledItem, fact: ToldFact, state: str) -> tuple[Any, ...]:
    told = (name, fact_word(filed.item, fact), fact.true_on, words.word(words.CHANNELS, fact.channel), state)
    return (*told, fact.source, fact.told_by) if scope.sources else told


def _state(filed: FiledItem, fact: ToldFact) -> str:
    """How far a value may be relied on."""
    marks = [
        words.word(words.VERIFICATIONS, fact.verification),
        _("contradictory") if filed.contradictory else "",
        _("out of date") if fact.stale else "",
    ]
    return " · ".join(mark for mark in marks if mark)


def _shareholders(made: Made) -> Iterator[Table]:
    held = made.file.holdings
    if not held.known or made.depth == "brief":
        return
    rows: list[tuple[Any, ...]] = [(one.name, one.share) for one in held.known]
    if held.unknown:
        rows.append((_("unknown"), held.unknown))
    yield Table(
        name=_("Shareholders"),
        title=_("Shareholders"),
        left=made.left,
        right=made.right,
        columns=[Column(_("Name"), width=40), Column(_("Share"), "share", 12)],
        rows=rows,
    )
