"""Codes of the business in the reader's language, the same on pages, charts and exports."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, str | Promise]

SECTIONS: Words = {  # GB/T 4754-2017
    "A": _("Agriculture, forestry, animal husbandry and fishery"),
    "B": _("Mining"),
    "C": _("Manufacturing"),
    "D": _("Electricity, heat, gas and water"),
    "E": _("Construction"),
    "F": _("Wholesale and retail"),
    "G": _("Transport, storage and post"),
    "H": _("Accommodation and catering"),
    "I": _("Information, software and IT services"),
    "J": _("Finance"),
    "K": _("Real estate"),
    "L": _("Leasing and business services"),
    "M": _("Scientific research and technical services"),
    "N": _("Water, environment and public facilities"),
    "O": _("Resident services, repair and others"),
    "P": _("Education"),
    "Q": _("Health and social work"),
    "R": _("Culture, sports and entertainment"),
    "S": _("Public administration and social organisations"),
    "T": _("International organisations"),
}
SIZES: Words = {
    "large": _("Large"),
    "medium": _("Medium"),
    "small": _("Small"),
    "micro": _("Micro"),
    "not_applicable": _("Not classed"),
}
STATUSES: Words = {"active": _("Active"), "closed": _("Closed")}
KINDS: Words = {"company": _("Company"), "person": _("Person")}
STATES: Words = {
    "graded": _("Graded"),
    "incomplete": _("Incomplete"),
    "not_applicable": _("Not applicable"),
}
BUCKETS: Words = {
    "not_due": _("Not due"),
    "1-30": _("1–30 days"),
    "31-60": _("31–60 days"),
    "61-90": _("61–90 days"),
    ">90": _("over 90 days"),
}


def word(words: Words, code: str) -> str:
    """The word of a code; the code itself where there is none, nothing where nothing was told."""
    return str(words.get(code, code))


def in_full(words: Words) -> dict[str, str]:
    """Every code with its word in the reader's language."""
    return {code: str(text) for code, text in words.items()}
