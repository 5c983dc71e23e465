"""Which contracts an actor sees, and the lists of the ledger."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from xinheng.base.access import queries as units
from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import add_months
from xinheng.facts.contracts import policy
from xinheng.facts.contracts.errors import ContractUnknown
from xinheng.facts.contracts.models import RUNNING, Change, Contract, Event, LegalCheck, Party, Record
from xinheng.facts.contracts.values import SORTS, STATE_WORDS, Wanted
from xinheng.facts.customers import queries as customers

FIELDS = {
    "no": "no", "customer": "customer__no", "amount": "amount_minor", "drafted": "drafted_on",
    "signed": "signed_on", "ends": "ends_on", "state": "state",
}  # fmt: skip
LOOKS = ("expiring", "past_end", "unarchived", "breached", "unperformed")


def visible(actor: Actor, *, on: date) -> QuerySet[Contract]:
    """The contracts with customers within reach. Refuses: AccessDenied."""
    require(actor, "contracts.read")
    if actor.scope.reach == "everything":
        require(actor, "customers.read")
        return Contract.objects.all()
    return Contract.objects.filter(customer__in=customers.visible(actor, on=on).order_by().values("pk"))


def contracts(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Contract]:
    """The contracts within reach that pass the filters. Refuses: AccessDenied."""
    rows = visible(actor, on=on)
    if wanted.state in STATE_WORDS:
        rows = rows.filter(state=wanted.state)
    for field in ("kind", "handler"):
        if told := getattr(wanted, field):
            rows = rows.filter(**{field: told})
    if wanted.year:
        rows = rows.filter(year=wanted.year)
    if wanted.unit:
        rows = of_unit(rows, wanted.unit)
    if text := wanted.text.strip():
        named = Q(customer__no__istartswith=text) | Q(customer__name__contains=text)
        own = Q(no__istartswith=text) | Q(outside_no__istartswith=text) | Q(title__contains=text)
        rows = rows.filter(own | named)
    rows = _looked(rows, wanted.look, on)
    key = wanted.sort.removeprefix("-")
    column = F(FIELDS[key if key in SORTS else "drafted"])
    order = column.desc(nulls_last=True) if wanted.sort.startswith("-") else column.asc(nulls_last=True)
    return rows.select_related("customer", "unit").order_by(order, "-pk")


def get_contract(actor: Actor, contract_id: int, *, on: date) -> Contract:
    """One contract within reach. Refuses: AccessDenied, ContractUnknown."""
    rows = visible(actor, on=on).select_related("customer", "unit", "request")
    if (found := rows.filter(pk=contract_id).first()) is None:
        raise ContractUnknown(contract=contract_id)
    return found


def numbered(actor: Actor, no: str, *, on: date) -> Contract:
    """One contract within reach by its number. Refuses: AccessDenied, ContractUnknown."""
    found = visible(actor, on=on).select_related("customer", "unit", "request").filter(no=no).first()
    if found is None:
        raise ContractUnknown(contract=no[:60])
    return found


def of_unit(rows: QuerySet[Contract], code: str) -> QuerySet[Contract]:
    """Of some contracts those of a unit and all below it."""
    place = units.units_by_code().get(code)
    return rows.filter(unit__path__contains=f"/{place}/") if place else rows.none()


def about_to_end(rows: QuerySet[Contract], on: date) -> QuerySet[Contract]:
    """Of some contracts those that run and end within the months of the rules, the first first (W-30).

    To 2024-03-31, a month before: from 2024-02-29 on.
    """
    asked = Q(pk__in=[])
    for rules in policy.in_force(on):
        last = last_ending(on, rules.expiry_months)
        asked |= Q(kind__in=[kind.code for kind in rules.kinds], ends_on__lte=last)
    return rows.filter(asked, state__in=RUNNING, ends_on__gte=on).order_by("ends_on", "pk")


def last_ending(on: date, months: int) -> date:
    """The latest end that is within so many months of a day: the last whose day so long before has come."""
    last = add_months(on, months)
    following = date.fromordinal(last.toordinal() + 1)
    while add_months(following, -months) <= on:
        last, following = following, date.fromordinal(following.toordinal() + 1)
    return last


def changes_of(contract: Contract) -> QuerySet[Change]:
    """Its changes, the first first; for callers that see the contract."""
    return Change.objects.filter(contract=contract)


def checks_of(contract: Contract) -> QuerySet[LegalCheck]:
    """What the legal check said, the first first; for callers that see the contract."""
    return LegalCheck.objects.filter(contract=contract)


def events_of(contract: Contract) -> QuerySet[Event]:
    """Its finished events, the first first; for callers that see the contract."""
    return Event.objects.filter(contract=contract)


def parties_of(contract: Contract) -> QuerySet[Party]:
    """Who else is party to it; for callers that see the contract."""
    return Party.objects.filter(contract=contract)


def records_of(contract: Contract) -> QuerySet[Record]:
    """Its performance, the first first; for callers that see the contract."""
    return Record.objects.filter(contract=contract)


def alive_for(customer_id: int, on: date) -> bool:
    """Whether a signed contract with the customer runs on a day. Not narrowed: for rooms above."""
    return alive(on).filter(customer_id=customer_id).exists()


def alive(on: date) -> QuerySet[Contract]:
    """The contracts that run on a day, past their written end too as long as nobody ended them."""
    begun = Q(effective_on__isnull=True) | Q(effective_on__lte=on)
    return Contract.objects.filter(begun, state__in=RUNNING, signed_on__lte=on)


def _looked(rows: QuerySet[Contract], look: str, on: date) -> QuerySet[Contract]:
    open_breach = Record.objects.filter(contract=OuterRef("pk"), kind="breach", cured_on__isnull=True)
    asked: dict[str, Any] = {
        "past_end": Q(state__in=RUNNING, ends_on__lt=on),
        "unarchived": Q(state__in=(*RUNNING, "ended"), archived_on__isnull=True),
        "breached": Exists(open_breach),
        "unperformed": Q(state__in=RUNNING, due_on__lt=on, performed_on__isnull=True),
    }
    if look == "expiring":
        return about_to_end(rows, on)
    return rows.filter(asked[look]) if look in asked else rows
