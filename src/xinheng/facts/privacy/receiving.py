"""What other rooms are about to keep of a person is looked at first."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db.models import Q

from xinheng.facts.privacy import errors, gone, policy
from xinheng.facts.privacy.models import Agreement


def look_at_offer(
    sender: Any, *, customer_no: str, name: str, id_number: str, as_contact: bool, on: date, **_told: Any
) -> None:
    """Refuse to let an erased person back in, and a contact nobody agreed to where the site asks for it.

    Refuses: PersonErased, ConsentRequired.
    """
    del sender
    if (found := gone.of_mark(id_number)) is not None:
        raise errors.PersonErased(certificate=found.certificate, field="id_number")
    if not as_contact:
        return
    document = policy.of_the_site(on)
    if document.contacts.consent and not _agreed(customer_no, name, on):
        purpose = document.purposes[0].words
        raise errors.ConsentRequired(person=name, purpose=purpose, on=on, field="name")


def erased(nos: pl.Series, id_numbers: pl.Series) -> pl.Series:
    """Which rows of a file speak of somebody erased: by the customer's number or the ID number; no nulls."""
    known = gone.listed()
    if not known:
        return pl.repeat(value=False, n=nos.len(), dtype=pl.Boolean, eager=True)
    numbers = {one.customer for one in known.values() if one.customer}
    marks = {mark for one in known.values() for mark in one.marks}
    told = id_numbers.cast(pl.String).fill_null("")
    bad = {text for text in told.unique() if text and gone.mark(text) in marks}
    return nos.cast(pl.String).fill_null("").is_in(list(numbers)) | told.is_in(list(bad))


def _agreed(customer_no: str, name: str, on: date) -> bool:
    """Whether a person of that name at that customer agreed to anything that holds."""
    rows = Agreement.objects.filter(
        person__customer__no=customer_no, person__name=name.strip(), person__state="kept"
    )
    running = (Q(until_on__isnull=True) | Q(until_on__gte=on)) & (
        Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=on)
    )
    return rows.filter(running, given_on__lte=on).exists()
