"""Replays in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.judgements.shadow.values import Note

Words = str | Promise
STATES: Mapping[str, Words] = {
    "waiting": _("replay waits"),
    "running": _("replay runs"),
    "done": _("replay done"),
    "cancelled": _("replay stopped"),
    "failed": _("replay failed"),
}
HOWS: Mapping[str, Words] = {
    "table": _("from a table that was handed in"),
    "mean_sales": _("by rule: percent of the mean monthly sales"),
    "highest_balance": _("by rule: percent of the highest balance so far"),
    "present": _("the limits that hold here today"),
    "unlimited": _("without limits: the other rules alone"),
}
VERDICTS: Mapping[str, Words] = {
    "stopped": _("held or rejected"),
    "held": _("would be held"),
    "rejected": _("would be rejected"),
    "let_go": _("let go by itself"),
    "still_held": _("held to the end"),
    "held_back": _("goods held back at the gate"),
    "warned": _("passed with a warning"),
    "passed": _("would pass"),
}
OUTCOMES: Mapping[str, Words] = {
    "good": _("paid in time"),
    "late": _("paid late"),
    "unpaid": _("not paid, and late"),
    "open": _("open, not late yet"),
    "not_billed": _("never billed"),
}
BLOCKS: Mapping[str, Words] = {"blocked": _("really blocked"), "free": _("not really blocked")}
STRENGTHS: Mapping[str, Words] = {
    "warn": _("warns only"),
    "hold": _("holds the order"),
    "stop": _("rejects the order"),
}
CHECKS: Mapping[str, Words] = {
    "limit": _("credit limit"),
    "document": _("value of one order"),
    "first": _("first order"),
    "oldest": _("oldest open bill"),
    "overdue_share": _("share that is overdue"),
    "overdue_amount": _("amount that is overdue"),
    "status": _("status of the account"),
    "rules": _("no rule fits"),
    "prepaid": _("prepayment is missing"),
    "review": _("day of review"),
    "terms": _("days of credit asked for"),
    "dunning": _("level of reminders"),
    "late_days": _("habit of paying late"),
    "critical": _("fields that differ from what is agreed"),
}
WHYS: Mapping[str, Words] = {
    "not_told": _("a past ledger does not tell what it looks at"),
    "no_status": _("no status of an account is told"),
    "too_many": _("only the first 58 rules are replayed"),
}
NOTES: Mapping[str, Words] = {
    "lacking": _("%(count)s rows of %(table)s tell no %(fields)s and are left out."),
    "abroad": _("%(count)s rows (%(kind)s) in another currency than %(currency)s are left out."),
    "unknown_kind": _("%(count)s rows of %(table)s are of a kind that is not known and are left out."),
    "told_twice": _("%(count)s rows of %(table)s carry a number told before and are left out."),
    "not_above_zero": _("%(count)s orders are not above zero and are left out."),
    "delivery_of_no_order": _("%(count)s deliveries name no known order and are left out."),
    "bills_stand_for_orders": _(
        "No orders are told: each of %(count)s bills stands for one, delivered on its day."
    ),
    "bills_stand_for_deliveries": _(
        "No deliveries are told: goods of %(count)s bills left on the day of the bill."
    ),
    "deliveries_stand_for_bills": _(
        "Assumed: no bills are told, so each delivery is billed on its day and due %(days)s days later."
    ),
    "paid_after_assumed": _(
        "Assumed: no receipts are told, so each bill is paid %(days)s days after its day."
    ),
    "oldest_first": _(
        "%(count)s receipts name no bill: the oldest bills of the customer are taken as paid first."
    ),
    "not_replayed": _("Rule %(rule)s (%(check)s) is not replayed: %(why)s."),
    "asked_of_nobody": _("Rule %(rule)s names risk classes, and none is told: it is asked of nobody."),
    "first_versions": _("Orders stand as they were first posted; later changes of them are not replayed."),
    "other_limits": _(
        "%(count)s limits of groups, segments or parts are not replayed: own limits over all bind."
    ),
}


def note_told(note: Note) -> str:
    """A note in words."""
    told: dict[str, Any] = dict(note.told)
    for name, words in (("why", WHYS), ("check", CHECKS)):
        if name in told:
            told[name] = words[told[name]]
    return str(NOTES[note.what]) % told
