"""The acts on credit: limits, the check of an order, what a person decides on a held one."""

from __future__ import annotations

from xinheng.judgements.limits.batches import post_limits
from xinheng.judgements.limits.checking import check_order
from xinheng.judgements.limits.covering import ask_cover, meet_cover, withdraw_cover
from xinheng.judgements.limits.limiting import set_limit, set_profile, set_rate
from xinheng.judgements.limits.rechecking import recheck, recheck_all
from xinheng.judgements.limits.reconciling import reconcile
from xinheng.judgements.limits.releasing import reject, release

__all__ = [
    "ask_cover",
    "check_order",
    "meet_cover",
    "post_limits",
    "recheck",
    "recheck_all",
    "reconcile",
    "reject",
    "release",
    "set_limit",
    "set_profile",
    "set_rate",
    "withdraw_cover",
]
