"""The demonstration company's dossiers."""

from __future__ import annotations

from datetime import date

import pytest

from tests import seats
from tests.facts.receivables.conftest import customer
from xinheng.base.kernel.actors import Actor
from xinheng.facts.dossiers import queries
from xinheng.facts.dossiers.models import Dossier, Paper
from xinheng.runs.demonstration.filing_papers import KEPT, PAPERS, SCANNED, keep_dossiers

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_files_stand_in_every_state_and_only_once(chief: Actor, day: date) -> None:
    seats.seat("head", "department_head", on=day)
    for number in range(1, KEPT + 1):
        customer(f"C-{number}")

    for _ in range(2):
        keep_dossiers(actor=chief, on=day)

    assert Dossier.objects.count() == KEPT + 2
    papers = [len(PAPERS) - place for place in range(KEPT)]
    kept = Dossier.objects.filter(kind="general_customer").order_by("pk")
    assert [Paper.objects.filter(dossier=one).count() for one in kept] == papers
    counts = queries.work_counts(chief, day)
    assert counts["incomplete"] == KEPT
    assert counts["expiring"] >= 1
    assert (counts["drafts"], counts["without_custodian"]) == (1, 2)
    filed = Paper.objects.filter(item="licence").exclude(number="")
    assert filed.count() == KEPT
    assert filed.exclude(document=None).count() == SCANNED
