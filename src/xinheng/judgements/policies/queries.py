"""Questions to policies: what differs between two of them."""

from __future__ import annotations

from xinheng.judgements.policies.comparing import Difference, differences, text_differences

__all__ = ["Difference", "differences", "text_differences"]
