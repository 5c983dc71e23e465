"""Numbers of contracts: by department and year, each given once, also to two who ask at the same moment."""

from __future__ import annotations

from django.db.models import F

from xinheng.facts.contracts.models import Serial


def next_serial(unit_id: int, year: int) -> int:
    """The next serial of a department in a year; taken inside the act's transaction, so none is left out."""
    Serial.objects.get_or_create(unit_id=unit_id, year=year)
    Serial.objects.filter(unit_id=unit_id, year=year).update(
        last=F("last") + 1
    )  # the row is locked from here on
    return Serial.objects.values_list("last", flat=True).get(unit_id=unit_id, year=year)
