"""Places are counted, archivists are qualified, reports are verified, and leavers hand over."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from tests import worlds
from tests.facts.custody.office import at, by, office, unit, volume, who
from xinheng.base.approvals import services as approvals
from xinheng.base.kernel.actors import Actor
from xinheng.facts.custody import errors, queries, services
from xinheng.facts.custody.models import Archivist, Difference, Lying, Place, Reported, Scan, Tidying
from xinheng.facts.custody.values import Finding, NewLine, NewReport, NewSlip, WantedHandovers
from xinheng.facts.customers.models import Customer
from xinheng.facts.dossiers.models import Dossier, Paper

pytestmark = pytest.mark.django_db
DAY = date(2024, 5, 27)
NINE = at("2024-05-27T09:00:00")


@pytest.fixture(autouse=True)
def _office(db: None) -> None:
    worlds.given(office)


def labels(kept: Dossier) -> list[str]:
    return list(Paper.objects.filter(dossier=kept).order_by("pk").values_list("label", flat=True))


def test_a_stock_take_tells_each_scan_at_once_and_keeps_what_differs(chief: Actor) -> None:
    kept = volume("internal", DAY, papers=5)
    right, lent, gone, moved, loose = labels(kept)
    told: dict[str, Any] = {"actor": chief, "on": DAY, "at": NINE}
    for label in (right, lent, gone):
        services.put(code=label, place="R1-B1", **told)
    services.put(code=moved, place="R1-B2", **told)
    slip = services.ask_for_papers(
        actor=who("wang", DAY), on=DAY, new=NewSlip(kept.no, "查阅", "lend", (lent,))
    )
    services.hand_out(actor=who("li", DAY), on=DAY, at=NINE, slip_id=slip.pk)
    count = services.open_stock_take(actor=chief, on=DAY, place="R1-B1")
    with pytest.raises(errors.StockTakeClosed):
        services.open_stock_take(actor=chief, on=DAY, place="R1-B1")
    told["stock_take_id"] = count.pk
    scanned = [
        (code, services.scan(code=code, **told).result) for code in (right, moved, loose, "X-9", right)
    ]
    assert [result for _code, result in scanned] == ["right", "misplaced", "unexpected", "unknown", "twice"]
    assert services.scan(code="r1-b1", **told).result == "place"
    with pytest.raises(errors.CustodyInvalid):
        services.scan(code=" ", **told)
    with pytest.raises(errors.PlaceUnknown):  # not inside what is counted
        services.scan(code=gone, place="R1-B2", **told)
    closed = services.close_stock_take(actor=chief, on=DAY, stock_take_id=count.pk)
    assert closed.counts == {
        "right": 1,
        "out": 1,
        "missing": 1,
        "misplaced": 1,
        "unexpected": 1,
        "unknown": 1,
    }
    found = {one.kind: one for one in queries.differences(chief, closed, on=DAY)}
    assert set(found) == {"missing", "misplaced", "unexpected", "unknown"}
    assert found["missing"].code == gone
    assert found["misplaced"].registered.code == "R1-B2"
    with pytest.raises(errors.StockTakeClosed):
        services.scan(code=gone, **told)
    del told["stock_take_id"]
    services.settle_difference(difference_id=found["misplaced"].pk, what="登记随实物更正", move=True, **told)
    assert Lying.objects.get(paper__label=moved, until__isnull=True).place.code == "R1-B1"
    with pytest.raises(errors.CustodyInvalid):
        services.settle_difference(difference_id=found["missing"].pk, what="找", move=True, **told)
    with pytest.raises(errors.CustodyInvalid):
        services.settle_difference(difference_id=found["misplaced"].pk, what="再改", **told)


@pytest.mark.any_database  # the comparison of few is asked on both
def test_ten_thousand_scans_are_compared_set_wise(chief: Actor, django_assert_max_num_queries: Any) -> None:
    kept = volume("internal", DAY, papers=1)
    first, box = Paper.objects.get(dossier=kept), Place.objects.get(code="R1-B1")
    fields = {f.name: getattr(first, f.name) for f in Paper._meta.fields if f.name not in ("id", "label")}
    Paper.objects.bulk_create(Paper(**fields, label=f"B{n:06}") for n in range(10_000))
    papers = Paper.objects.filter(label__startswith="B").values_list("pk", flat=True)
    Lying.objects.bulk_create(Lying(place=box, paper_id=key, since=NINE, put_by="li") for key in papers)
    count = services.open_stock_take(actor=chief, on=DAY, place="R1")
    told: dict[str, Any] = {"actor": chief, "on": DAY, "at": NINE, "stock_take_id": count.pk}
    codes = [(f"B{n:06}", "R1-B1" if n % 10 else "R1-B2") for n in range(9_990)]
    with pytest.raises(errors.CustodyInvalid, match="2"):
        services.read_codes(codes=[("B000001", ""), ("", "")], **told)
    assert not Scan.objects.exists()
    assert services.read_codes(codes=codes, **told) == 9_990
    assert services.read_codes(codes=codes[:5], **told) == 0
    with django_assert_max_num_queries(20):
        found = queries.compare(count, on=DAY)
    tally = dict(found.group_by("result").agg(pl.len()).iter_rows())
    assert tally == {"right": 8_991, "misplaced": 999, "missing": 10}


@pytest.mark.req("CTR-12")
def test_an_unqualified_archivist_is_warned_of_and_needs_an_approval() -> None:
    li = who("li", DAY)
    told: dict[str, Any] = {"unit": unit("CARE"), "months": 24, "can_search": True, "is_full_time": True}
    fine = services.appoint_archivist(actor=li, on=DAY, login="zhou", education="college", **told)
    assert (fine.state, fine.lacks) == ("appointed", [])
    lacking = told | {"months": 0, "can_search": False, "education": "high"}
    with pytest.raises(errors.CustodyInvalid):  # without a reason
        services.appoint_archivist(actor=li, on=DAY, login="sun", **lacking)
    asked = services.appoint_archivist(actor=li, on=DAY, login="sun", why="临时顶岗", **lacking)
    assert (asked.state, asked.lacks) == ("asked", ["education", "experience", "search"])
    assert asked.request_id is not None
    approvals.decide(actor=who("wang", DAY), on=DAY, request_id=asked.request_id, decision="approve")
    assert Archivist.objects.get(pk=asked.pk).state == "appointed"
    with pytest.raises(errors.CustodyInvalid):  # already
        services.appoint_archivist(actor=li, on=DAY, login="zhou", education="master", **told)
    with pytest.raises(errors.CustodyInvalid):
        services.appoint_archivist(actor=li, on=DAY, login="qian", education="phd", **told)


@pytest.mark.req("KPR-01", "KPR-02")
def test_a_file_is_built_of_verified_reports_only_and_each_change_is_a_version() -> None:
    customer = Customer.objects.get(no="C-7")
    new = NewReport("new", "salesperson", "新客户，地址海淀区", party="C-7")
    told: dict[str, Any] = {"on": DAY, "unit": unit("SALES")}
    for wrong in ({"source": "neighbour"}, {"content": ""}, {"kind": "change"}):
        with pytest.raises(errors.CustodyInvalid):
            services.report_data(actor=who("qian", DAY), new=NewReport(**{**new.__dict__, **wrong}), **told)
    held = services.report_data(actor=who("qian", DAY), new=new, **told)
    li, zheng = who("li", DAY), who("zheng", DAY)
    chief = who("zheng", DAY)
    with pytest.raises(errors.NotVerified):
        services.file_report(actor=chief, on=DAY, reported_id=held.pk, customer=customer)
    with pytest.raises((errors.CustodyInvalid, errors.ReportedUnknown)):
        services.check_report(actor=li, on=DAY, reported_id=held.pk, is_right=True)
    with pytest.raises(errors.CustodyInvalid):  # rejected without a reason
        services.check_report(actor=zheng, on=DAY, reported_id=held.pk, is_right=False)
    services.check_report(actor=zheng, on=DAY, reported_id=held.pk, is_right=True)
    filed = services.file_report(actor=chief, on=DAY, reported_id=held.pk, customer=customer)
    assert (filed.state, filed.version) == ("filed", 1)
    assert filed.dossier is not None
    change = NewReport("change", "feedback", "电话变更", customer=customer)
    second = services.report_data(actor=who("qian", DAY), new=change, **told)
    services.check_report(actor=zheng, on=DAY, reported_id=second.pk, is_right=True)
    again = services.file_report(actor=chief, on=DAY, reported_id=second.pk)
    assert (again.version, again.dossier_id) == (2, filed.dossier_id)
    third = services.report_data(actor=who("qian", DAY), new=new, **told)
    rejected = services.check_report(
        actor=zheng, on=DAY, reported_id=third.pk, is_right=False, reason="查无此户"
    )
    assert (rejected.state, rejected.reason) == ("rejected", "查无此户")
    assert Reported.objects.filter(state="filed").count() == 2


@pytest.mark.req("PRP-02")
def test_tidying_comes_back_every_month_and_is_listed_when_late() -> None:
    li = who("li", DAY)
    first = services.plan_tidying(actor=li, on=date(2024, 1, 31), place="R1")
    assert (first.due_on, first.is_assumed) == (date(2024, 2, 29), True)
    with pytest.raises(errors.CustodyInvalid):
        services.plan_tidying(actor=li, on=DAY, place="R1")
    late = [one for one in queries.dues(who("zheng", DAY), since=DAY, until=DAY) if one.is_late(DAY)]
    assert [(one.kind, one.due_on) for one in late] == [("custody.tidying", date(2024, 2, 29))]
    with pytest.raises(errors.CustodyInvalid):
        services.tidy(actor=li, on=DAY, tidying_id=first.pk, found="")
    services.tidy(actor=li, on=DAY, tidying_id=first.pk, found="更换档案盒两个")
    assert Tidying.objects.get(done_on__isnull=True).due_on == date(2024, 6, 27)


@pytest.mark.req("INF-06")
def test_a_leaver_goes_once_everything_is_handed_over() -> None:
    li, kept = who("li", DAY), volume("internal", DAY)
    Dossier.objects.filter(pk=kept.pk).update(custodian="zhang")
    told: dict[str, Any] = {"actor": li, "on": DAY}
    with pytest.raises(errors.CustodyInvalid):
        services.begin_leaving(login="zhang", to="zhang", last_day=DAY, **told)
    leaving = services.begin_leaving(login="zhang", to="zhou", last_day=date(2024, 6, 3), **told)
    assert {one.kind for one in queries.open_items("zhang", DAY)} == {"handover", "dossier"}
    with pytest.raises(errors.LeavingBlocked, match=kept.no):
        services.finish_leaving(leaving_id=leaving.pk, **told)
    Dossier.objects.filter(pk=kept.pk).update(custodian="li")
    (waiting,) = queries.handovers(who("zheng", DAY), DAY, WantedHandovers(scheme="leaving"))
    services.write_list(handover_id=waiting.pk, lines=[NewLine("客户通讯录")], **told)
    for side, login in (("giver", "zhang"), ("receiver", "zhou")):
        services.sign(at=NINE, handover_id=waiting.pk, side=side, hand=by(login), **told)
    (line,) = queries.lines_of(waiting)
    services.verify(handover_id=waiting.pk, findings=[Finding(line.pk, is_right=True)], **told)
    assert services.finish_leaving(leaving_id=leaving.pk, **told).finished_on == DAY
    assert not Difference.objects.exists()
