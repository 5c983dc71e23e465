"""The acts of this room."""

from __future__ import annotations

from xinheng.judgements.terms.granting import grant_terms

__all__ = ["grant_terms"]
