"""What reminders do to accounts: their level is seen by the checks, and a level may hold an account."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import polars as pl
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.limits.models import Account

AT_ONCE = 500
Place = tuple[int, str]  # customer and segment


@transaction.atomic
def note_reminders(*, actor: Actor, on: date, levels: pl.DataFrame, customer_ids: Collection[int]) -> int:
    """Note the highest level of a reminder that stands for each account of some customers (SAP-11).

    levels: customer_id, segment, level; an account without a row has none. Gives how many accounts changed.
    Refuses: AccessDenied.
    """
    access.require(actor, "limits.write")
    told = {(key, segment): level for key, segment, level in levels.iter_rows()}
    changed = []
    for account in _accounts(customer_ids):
        level = told.get((account.customer_id, account.segment), 0)
        if account.dunning_level != level:
            account.dunning_level, account.version = level, F("version") + 1
            changed.append(account)
    Account.objects.bulk_update(changed, ["dunning_level", "version"], batch_size=AT_ONCE)
    if changed:
        after = {"accounts": len(changed), "highest": max(told.values(), default=0)}
        audit.record(actor=actor, act="limits.note_reminders", subject="accounts:", on=on, after=after)
    return len(changed)


@transaction.atomic
def hold_accounts(*, actor: Actor, on: date, accounts: Collection[Place]) -> dict[Place, str]:
    """Put accounts on hold because of their reminders; gives the status before of those that were open or
    watched. Who is on hold or stopped already stays as it is, and is not given. Refuses: AccessDenied.
    """
    access.require(actor, "limits.write")
    wanted = set(accounts)
    before = {}
    for account in _accounts({key for key, _segment in wanted}):
        place = (account.customer_id, account.segment)
        if place in wanted and account.status in ("open", "watch"):
            before[place] = account.status
            _set(account, "hold", actor, on, _("A reminder stands at a level that stops new orders."))
    return before


@transaction.atomic
def free_accounts(*, actor: Actor, on: date, accounts: Mapping[Place, str]) -> int:
    """Give accounts back the status they had before their reminders held them; gives how many.

    An account that somebody has set otherwise since stays as it is. Refuses: AccessDenied.
    """
    access.require(actor, "limits.write")
    freed = 0
    for account in _accounts({key for key, _segment in accounts}):
        place = (account.customer_id, account.segment)
        if place in accounts and account.status == "hold":
            _set(
                account,
                accounts[place],
                actor,
                on,
                _("Nothing open stands at a level that stops new orders."),
            )
            freed += 1
    return freed


def _accounts(customer_ids: Collection[int]) -> list[Account]:
    """The accounts of customers, locked, in the order everybody locks them in."""
    ids = sorted(customer_ids)
    found: list[Account] = []
    for at in range(0, len(ids), AT_ONCE):
        some = Account.objects.select_for_update(of=("self",)).filter(customer_id__in=ids[at : at + AT_ONCE])
        found += some.select_related("customer").order_by("pk")
    return found


def _set(account: Account, status: str, actor: Actor, on: date, reason: str) -> None:
    before = account.status
    account.status, account.version = status, F("version") + 1
    account.save(update_fields=["status", "version"])
    audit.record(
        actor=actor, act="limits.set_profile", subject=f"customer:{account.customer.no}", on=on,
        before={"status": before}, after={"segment": account.segment, "status": status}, reason=reason,
    )  # fmt: skip
