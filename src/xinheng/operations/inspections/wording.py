"""States, kinds, roles and lines of a calculation in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = dict[str, str | Promise]

STATE_WORDS: Words = {
    "open": _("to be assigned"),
    "assigned": _("assigned"),
    "visited": _("visited, nothing decided"),
    "found": _("found, to be confirmed"),
    "confirmed": _("confirmed and charged"),
    "appealed": _("appealed"),
    "overturned": _("overturned"),
    "none": _("nothing found"),
    "dropped": _("dropped"),
}
KIND_WORDS: Words = {
    "theft": _("theft of electricity"),
    "breach": _("breach of use"),
    "none": _("nothing"),
}
SOURCE_WORDS: Words = {"suspicion": _("from a ranking"), "tip": _("from a tip"), "own": _("own initiative")}
ROLE_WORDS: Words = {
    "inspector": _("inspector"), "consumer": _("consumer"), "witness": _("witness"),
}  # fmt: skip
BASIS_WORDS: Words = {
    "evidence": _("by evidence of our own"),
    "private_tap": _("connection without a meter: rated capacity × time"),
    "via_meter": _("through the meter: nominal current × time"),
}
USE_WORDS: Words = {"power": _("power"), "lighting": _("lighting")}
STEP_WORDS: Words = {
    "tap_capacity": _("Rated capacity of what was connected (1 kVA = 1 kW)"),
    "meter_capacity": _("Capacity of the meter's nominal current"),
    "days": _("Days of theft, found out"),
    "days_unknown": _("Days of theft, not to be found out: by rule"),
    "hours": _("Hours a day, found out"),
    "hours_power": _("Hours a day of a power user, by rule"),
    "hours_lighting": _("Hours a day of a lighting user, by rule"),
    "evidence": _("Quantity by evidence of our own"),
    "quantity": _("Quantity of theft"),
    "billed": _("Less what was billed of the same time"),
    "fee": _("Recovered electricity fee"),
    "penalty": _("Penalty for breach of use"),
    "months_unknown": _("Months, the beginning not to be found out: by rule"),
    "difference": _("Difference of the fee"),
    "base_fee": _("Base fee"),
    "fixed_residential": _("Penalty of a residential user, each time"),
    "fixed_other": _("Penalty of another user, each time"),
    "per_kw": _("Penalty by kilowatt"),
}
RESULT_WORDS: Words = {"upheld": _("upheld: the finding stands"), "overturned": _("overturned")}
