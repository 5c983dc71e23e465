"""How deep a report of a customer's file goes: which of the six dimensions it holds, and what of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Depth = Literal["brief", "standard", "full"]


@dataclass(frozen=True)
class Scope:
    """What a depth holds: dimensions, who told each item, what was told before, what is not told yet."""

    dimensions: tuple[int, ...]
    sources: bool = False
    history: bool = False
    missing: bool = False


SCOPES: Mapping[Depth, Scope] = {  # dimension 1 always; banking, mostly sensitive, only in the full report
    "brief": Scope((1, 4)),
    "standard": Scope((1, 2, 3, 4, 6), missing=True),
    "full": Scope((1, 2, 3, 4, 5, 6), sources=True, history=True, missing=True),
}
DEPTHS: Mapping[str, str | Promise] = {
    "brief": _("Brief report"),
    "standard": _("Standard report"),
    "full": _("Full report"),
}


def depth_for(size_class: str, *, dealt: bool) -> Depth:
    """The depth for a customer by its size and by whether there were dealings (which is which: assumed).

    size_class: large, medium, small, micro, not_applicable, blank where it is not known.
    """
    if size_class == "large":
        return "full" if dealt else "standard"
    if size_class == "micro":
        return "brief"
    return "standard" if dealt else "brief"
