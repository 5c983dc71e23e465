"""The acts of telling other systems."""

from __future__ import annotations

from xinheng.base.webhooks.telling import tell, tell_all

__all__ = ["tell", "tell_all"]
