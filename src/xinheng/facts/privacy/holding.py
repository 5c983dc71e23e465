"""What still needs a person's data, so that it is frozen and not erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.facts.contracts import queries as contracts
from xinheng.facts.disputes import queries as disputes
from xinheng.facts.privacy.models import Dealing, PersonSubject
from xinheng.facts.receivables import queries as receivables
from xinheng.facts.retention import queries as retention

HOLDS: dict[str, str | Promise] = {
    "complaint": _("a complaint is open"),
    "claim": _("a claim is being settled"),
    "contract": _("a contract is alive"),
    "consumption": _("a payment is open"),
    "bills": _("bills of the customer are open"),
    "dispute": _("a dispute is open"),
    "legal": _("the customer is held from destruction"),
}
IN_THE_LEDGER = ("customer", "guarantor", "household")  # roles whose bills need the person


def holds_of(persons: Sequence[PersonSubject], on: date) -> dict[int, tuple[str, ...]]:
    """What holds each of some persons, by key; a few questions for all of them. Codes of HOLDS."""
    found: dict[int, set[str]] = {one.pk: set() for one in persons}
    rows = Dealing.objects.filter(person__in=found, ended_on__isnull=True, on__lte=on)
    for person, kind in rows.exclude(kind="negative").values_list("person_id", "kind").distinct():
        found[person].add(kind)
    files = {one.pk: f"customer:{one.customer.no}" for one in persons if one.customer}
    placed = retention.placed_on(set(files.values())) if files else set()
    for key, subject in files.items():
        found[key] |= {"legal"} if subject in placed else set()
    needed = {one.customer_id for one in persons if one.customer_id and one.role in IN_THE_LEDGER}
    if needed:
        owing = _owing(needed, on)
        disputed = disputes.contesting(needed)
        alive = set(contracts.alive(on).filter(customer_id__in=needed).values_list("customer_id", flat=True))
        for one in persons:
            if one.customer_id is None or one.customer_id not in needed:
                continue
            found[one.pk] |= {"bills"} if one.customer_id in owing else set()
            found[one.pk] |= {"dispute"} if one.customer_id in disputed else set()
            found[one.pk] |= {"contract"} if one.customer_id in alive else set()
    return {key: tuple(code for code in HOLDS if code in codes) for key, codes in found.items()}


def _owing(ids: set[int], on: date) -> set[int]:
    """Which of some customers owe anything on a day."""
    lines = receivables.claims(sorted(ids), as_of=on).filter(pl.col("open_minor") > 0)
    return set(lines["customer_id"].unique().to_list())
