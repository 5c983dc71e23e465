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
CHANNELS: Words = {  # by which a fact came
    "customer": _("given by the customer"),
    "observation": _("contact and observation"),
    "registry": _("registries, tax, banks, intermediaries"),
    "own_dealings": _("own files and dealings"),
    "agency": _("commissioned agency"),
    "network": _("network centre"),
    "public": _("other public channels"),
    "mailed_form": _("form returned by mail"),
    "phone_mail": _("telephone or e-mail"),
    "bank": _("banks"),
    "trade": _("customers or trade bodies"),
    "colleagues": _("colleagues and affiliates, heard say"),
    "press": _("press, heard say"),
    "other": _("other"),
}
VERIFICATIONS: Words = {
    "declared": _("declared"),
    "verified": _("verified"),
    "disputed": _("disputed"),
}
EVIDENCE_STATES: Words = {  # of questionnaires and investigations, and kinds of reports from the field
    "open": _("unfinished"),
    "handed_in": _("handed in"),
    "accepted": _("accepted"),
    "filed": _("filed with finance"),
    "rejected": _("rejected"),
    "not_answered": _("not answered"),
    "ordered": _("ordered"),
    "done": _("done"),
    "cancelled": _("called off"),
    "daily": _("daily report"),
    "urgent": _("urgent report"),
}
BUCKETS: Words = {
    "not_due": _("Not due"),
    "1-30": _("1–30 days"),
    "31-60": _("31–60 days"),
    "61-90": _("61–90 days"),
    ">90": _("over 90 days"),
}
ORDERS: Words = {  # sort keys of the list
    "no": _("Customer no."),
    "name": _("Name"),
    "industry": _("Industry"),
    "region": _("Region"),
    "salesperson": _("Salesperson"),
    "grade": _("Grade"),
    "balance": _("Balance"),
    "overdue": _("Overdue"),
    "turnover": _("Turnover 12 months"),
}
NOTES: Words = {  # what the last sheet of an export tells
    "text": _("Search"),
    "grade": _("Grade"),
    "section": _("Industry"),
    "region": _("Region"),
    "size_class": _("Size"),
    "salesperson": _("Salesperson"),
    "unit": _("Unit"),
    "status": _("Status"),
    "overdue": _("Overdue"),
    "lacking": _("Without a value of"),
    "order": _("Order"),
    "rated_by": _("Grades by"),
    "measured_on": _("Figures as of"),
    "run": _("Rating run"),
    "policy": _("Policy"),
    "policy_sha256": _("Hash of the policy"),
    "as_of": _("As of"),
    "inputs_sha256": _("Hash of the inputs"),
    "results_sha256": _("Hash of the results"),
    "login": _("Login"),
    "act": _("Act"),
    "subject": _("Subject"),
    "outcome": _("Outcome"),
    "from_on": _("From"),
    "until_on": _("Until"),
    "values_sha256": _("Hash of the results"),
    "state": _("State"),
    "form": _("Questionnaire"),
    "person": _("Person"),
    "q": _("Search"),
    "kind": _("Kind"),
}
VALUES: Mapping[str, Words] = {  # of which of them the value has a word
    "section": SECTIONS,
    "size_class": SIZES,
    "status": STATUSES,
    "overdue": {"True": _("overdue only")},
    "grade": {"-": _("not graded")},
    "lacking": ORDERS,
    "order": ORDERS,
    "state": EVIDENCE_STATES,
    "kind": EVIDENCE_STATES,
    "outcome": {"done": _("done"), "refused": _("refused")},
}


def noted(name: str, value: object) -> tuple[str, str]:
    """One line of the last sheet of an export, in words."""
    return word(NOTES, name), word(VALUES.get(name, {}), str(value))


def word(words: Words, code: str) -> str:
    """The word of a code; the code itself where there is none, nothing where nothing was told."""
    return str(words.get(code, code))


def in_full(words: Words) -> dict[str, str]:
    """Every code with its word in the reader's language."""
    return {code: str(text) for code, text in words.items()}
