"""The credit file put together: what holds of each item, beside what, how old, and how complete."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Q

from xinheng.facts.customers.items import catalogue, dimensions, is_stale, unclassified
from xinheng.facts.customers.models import Customer, FileFact, RelatedParty
from xinheng.facts.customers.values import (
    Basis,
    CreditFile,
    FiledDimension,
    FiledItem,
    Holding,
    Holdings,
    Item,
    ToldFact,
)

UNPROVEN = {"mailed_form"}  # channels that count only once somebody examined what they told (LSE-11)
HEARSAY = {"colleagues", "press"}  # stand behind every other channel that told the same item (FOU-10)


@dataclass(frozen=True)
class Sight:
    """How a file is looked at: the day, what the ledger says, and whether sensitive values are shown."""

    on: date
    ledger: Mapping[str, str]
    unmasked: bool


def compose(customer: Customer, sight: Sight) -> CreditFile:
    """The file of one customer, in three queries."""
    known = catalogue()
    told: dict[str, dict[str, list[FileFact]]] = defaultdict(lambda: defaultdict(list))
    facts = FileFact.objects.filter(customer=customer, told_on__lte=sight.on)
    for fact in facts.order_by("-true_on", "-id"):
        told[fact.item][fact.key].append(_as_known(fact, sight.on))
    held = holdings(customer, on=sight.on)
    filed = {
        code: _filed(customer, item, told.get(code, {}), sight, held=held) for code, item in known.items()
    }
    filed = {code: rows for code, rows in filed.items() if not _out_of_place(customer, known[code], rows)}
    strange = [code for code in told if code not in known]
    return CreditFile(
        no=customer.no,
        on=sight.on,
        dimensions=tuple(
            FiledDimension(
                one,
                tuple(
                    row for code, rows in filed.items() if known[code].dimension == one.number for row in rows
                ),
                _completeness(customer, filed, dimension=one.number),
            )
            for one in dimensions()
        ),
        unclassified=tuple(
            row
            for code in strange
            for row in _filed(customer, unclassified(code), told[code], sight, held=held)
        ),
        completeness=_completeness(customer, filed),
        holdings=held,
    )


def _as_known(fact: FileFact, on: date) -> FileFact:
    """The fact as it stood on a day: a verdict of later was not known then."""
    if fact.verified_on and fact.verified_on > on:
        fact.verification, fact.verified_by, fact.verified_on, fact.evidence = "declared", "", None, ""
    return fact


def holdings(customer: Customer, *, on: date) -> Holdings:
    """Who owns the customer on a day, and what part nobody was told to hold."""
    running = Q(from_on__isnull=True) | Q(from_on__lte=on)
    running &= Q(until_on__isnull=True) | Q(until_on__gt=on)
    rows = RelatedParty.objects.filter(running, customer=customer, relation="shareholder")
    known = tuple(
        Holding(row.other.name if row.other else row.other_name, row.other.no if row.other else "", row.share)
        for row in rows.select_related("other").order_by("-share", "id")
    )
    return Holdings(known, Decimal(1) - sum((one.share or Decimal(0) for one in known), Decimal(0)))


def share_of(part: int, whole: int) -> Decimal | None:
    """A share of 0 to 1 to four places; None of nothing."""
    if not whole:
        return None
    return (Decimal(part) / whole).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


def _out_of_place(customer: Customer, item: Item, rows: list[FiledItem]) -> bool:
    return item.personal and customer.kind != "person" and all(row.missing for row in rows)


def _completeness(
    customer: Customer, filed: Mapping[str, list[FiledItem]], *, dimension: int = 0
) -> Decimal | None:
    wanted = [
        rows
        for rows in filed.values()
        for item in [rows[0].item]
        if customer.kind in item.key_for and dimension in (0, item.dimension)
    ]
    return share_of(sum(any(not row.missing for row in rows) for rows in wanted), len(wanted))


def _filed(
    customer: Customer, item: Item, told: Mapping[str, list[FileFact]], sight: Sight, *, held: Holdings
) -> list[FiledItem]:
    """The lines of one item: one, or one for each key of an item that comes many times."""
    if told:
        return [_line(item, key, facts, sight) for key, facts in sorted(told.items())]
    row = _from_row(customer, item, sight)
    known = row is not None or (item.holdings and held.known)
    basis: Basis = "row" if known else "missing"
    ledger = sight.ledger.get(item.code, "") if item.ledger else ""
    return [
        FiledItem(
            item, "", (row,) if row else (), (), contradictory=False, stale=bool(row and row.stale),
            basis="ledger" if ledger else basis, ledger_value=ledger,
        )
    ]  # fmt: skip


def _line(item: Item, key: str, facts: list[FileFact], sight: Sight) -> FiledItem:
    standing = present(facts)
    values = {fact.value for fact in standing}
    counted = standing if len(values) > 1 else standing[:1]
    ledger = sight.ledger.get(item.code, "") if item.ledger else ""
    shown = tuple(_told(item, fact, sight) for fact in counted)
    basis: Basis = "declared" if item.ledger else "told"
    return FiledItem(
        item=item,
        key=_masked(key) if item.sensitive and not sight.unmasked else key,
        facts=shown,
        history=tuple(_told(item, fact, sight) for fact in facts if fact not in counted),
        contradictory=len(values) > 1,
        stale=bool(shown) and all(fact.stale for fact in shown),
        basis=basis if shown else "missing",
        ledger_value=ledger,
    )


def present(facts: list[FileFact]) -> list[FileFact]:
    """What holds now: the last of each channel that nobody disputed, a verified one first.

    A fact that was verified settles what other channels had told until then.
    """
    standing = [fact for fact in facts if fact.verification != "disputed"]
    last = list({fact.channel: fact for fact in reversed(standing)}.values())
    verified = [fact for fact in last if fact.verified_on and fact.verification == "verified"]
    if verified:
        sure = max(verified, key=lambda fact: (fact.verified_on or date.min, fact.pk))
        assert sure.verified_on
        later = [fact for fact in last if fact.told_on > sure.verified_on and fact is not sure]
        return [sure, *later]
    return sorted(last, key=lambda fact: (fact.channel not in HEARSAY, fact.true_on, fact.pk), reverse=True)


def proven(fact: FileFact) -> bool:
    """Whether a fact may be reckoned with: one of a mailed form once somebody examined it."""
    return fact.channel not in UNPROVEN or fact.verification == "verified"


def _told(item: Item, fact: FileFact, sight: Sight) -> ToldFact:
    hidden = item.sensitive and not sight.unmasked
    return ToldFact(
        id=fact.pk,
        value=_masked(fact.value) if hidden else fact.value,
        masked=hidden,
        true_on=fact.true_on,
        told_on=fact.told_on,
        channel=fact.channel,
        source=fact.source,
        told_by=fact.told_by,
        verification=fact.verification,  # type: ignore[arg-type]
        verified_by=fact.verified_by,
        verified_on=fact.verified_on,
        evidence=fact.evidence,
        stale=is_stale(item, fact.true_on, on=sight.on),
        usable=proven(fact),
        reliable=fact.channel not in HEARSAY,
    )


def _from_row(customer: Customer, item: Item, sight: Sight) -> ToldFact | None:
    """What the customer's own row says of an item that nobody told as a fact yet."""
    value = row_value(customer, item) if item.field else ""
    if not value:
        return None
    source = customer.source or (f"batch {customer.batch_no}" if customer.batch_no else "")
    stale = is_stale(item, customer.told_on, on=sight.on)
    return ToldFact(
        id=None, value=value, masked=False, true_on=customer.told_on, told_on=customer.told_on,
        channel=customer.channel, source=source, told_by="", verification="declared", verified_by="",
        verified_on=None, evidence="", stale=stale, usable=customer.channel not in UNPROVEN,
    )  # fmt: skip


def row_value(customer: Customer, item: Item) -> str:
    """What the customer's row says of an item, as a fact would say it; blank when it says nothing."""
    value = getattr(customer, item.field)
    if value is None or value == "":
        return ""
    return f"{Decimal(value).scaleb(-2):.2f}" if item.type == "money" else str(value)


def _masked(text: str) -> str:
    """The last four signs of what is long enough to be told apart by them, else nothing."""
    return "*" * (len(text) - 4) + text[-4:] if len(text) >= 12 and text.isascii() else "****"
