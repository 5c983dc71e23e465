"""Facts of the credit file: told with channel and source, verified, settled when two disagree."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries
from xinheng.facts.customers.errors import (
    ChannelMissing,
    ConsentMissing,
    DayInvalid,
    FactUnknown,
    FieldInvalid,
    ItemUnknown,
    OwnFactVerified,
    SourceMissing,
)
from xinheng.facts.customers.filing import present, proven, row_value
from xinheng.facts.customers.industry import section_of
from xinheng.facts.customers.items import CODE, catalogue, item_of, normal_key, normal_value, shipped_items
from xinheng.facts.customers.models import CHANNELS, Customer, FileFact, SiteItem
from xinheng.facts.customers.registering import LENGTHS, judge_size
from xinheng.facts.customers.values import MASK, CreditFile, Item, NewFact

NEED_SOURCE = {"other", "agency"}


@transaction.atomic
def tell_fact(*, actor: Actor, on: date, no: str, fact: NewFact) -> FileFact:
    """Append one fact to a customer's file; what was told before stays.

    An item nobody classified is kept too and stands on the list of `queries.unclassified_items`. One that
    also stands in the customer's row changes the row when it is the newest. Telling the very same again
    gives the fact that is there. Refuses: AccessDenied, CustomerUnknown, CustomerClosed, ItemUnknown,
    ChannelMissing, SourceMissing, ValueInvalid, DayInvalid, ConsentMissing, FieldInvalid.
    """
    access.require(actor, "customers.write", f"customer:{no}")
    customer = queries.open_customer(actor, no, on=on, lock=True)
    item = item_of(fact.item)
    checked = _checked(customer, item, fact, on=on)
    there = _same(customer, checked)
    if there:
        return there
    if item.field:
        _keep_row(customer, item)
    kept = FileFact.objects.create(
        customer=customer,
        item=item.code,
        key=checked.key,
        value=checked.value,
        true_on=checked.true_on or on,
        told_on=on,
        channel=checked.channel,
        source=checked.source,
        told_by=actor.login,
    )
    before = _set_row(customer, item, on=on) if item.field else None
    _record(actor, on, "customers.tell_fact", kept, item, before=before)
    return kept


@transaction.atomic
def verify_fact(*, actor: Actor, on: date, fact_id: int, holds: bool, evidence: str) -> FileFact:
    """Say who found a fact to hold, or not, when, and by what evidence. A fact that does not is disputed.

    What also stands in the customer's row is taken from the facts that are left.
    Refuses: AccessDenied, FactUnknown, FieldInvalid without evidence, OwnFactVerified.
    """
    access.require(actor, "customers.write", f"fact:{fact_id}")
    fact = _fact(actor, fact_id, on=on)
    if not evidence.strip() or len(evidence) > 300:
        raise FieldInvalid(field="evidence", value=evidence[:60])
    if holds and fact.told_by == actor.login:
        raise OwnFactVerified(fact=fact_id)
    before = {"verification": fact.verification, "evidence": fact.evidence}
    _judge(fact, actor, on, "verified" if holds else "disputed", evidence.strip())
    item = item_of(fact.item)
    if item.field:
        _set_row(Customer.objects.select_for_update().get(pk=fact.customer_id), item, on=on)
    _record(actor, on, "customers.verify_fact", fact, item, before=before)
    return fact


@transaction.atomic
def settle_contradiction(*, actor: Actor, on: date, fact_id: int, evidence: str) -> FileFact:
    """Let one of several contradicting facts hold: it is verified, those that stand beside it are disputed.

    What a channel told before its last stays as it was. Refuses as `verify_fact` does.
    """
    access.require(actor, "customers.write", f"fact:{fact_id}")
    asked = _fact(actor, fact_id, on=on)
    told = list(_facts(asked.customer, asked.item, asked.key).order_by("-true_on", "-id"))
    beside = [fact for fact in present(told) if fact.value != asked.value]
    chosen = verify_fact(actor=actor, on=on, fact_id=fact_id, holds=True, evidence=evidence)
    item = item_of(chosen.item)
    for other in beside:
        before = {"verification": other.verification, "evidence": other.evidence}
        _judge(other, actor, on, "disputed", evidence.strip())
        _record(actor, on, "customers.verify_fact", other, item, before=before)
    if item.field:
        _set_row(Customer.objects.select_for_update().get(pk=chosen.customer_id), item, on=on)
    return chosen


@transaction.atomic
def classify_item(*, actor: Actor, on: date, item: Item) -> SiteItem:
    """Give an item of the site's own its dimension (1 to 6), class and names. Again changes them.

    Refuses: AccessDenied, ItemUnknown for a shipped item or no code, FieldInvalid.
    """
    access.require(actor, "customers.write", f"item:{item.code}")
    if item.code in shipped_items() or not CODE.match(item.code):
        raise ItemUnknown(item=item.code)
    if item.dimension not in range(1, 7) or item.credit not in {"moral", "asset"}:
        raise FieldInvalid(field="dimension", value=item.dimension)
    if not (0 < len(item.zh.strip()) <= 60 and len(item.en) <= 60):
        raise FieldInvalid(field="name", value=item.zh[:60])
    told = {
        "dimension": item.dimension,
        "credit": item.credit,
        "name": item.zh.strip(),
        "name_en": item.en.strip() or item.code,
        "stale_after_months": item.stale_after_months,
    }
    before = SiteItem.objects.filter(code=item.code).values(*told).first()
    kept, _ = SiteItem.objects.update_or_create(code=item.code, defaults=told)
    subject = f"item:{item.code}"
    record(actor=actor, act="customers.classify_item", subject=subject, on=on, before=before, after=told)
    return kept


@transaction.atomic
def set_age_limit(*, actor: Actor, on: date, item: str, months: int | None) -> SiteItem:
    """Say after how many months a fact of an item is out of date; None: never.

    Refuses: AccessDenied, ItemUnknown for an item nobody classified, FieldInvalid.
    """
    access.require(actor, "customers.write", f"item:{item}")
    known = catalogue().get(item)
    if known is None:
        raise ItemUnknown(item=item)
    if months is not None and not 0 < months <= 600:
        raise FieldInvalid(field="stale_after_months", value=months)
    told = {"dimension": known.dimension, "credit": known.credit, "name": known.zh, "name_en": known.en}
    kept, _ = SiteItem.objects.update_or_create(code=item, defaults=told | {"stale_after_months": months})
    record(
        actor=actor, act="customers.set_age_limit", subject=f"item:{item}", on=on,
        before={"stale_after_months": known.stale_after_months}, after={"stale_after_months": months},
    )  # fmt: skip
    return kept


@transaction.atomic
def read_file(
    *,
    actor: Actor,
    on: date,
    no: str,
    as_of: date | None = None,
    ledger: dict[str, str] | None = None,
    dimensions: Collection[int] = (),
) -> CreditFile:
    """A customer's credit file as the actor may see it; the trail notes which sensitive items were shown.

    as_of: the day looked at (the business day). ledger: figures of the ledger by item, from the rooms that
    keep it. dimensions: the numbers of those asked for; none: all, and what nobody classified.
    Refuses: AccessDenied, CustomerUnknown.
    """
    customer = queries.get(actor, no, on=on)
    unmasked = actor.may("sensitive.read")
    filed = queries.file_of(customer, on=as_of or on, ledger=ledger, unmasked=unmasked)
    if dimensions:
        asked = tuple(one for one in filed.dimensions if one.dimension.number in dimensions)
        filed = replace(filed, dimensions=asked, unclassified=())
    shown = sorted({one.item.code for one in filed.items if one.item.sensitive and one.facts})
    if unmasked and shown:
        subject = f"customer:{no}"
        record(actor=actor, act="sensitive.read", subject=subject, on=on, after={"items": shown})
    return filed


def _checked(customer: Customer, item: Item, fact: NewFact, *, on: date) -> NewFact:
    if fact.channel not in dict(CHANNELS):
        raise ChannelMissing(item=item.name)
    source = fact.source.strip()
    if (item.needs_source or fact.channel in NEED_SOURCE) and not source:
        raise SourceMissing(item=item.name)
    if len(source) > 200:
        raise FieldInvalid(field="source", value=source[:60])
    true_on = fact.true_on or on
    if true_on > on:
        raise DayInvalid(field="true_on", day=true_on)
    if item.personal and customer.kind == "person" and not consents(customer):
        raise ConsentMissing(item=item.name)
    value = normal_value(item, fact.value, on=on)
    if item.field in LENGTHS and len(value) > LENGTHS[item.field]:
        raise FieldInvalid(field=item.field, value=value[:60])
    if item.field in {"revenue_minor", "assets_minor"} and value.startswith("-"):
        raise FieldInvalid(field=item.field, value=value)
    if item.field == "employees" and int(value) >= 2**31:
        raise FieldInvalid(field=item.field, value=value)
    return replace(fact, value=value, key=normal_key(item, fact.key), source=source, true_on=true_on)


def consents(customer: Customer) -> bool:
    """Whether the person agreed, by what was told last, that personal items are kept."""
    told = (
        _facts(customer, "personal_consent", "").exclude(verification="disputed").order_by("-told_on", "-id")
    )
    last = told.first()
    return last is not None and last.value == "yes"


def _facts(customer: Customer, item: str, key: str) -> QuerySet[FileFact]:
    return FileFact.objects.filter(customer=customer, item=item, key=key)


def _same(customer: Customer, fact: NewFact) -> FileFact | None:
    told = {"value": fact.value, "channel": fact.channel, "source": fact.source, "true_on": fact.true_on}
    return _facts(customer, fact.item, fact.key).filter(**told).exclude(verification="disputed").first()


def _fact(actor: Actor, fact_id: int, *, on: date) -> FileFact:
    fact = FileFact.objects.select_for_update().filter(pk=fact_id).first()
    if fact is None or not queries.visible(actor, on=on).filter(pk=fact.customer_id).exists():
        raise FactUnknown(fact=fact_id)
    return fact


def _judge(fact: FileFact, actor: Actor, on: date, verdict: str, evidence: str) -> None:
    fact.verification, fact.evidence = verdict, evidence
    fact.verified_by, fact.verified_on = actor.login, on
    fact.save(update_fields=["verification", "evidence", "verified_by", "verified_on"])


def _keep_row(customer: Customer, item: Item) -> None:
    """What stands in the row only becomes a fact of its own, so that a new one stands beside it."""
    kept = row_value(customer, item)
    if kept and not _facts(customer, item.code, "").exists():
        FileFact.objects.create(
            customer=customer, item=item.code, value=kept, true_on=customer.told_on, told_on=customer.told_on,
            channel=customer.channel, source=customer.source or f"batch {customer.batch_no or ''}".strip(),
            told_by="",
        )  # fmt: skip


def _set_row(customer: Customer, item: Item, *, on: date) -> dict[str, Any] | None:
    """Let the customer's row say what comes first in the file; gives what it said before, if other."""
    told = [fact for fact in _facts(customer, item.code, "").order_by("-true_on", "-id") if proven(fact)]
    standing = present(told)
    before, value = row_value(customer, item), standing[0].value if standing else ""
    if before == value:
        return None
    setattr(customer, item.field, _column_value(item, value))
    customer.industry_section = section_of(customer.industry)
    customer.size_class = judge_size(customer, on=on)
    customer.save(update_fields=[item.field, "industry_section", "size_class"])
    return {"value": before}


def _column_value(item: Item, value: str) -> str | int | date | None:
    if not value and item.type in {"money", "count", "date"}:
        return None
    match item.type:
        case "money":
            return int(Decimal(value).scaleb(2))
        case "count":
            return int(value)
        case "date":
            return date.fromisoformat(value)
    return value


def _record(
    actor: Actor, on: date, act: str, fact: FileFact, item: Item, *, before: dict[str, Any] | None
) -> None:
    told = {"key": fact.key, "value": fact.value}
    if item.sensitive:
        told = {name: MASK if value else "" for name, value in told.items()}
    after = told | {
        "fact": fact.pk, "item": fact.item, "true_on": fact.true_on, "channel": fact.channel,
        "source": fact.source, "verification": fact.verification, "evidence": fact.evidence,
    }  # fmt: skip
    subject = f"customer:{fact.customer.no}"
    record(actor=actor, act=act, subject=subject, on=on, before=before, after=after)
