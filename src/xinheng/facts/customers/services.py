"""The acts on customers and their credit files."""

from __future__ import annotations

from xinheng.facts.customers.posting import post_customers
from xinheng.facts.customers.registering import register
from xinheng.facts.customers.responsibility import assign_responsibility

__all__ = ["assign_responsibility", "post_customers", "register"]
