"""An order asks for papers of the customer's dossier where a rule and a kind of dossier say so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from tests.facts.receivables.conftest import customer
from tests.judgements.limits.conftest import HEAD, JUNE, LIMIT, Desk, adopt
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs.adopting import put_in_force
from xinheng.facts.dossiers import services as dossiers
from xinheng.facts.dossiers.models import Dossier
from xinheng.facts.orders.errors import OrderPosted
from xinheng.judgements.limits import queries, services
from xinheng.judgements.limits.errors import OrderNotPassed, OwnOrder
from xinheng.judgements.limits.models import Decision

pytestmark = pytest.mark.django_db
PAPERS = "  - {code: papers, check: papers, zh: 档案要件, en: papers, mark: given}\n"
KINDS = """
kind: dossiers
code: site
version: "1"
name: {zh: 本单位档案, en: Files of this site}
kinds:
  - code: site_file
    zh: 购销档案
    en: Trade file
    subject: customer
    must_exist_for: [order.check]
    lines:
      - {code: licence, zh: 营业执照, en: Business licence, warn_days: 30, gates: [order.check, advance.pay]}
      - {code: agreement, zh: 赊销协议, en: Credit agreement, gates: [order.check]}
      - {code: survey, zh: 调查报告, en: Survey}
"""


def keep_files(chief: Actor, no: str = "C-7") -> Dossier:
    access.create_unit(actor=chief, on=JUNE, code="XS", name="销售部", kind="group")
    told: dict[str, Any] = {"actor": chief, "on": JUNE, "kind": "site_file", "title": no}
    return dossiers.open_dossier(**told, subject=f"customer:{no}")


def put(chief: Actor, dossier: Dossier, item: str, until: date | None = None, on: date = JUNE) -> Any:
    told: dict[str, Any] = {"title": item, "has_original": True, "upload": None, "valid_until": until}
    return dossiers.add_paper(actor=chief, on=on, dossier=dossier, item=item, copy_form="original", **told)


def told(reasons: Any) -> list[tuple[Any, ...]]:
    return [(one.cause, one.figure, one.bound, one.papers_zh, one.papers_en) for one in reasons]


@pytest.mark.req("CTR-01", "LIM-03")
def test_an_order_waits_for_papers_that_are_missing_or_run_out_and_passes_once_they_are_there(
    desk: Desk, chief: Actor
) -> None:
    adopt(chief, HEAD.replace('"1"', '"2"') + LIMIT + PAPERS, from_on=JUNE)
    put_in_force(actor=chief, on=JUNE, kind="dossiers", text=KINDS, effective_from=JUNE)
    desk.limit("10000")
    bare = desk.order("O-1", "100")
    assert (bare.verdict, told(bare.reasons)) == (
        "held", [("papers_missing", 1, 0, "购销档案", "Trade file")],
    )  # fmt: skip

    dossier = keep_files(chief)
    put(chief, dossier, "licence", until=JUNE + timedelta(10))
    half = desk.order("O-2", "100")
    assert told(half.reasons) == [("papers_missing", 1, 0, "赊销协议", "Credit agreement")]
    put(chief, dossier, "agreement")
    assert services.recheck_all(actor=chief, on=JUNE) == {"passed": 2}
    assert desk.order("O-3", "100").verdict == "passed"

    late = JUNE + timedelta(11)  # the licence held to the tenth day
    with translation.override("en"), pytest.raises(OrderNotPassed) as refused:
        desk.deliver("O-3", "D-1", "100", on=late)
    assert "Business licence" in str(refused.value)
    lapsed = desk.order("O-4", "100", on=late)
    assert told(lapsed.reasons) == [("papers_missing", 1, 0, "营业执照", "Business licence")]
    ways = queries.ways(lapsed.reasons)
    assert [(way.code, way.by_customer) for way in ways] == [("bring_papers", True), ("release", False)]
    with translation.override("zh-hans"):
        assert queries.way_told(ways[0], "CNY") == "补交以下资料：营业执照"
    replayed = queries.replay(Decision.objects.get(order_no="O-4"))
    assert replayed is not None
    assert replayed.same  # what was missing is kept with the decision, whatever came since

    put(chief, dossier, "licence", until=late + timedelta(365), on=late)
    assert desk.order("O-5", "100", on=late).verdict == "passed"
    with pytest.raises(OrderPosted):
        desk.order("O-4", "100", on=late)


def test_nothing_is_asked_of_dossiers_where_no_rule_asks_for_papers(
    desk: Desk, chief: Actor, django_assert_max_num_queries: Any
) -> None:
    put_in_force(actor=chief, on=JUNE, kind="dossiers", text=KINDS, effective_from=JUNE)
    desk.limit("10000")
    assert desk.order("O-1", "100").verdict == "passed"
    other = Desk(chief, no=customer("C-8").no)
    other.limit("500")
    with django_assert_max_num_queries(30) as asked:
        other.order("O-2", "100")
    assert not [each for each in asked if "dossiers_" in each["sql"]]


@pytest.mark.req("KPR-04")
def test_what_is_not_paid_in_cash_waits_for_the_market_managers_signature(desk: Desk, chief: Actor) -> None:
    """The policy as the pack ships it: prepaid and on delivery are cash; credit is signed for by a release."""
    text = (Path(__file__).resolve().parents[3] / "packs/kpr/order_checks.yaml").read_text("utf-8")
    adopt(chief, text, from_on=JUNE)
    desk.limit(None, state="unlimited")
    assert desk.order("O-1", "500", payment="delivery").verdict == "passed"
    assert desk.order("O-2", "500", payment="prepaid").verdict == "passed"
    seller = replace(chief, login="seller")
    signed = desk.order("O-3", "500", payment="credit", actor=seller)
    assert [(one.rule, one.cause, one.strength) for one in signed.reasons] == [
        ("signature", "needs_signature", "hold")
    ]
    with pytest.raises(OrderNotPassed):
        desk.deliver("O-3", "D-3", "500")
    roles = queries.authorities_on(JUNE)
    assert [one.roles for one in roles] == [("marketing_director", "sales_manager")]
    with pytest.raises(OwnOrder):  # nobody signs for an order of one's own
        services.release(actor=seller, on=JUNE, order_no="O-3", reason="已签字")
    services.release(actor=chief, on=JUNE, order_no="O-3", reason="市场经理签字同意")
    desk.deliver("O-3", "D-3", "500")
    released = Decision.objects.filter(order_no="O-3").latest("pk")
    assert (released.verdict, released.by, released.why) == ("released", "chief", "市场经理签字同意")
