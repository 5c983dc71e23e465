"""The acts on orders. What is posted is never changed: a change is a further version."""

from __future__ import annotations

from xinheng.facts.orders.acts import bill_order, change_order, deliver, end_order, place_order, to_post
from xinheng.facts.orders.posting import post_billings, post_deliveries, post_orders
from xinheng.facts.orders.rules import check_order as check_fields

__all__ = [
    "bill_order",
    "change_order",
    "check_fields",
    "deliver",
    "end_order",
    "place_order",
    "post_billings",
    "post_deliveries",
    "post_orders",
    "to_post",
]
