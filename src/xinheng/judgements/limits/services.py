"""The acts on credit: limits, the check of an order, what a person decides on a held one."""

from __future__ import annotations

from xinheng.judgements.limits.checking import check_order
from xinheng.judgements.limits.limiting import set_limit, set_profile, set_rate
from xinheng.judgements.limits.rechecking import recheck, recheck_all
from xinheng.judgements.limits.reconciling import reconcile
from xinheng.judgements.limits.releasing import reject, release

__all__ = [
    "check_order",
    "recheck",
    "recheck_all",
    "reconcile",
    "reject",
    "release",
    "set_limit",
    "set_profile",
    "set_rate",
]
