"""Questions to policies: what differs between two of them, and which values of a text a form may change."""

from __future__ import annotations

from xinheng.judgements.policies.comparing import Difference, differences, text_differences
from xinheng.judgements.policies.editing import MARKS, Field, edited, fields_of

__all__ = ["MARKS", "Difference", "Field", "differences", "edited", "fields_of", "text_differences"]
