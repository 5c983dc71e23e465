"""What the demonstration company did with its balances: proven, and confirmed with its largest customers."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.operations.confirmations import queries as confirmations
from xinheng.operations.confirmations import services as acts
from xinheng.operations.confirmations.errors import CampaignEmpty
from xinheng.operations.confirmations.values import (
    NewAnswer,
    NewCampaign,
    NewDifference,
    NewSending,
    Selection,
    Wanted,
)
from xinheng.reports import services as reports
from xinheng.reports.errors import PrintFontMissing

CONFIRMS, WORKS_OFF = "credit", "finance"
SIGNS = "对方会计（演示）"
COMPANY = "星衡贸易有限公司（演示）"
LEAST = Decimal(1_000_000)  # yuan: only the largest balances are asked for
SENT, AGREED = 4, 2  # of the letters; one more answers that its figure differs
OFF = Money.of("8600.00")  # what the one that differs lacks
AGO = timedelta(days=5)


@transaction.atomic
def confirm_balances(*, actor: Actor, on: date) -> None:
    """Prove the ageing, begin the round of the last quarter, send some letters, note some answers.

    A load that was cut off and goes on finds it done already and leaves it alone.
    """
    if confirmations.campaigns(actor).exists():
        return
    acts.end_day(actor=actor, on=on)
    who = access.actor_of(people.person_by_login(CONFIRMS), on=on, via="run")
    begun = on - AGO
    ends = begun.replace(month=(begun.month - 1) // 3 * 3 + 1, day=1) - timedelta(days=1)
    name = f"{ends.year} 年第 {(ends.month + 2) // 3} 季度对账（演示）"
    new = NewCampaign(
        name, "quarterly", ends, begun + timedelta(days=15), COMPANY, Selection(LEAST, owing_only=True)
    )
    with suppress(CampaignEmpty, PrintFontMissing):  # a small company, or nothing to print with
        campaign = acts.open_campaign(actor=who, on=begun, new=new)
        wanted = Wanted(campaign=campaign.pk, sort="-balance")
        letters = list(confirmations.confirmations(who, wanted, on=on)[:SENT])
        for place, letter in enumerate(letters):
            told: dict[str, Any] = {"actor": who, "on": begun}
            reports.seal_confirmation(**told, confirmation_id=letter.pk)
            sending = NewSending("courier", "客户财务部（演示）", begun, f"SF{place + 1:06d}")
            acts.note_sent(**told, confirmation_id=letter.pk, new=sending)
        for place, letter in enumerate(letters[: AGREED + 1]):
            _answer(letter, {"actor": who, "on": on}, agrees=place < AGREED, on=on)


def _answer(letter: Any, told: dict[str, Any], *, agrees: bool, on: date) -> None:
    if agrees:
        answer = NewAnswer(agrees=True, answered_by=SIGNS, answered_on=on, is_sealed=True)
        acts.note_answer(**told, confirmation_id=letter.pk, new=answer)
    else:
        _differ(letter, told, on=on)


def _differ(letter: Any, told: dict[str, Any], *, on: date) -> None:
    """One answer names less than ours: a bill they have not booked is worked off by finance."""
    side = confirmations.told(letter).sides[0]
    theirs = {side.balance.currency: side.account.balance - Money(OFF.minor, side.balance.currency)}
    answer = NewAnswer(agrees=False, answered_by=SIGNS, answered_on=on, theirs=theirs)
    acts.note_answer(**told, confirmation_id=letter.pk, new=answer)
    part = Money(-OFF.minor, side.balance.currency)
    difference = NewDifference("missing_bill", part, WORKS_OFF, on + timedelta(days=7), note="对方未入账")
    acts.explain(**told, confirmation_id=letter.pk, new=difference)
