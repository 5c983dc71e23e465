"""Rounds of confirmations: whom they ask, how far they are, reminders to who is silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

import polars as pl
from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.operations.confirmations import accounts, dimensions, drawing, selecting, sending
from xinheng.operations.confirmations.errors import (
    CampaignClosed,
    CampaignEmpty,
    CampaignUnknown,
    ConfirmationInvalid,
)
from xinheng.operations.confirmations.models import Balance, Campaign, Confirmation
from xinheng.operations.confirmations.values import (
    CAMPAIGN_KINDS,
    WAYS,
    Coverage,
    NewCampaign,
    NewConfirmation,
    Selection,
)

AT_ONCE = 500  # accounts drawn up in one go


@transaction.atomic
def open_campaign(*, actor: Actor, on: date, new: NewCampaign) -> Campaign:
    """Begin a round: a letter to each customer within reach whose balance on the day passes the selection.

    A customer whose account does not agree with the ledger is passed over and counted, and stands in the
    proof of ageing. Refuses: AccessDenied, ConfirmationInvalid, CampaignEmpty.
    """
    access.require(actor, "confirmations.write", "campaign")
    _check(new, on=on)
    ids = chosen(actor, new.selection, as_of=new.as_of, on=on)
    if not ids:
        raise CampaignEmpty(as_of=new.as_of)
    kept = Campaign.objects.create(
        name=new.name.strip(), kind=new.kind, as_of=new.as_of, reply_by=new.reply_by,
        selection={name: str(value) for name, value in asdict(new.selection).items() if value},
        company=new.company.strip(), language=new.language, opened_by=actor.login, opened_on=on,
    )  # fmt: skip
    drawn = 0
    for some in _batched(ids):
        drawn += _draw(kept, some, actor=actor, on=on)
    kept.passed_over = len(ids) - drawn
    kept.save(update_fields=["passed_over"])
    after = {
        "campaign": kept.pk, "name": kept.name, "as_of": kept.as_of, "letters": drawn,
        "passed_over": kept.passed_over, "selection": kept.selection,
    }  # fmt: skip
    record(actor=actor, act="confirmations.open_campaign", subject=f"campaign:{kept.pk}", on=on, after=after)
    return kept


def _check(new: NewCampaign, *, on: date) -> None:
    name = new.name.strip()
    if not name or len(name) > 100 or new.kind not in CAMPAIGN_KINDS:
        raise ConfirmationInvalid(cause=_("Give the round a name and a kind."), field="name")
    if new.selection.least < 0:
        raise ConfirmationInvalid(cause=_("The least amount is not below zero."), field="least")
    drawing.check(
        NewConfirmation("letter", new.company, new.as_of, new.reply_by, language=new.language), on=on
    )


def chosen(actor: Actor, selection: Selection, *, as_of: date, on: date) -> list[int]:
    """The customers within reach that a selection means, in the order of their ids."""
    reach = None
    if actor.scope.reach != "everything":
        reach = list(customers.visible(actor, on=on).order_by().values_list("pk", flat=True))
    facts = receivables.control_by_customer(reach, as_of=as_of)
    bounds = {currency: Money.of(selection.least, currency).minor for currency in facts["currency"].unique()}
    least = pl.col("currency").replace_strict(bounds, default=0, return_dtype=pl.Int64)
    owed = pl.col("facts_minor") if selection.owing_only else pl.col("facts_minor").abs()
    found = facts.filter((pl.col("facts_minor") != 0) & (owed >= least) & (owed > 0))
    ids = found.select("customer_id").unique()
    for by, key in (
        ("unit", selection.unit), ("region", selection.region), ("salesperson", selection.salesperson),
    ):  # fmt: skip
        if key:
            keys = dimensions.keys_of(actor, by, as_of=as_of, on=on).filter(pl.col("key") == key)
            ids = ids.join(keys, on="customer_id", how="semi")
    return sorted(ids["customer_id"].to_list())


def _draw(campaign: Campaign, ids: list[int], *, actor: Actor, on: date) -> int:
    found, differing = accounts.letters(ids, as_of=campaign.as_of)
    wrong = set(differing["customer_id"].to_list())
    rows = [
        Confirmation(
            customer_id=customer_id, campaign=campaign, form="letter", company=campaign.company,
            language=campaign.language, as_of=campaign.as_of, reply_by=campaign.reply_by,
            made_by=actor.login, made_on=on,
        )
        for customer_id in ids
        if customer_id not in wrong and customer_id in found
    ]  # fmt: skip
    kept = Confirmation.objects.bulk_create(rows)
    told = [
        balance
        for one in kept
        for balance in drawing.balances(
            one, [each for each in found[one.customer_id] if each.lines or each.balance.minor]
        )
    ]
    Balance.objects.bulk_create(told, batch_size=AT_ONCE)
    return len(kept)


@transaction.atomic
def send_round(*, actor: Actor, on: date, campaign_id: int, way: str) -> tuple[int, int]:
    """Note that the sealed letters of a round went out to the address in each customer's file.

    Gives how many went, and how many customers have no address. Refuses: AccessDenied, CampaignUnknown,
    CampaignClosed, ConfirmationInvalid.
    """
    return _send(actor, on, campaign_id, way, is_reminder=False)


@transaction.atomic
def remind_silent(*, actor: Actor, on: date, campaign_id: int, way: str) -> tuple[int, int]:
    """Note that those who have not answered by the day were reminded of the letter; as `send_round`."""
    return _send(actor, on, campaign_id, way, is_reminder=True)


def _send(actor: Actor, on: date, campaign_id: int, way: str, *, is_reminder: bool) -> tuple[int, int]:
    access.require(actor, "confirmations.write", f"campaign:{campaign_id}")
    campaign = running(campaign_id)
    if way not in WAYS:
        raise ConfirmationInvalid(cause=_("Choose how it was sent."), field="way")
    rows = selecting.reached(actor, on=on).filter(campaign=campaign).exclude(sha256="")
    rows = rows.filter(state="sent", reply_by__lt=on) if is_reminder else rows.filter(state="drawn")
    told = list(rows.select_for_update(of=("self",)))
    with_address = [one for one in told if one.customer.address]
    number = sending.put_out(with_address, actor=actor, on=on, way=way, is_reminder=is_reminder)
    after = {"campaign": campaign.pk, "way": way, "letters": number, "reminder": is_reminder}
    act = "confirmations.remind_silent" if is_reminder else "confirmations.send_round"
    record(actor=actor, act=act, subject=f"campaign:{campaign.pk}", on=on, after=after)
    return number, len(told) - number


@transaction.atomic
def close_campaign(*, actor: Actor, on: date, campaign_id: int) -> Campaign:
    """End a round; answers that come later are still noted. Refuses: AccessDenied, CampaignUnknown,
    CampaignClosed."""
    access.require(actor, "confirmations.write", f"campaign:{campaign_id}")
    found = running(campaign_id)
    found.closed_on, found.closed_by = on, actor.login
    found.save(update_fields=["closed_on", "closed_by"])
    record(actor=actor, act="confirmations.close_campaign", subject=f"campaign:{found.pk}", on=on)
    return found


def get_campaign(campaign_id: int) -> Campaign:
    """One campaign. Refuses: CampaignUnknown."""
    found = Campaign.objects.filter(pk=campaign_id).first()
    if found is None:
        raise CampaignUnknown(campaign=campaign_id)
    return found


def running(campaign_id: int) -> Campaign:
    """A campaign that still runs. Refuses: CampaignUnknown, CampaignClosed."""
    found = get_campaign(campaign_id)
    if found.closed_on:
        raise CampaignClosed(closed_on=found.closed_on)
    return found


def coverage(actor: Actor, campaign: Campaign, *, on: date) -> list[Coverage]:
    """How far a campaign is within reach, a row a currency. Refuses: AccessDenied."""
    rows = selecting.reached(actor, on=on).filter(campaign=campaign).order_by()
    told = Balance.objects.filter(confirmation__in=rows.values("pk"))
    frame = pl.DataFrame(
        list(told.values_list("currency", "balance_minor", "confirmation__state")),
        schema={"currency": pl.String, "minor": pl.Int64, "state": pl.String},
        orient="row",
    ).with_columns(pl.col("minor").abs())
    return list(_coverages(frame))


def _coverages(frame: pl.DataFrame) -> Iterator[Coverage]:
    answered = pl.col("state").is_in(["agreed", "differs", "settled"])
    confirmed = pl.col("state").is_in(["agreed", "settled"])
    summed = frame.group_by("currency").agg(
        chosen=pl.len(), chosen_money=pl.col("minor").sum(), sent=(pl.col("state") != "drawn").sum(),
        answered=answered.sum(), answered_money=pl.col("minor").filter(answered).sum(),
        confirmed=confirmed.sum(), confirmed_money=pl.col("minor").filter(confirmed).sum(),
        silent=(pl.col("state") == "sent").sum(),
    )  # fmt: skip
    for row in summed.sort("currency").iter_rows(named=True):
        currency = row["currency"]
        money: dict[str, Any] = {name: Money(row[name], currency) for name in row if name.endswith("_money")}
        yield Coverage(**{**row, **money})


def _batched(ids: list[int]) -> Iterator[list[int]]:
    for at in range(0, len(ids), AT_ONCE):
        yield ids[at : at + AT_ONCE]
