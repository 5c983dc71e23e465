"""The acts of charges: rates, agreements, runs, corrections, waivers."""

from __future__ import annotations

from xinheng.operations.charges.agreeing import agree, end_agreement
from xinheng.operations.charges.correcting import correct_charges
from xinheng.operations.charges.posting import post_charges
from xinheng.operations.charges.rating import enter_rates
from xinheng.operations.charges.waiving import post_fee, waive

__all__ = [
    "agree",
    "correct_charges",
    "end_agreement",
    "enter_rates",
    "post_charges",
    "post_fee",
    "waive",
]
