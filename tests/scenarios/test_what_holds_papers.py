"""A lawsuit and a complaint hold a customer's papers while they last, and nobody else's."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from tests.operations.collection.conftest import TODAY, Desk, desk  # noqa: F401
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.archive.values import Upload
from xinheng.facts.customers.models import Customer
from xinheng.facts.dossiers import services as dossiers
from xinheng.facts.dossiers.models import Paper
from xinheng.facts.retention import queries as retention
from xinheng.operations.care import services as care
from xinheng.operations.care.values import NewMatter
from xinheng.operations.collection import services as collection
from xinheng.operations.collection.models import Case
from xinheng.operations.collection.values import NewStep

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
PAPER = Upload("起诉状.txt", b"suit")


@pytest.mark.req("C05", "LAR-16")
def test_papers_are_held_by_a_lawsuit_and_by_a_complaint_until_these_end(desk: Desk) -> None:  # noqa: F811
    """C-2 is sued; C-5, which owes nothing late, complains. Open money holds beside both."""
    root: dict[str, Any] = {"actor": system_actor(), "on": TODAY}
    papers = {}
    for no in ("C-2", "C-5"):
        told: dict[str, Any] = {"kind": "fil_customer", "subject": f"customer:{no}", "title": no}
        dossier = dossiers.open_dossier(**root, **told)
        paper = dossiers.add_paper(
            **root, dossier=dossier, upload=None, item="", title="旧合同", copy_form="original",
            has_original=True,
        )  # fmt: skip
        papers[no] = paper.pk

    def causes(no: str, on: date = TODAY) -> set[str]:
        with translation.override("en"):
            return {one.cause for one in retention.held_subjects([papers[no]], on).get(papers[no], [])}

    assert Paper.objects.count() == 2
    assert not {"lawsuit", "complaint"} & (causes("C-2") | causes("C-5"))
    case = desk.case("C-2")
    letter = NewStep("lawyer_letter", TODAY)
    collection.take_step(**root, case_id=case.pk, step=letter, papers=[PAPER])
    assert "lawsuit" not in causes("C-2")  # a letter is no suit
    suit = NewStep("suit", TODAY, court="长江市人民法院", case_no="（2024）民初1号")
    collection.take_step(**root, case_id=case.pk, step=suit, papers=[PAPER])
    assert "lawsuit" in causes("C-2")
    assert "lawsuit" not in causes("C-5")
    Case.objects.filter(pk=case.pk).update(closed_on=TODAY)
    assert "lawsuit" not in causes("C-2")

    new = NewMatter("complaint", "交货迟延", TODAY, "王经理")
    kept = care.open_matter(**root, customer_no="C-5", new=new)
    care.open_matter(**root, customer_no="C-2", new=NewMatter("repair", "保修", TODAY, "李"))
    assert ("complaint" in causes("C-5"), "complaint" in causes("C-2")) == (True, False)
    care.confirm_matter(**root, no=kept.no, confirmed_by="王经理")
    care.close_matter(**root, no=kept.no, result="补偿运费")
    assert "complaint" not in causes("C-5")
    assert Customer.objects.count() == 5
