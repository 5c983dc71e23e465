"""A lessor keeps customer cards: what is empty shows as a gap, and the card prints what its reader may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pypdfium2
import pytest

from tests import seats
from tests.facts.receivables.conftest import customer
from xinheng.base.access import services as access
from xinheng.base.access.errors import AccessDenied
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.dossiers import errors, queries, services
from xinheng.facts.dossiers.models import Dossier
from xinheng.reports import services as reports

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
MARCH = date(2026, 3, 2)


def printed(actor: Actor, dossier: Dossier) -> str:
    pdf = pypdfium2.PdfDocument(reports.print_dossier(actor=actor, on=MARCH, no=dossier.no))
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in pdf)
    finally:
        pdf.close()


@pytest.mark.req("LSE-04", "LSE-06", "LSE-07", "LSE-08", "LSE-09", "LSE-10", "LSE-11")
def test_a_card_shows_its_gaps_and_only_what_its_reader_may_see(chief: Actor) -> None:
    access.create_unit(actor=system_actor(), on=seats.START, code="HQ", name="租赁公司", kind="company")
    told: dict[str, Any] = {"subject": "", "title": "长江建设客户卡", "customer": customer("C-1")}
    with pytest.raises(errors.DossierInvalid):  # exactly one main nature
        services.open_dossier(
            actor=chief, on=MARCH, kind="lse_customer", facts={"nature": ["central", "developer"]}, **told
        )
    facts = {"nature": "developer", "relation": "new", "came_by": "mailed", "hobby": "书法与围棋爱好者"}
    card = services.open_dossier(actor=chief, on=MARCH, kind="lse_customer", facts=facts, **told)

    assert queries.facts_told(card, MARCH) == (4, 11)
    lines = {now.line.code: now.state for now in queries.checklist(chief, card, MARCH)}
    assert lines["mailed_checked"] == "missing"  # what came by mail is examined
    assert (lines["basic"], lines["features"], lines["business"], lines["state"]) == ("missing",) * 4
    assert lines["personal"] == "absent"

    whole = printed(chief, card)
    assert "开发商" in whole
    assert "书法与围棋爱好者" in whole
    assert "4 / 11" in whole
    clerk = replace(chief, permits=frozenset({"dossiers.*", "customers.*", "exports.read"}))
    assert "书法与围棋爱好者" not in printed(clerk, card)
    nobody = replace(chief, permits=frozenset({"exports.read"}))
    with pytest.raises(AccessDenied):
        printed(nobody, card)
