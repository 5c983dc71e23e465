"""The acts on credit: limits, the check of an order, what a person decides on a held one."""

from __future__ import annotations

from xinheng.judgements.limits.batches import post_limits
from xinheng.judgements.limits.checking import check_order, try_order
from xinheng.judgements.limits.checking_many import check_all, check_orders
from xinheng.judgements.limits.covering import ask_cover, meet_cover, withdraw_cover
from xinheng.judgements.limits.holding import hold
from xinheng.judgements.limits.limiting import set_limit, set_profile, set_rate
from xinheng.judgements.limits.nightly import end_day, prove
from xinheng.judgements.limits.proposing import propose_checks
from xinheng.judgements.limits.rechecking import recheck
from xinheng.judgements.limits.rechecking_many import recheck_all
from xinheng.judgements.limits.reconciling import reconcile
from xinheng.judgements.limits.refreshing import refresh
from xinheng.judgements.limits.releasing import reject, release
from xinheng.judgements.limits.reminded import free_accounts, hold_accounts, note_reminders
from xinheng.judgements.limits.repairing import repair

__all__ = [
    "ask_cover",
    "check_all",
    "check_order",
    "check_orders",
    "end_day",
    "free_accounts",
    "hold",
    "hold_accounts",
    "meet_cover",
    "note_reminders",
    "post_limits",
    "propose_checks",
    "prove",
    "recheck",
    "recheck_all",
    "reconcile",
    "refresh",
    "reject",
    "release",
    "repair",
    "set_limit",
    "set_profile",
    "set_rate",
    "try_order",
    "withdraw_cover",
]
