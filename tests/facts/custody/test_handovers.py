"""Papers are handed over by their day, with two signatures, in the order of the flow."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from tests import worlds
from tests.facts.custody.office import PASSWORD, at, by, drawn_by_hand, office, paper_of, unit, volume, who
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.facts.custody import errors, queries, services
from xinheng.facts.custody.models import Handover, HandoverLine, Place, Season, Signature
from xinheng.facts.custody.values import Finding, Hand, NewLine, WantedHandovers
from xinheng.facts.dossiers.models import Paper

pytestmark = pytest.mark.django_db
MAY = date(2024, 5, 27)
NOON = at("2024-05-27T12:00:00")


@pytest.fixture(autouse=True)
def _office(db: None) -> None:
    worlds.given(office)


def expect(scheme: str, started: str, *, on: str = "", sender: str = "SALES", **told: Any) -> Handover:
    day = date.fromisoformat(on or started)
    event = {"from_unit": unit(sender), "to_unit": unit("CARE"), "started_on": date.fromisoformat(started)}
    subject = told.pop("subject", f"vehicle:{scheme}{started}")
    return services.expect_handover(who("li", day), day, scheme, subject, **event, **told)


def sign_both(kept: Handover, on: date, giver: str = "zhang", receiver: str = "zhou") -> Handover:
    told = {"on": on, "at": NOON, "handover_id": kept.pk}
    services.sign(actor=who("li", on), side="giver", hand=by(giver), **told)
    return services.sign(actor=who("li", on), side="receiver", hand=by(receiver), **told)


def all_right(kept: Handover) -> list[Finding]:
    return [Finding(line.pk, is_right=True) for line in queries.lines_of(kept) if not line.is_missing]


@pytest.mark.req("VEH-04", "VEH-07", "FIL-03", "FIL-04", "CTR-04", "LAR-02", "LAR-05", "W-10", "W-21", "W-27")
def test_days_are_counted_by_the_chinese_calendar_and_months_are_clipped() -> None:
    due = [
        ("veh_sales", "2024-05-24", "2024-05-29"), ("veh_service", "2024-05-24", "2024-05-27"),
        ("veh_sales", "2024-05-10", "2024-05-14"), ("veh_service", "2024-05-10", "2024-05-11"),
        ("veh_sales", "2024-04-30", "2024-05-08"), ("veh_service", "2024-04-30", "2024-05-06"),
        ("fil_contact", "2024-05-24", "2024-05-31"), ("fil_contact", "2024-04-26", "2024-05-07"),
        ("fil_change", "2024-04-26", "2024-05-07"), ("ctr_handler", "2024-01-31", "2024-02-29"),
        ("ctr_archive", "2024-02-29", "2024-03-29"), ("lar_timely", "2024-05-24", "2024-05-27"),
    ]  # fmt: skip
    for scheme, started, wanted in due:
        assert expect(scheme, started).due_on.isoformat() == wanted, (scheme, started)
    assert expect("lar_timely", "2024-05-24").is_assumed
    assert not expect("veh_sales", "2024-05-24").is_assumed
    assert Handover.objects.count() == len(due)  # the same event again starts no second clock
    beyond = expect("veh_sales", "2044-05-27")
    assert (beyond.due_on, beyond.without_calendar) == (date(2044, 6, 1), [2044])  # and it says so (RR-03)
    seen = queries.handovers(who("zheng", MAY), MAY, WantedHandovers(late=True, scheme="veh_sales"))
    assert sorted(one.due_on.isoformat() for one in seen) == [
        "2024-05-08",
        "2024-05-14",
    ]  # today's is in time


@pytest.mark.req("VEH-03", "VEH-05", "VEH-08", "W-10")
def test_a_new_car_goes_through_its_steps_with_two_signatures_and_none_is_skipped() -> None:
    li, zhang = who("li", MAY), who("zhang", MAY)
    car = volume("internal", MAY, kind="lar_volume")
    kept = expect("veh_sales", "2024-05-24", on="2024-05-27", owner="zhang", dossier=car)
    told: dict[str, Any] = {"actor": li, "on": MAY, "handover_id": kept.pk}
    moment = {"at": NOON}
    with pytest.raises(errors.StepSkipped):
        services.sign(side="giver", hand=by("zhang"), **moment, **told)
    services.check_before(actor=zhang, on=MAY, handover_id=kept.pk)
    with pytest.raises(errors.CustodyInvalid):  # an empty list
        services.sign(side="giver", hand=by("zhang"), **moment, **told)
    lines = [
        NewLine("销售合同", paper_id=paper_of(car).pk, pages=10), NewLine("交车照片", copy_form="copy"),
        NewLine("行驶证复印件", copy_form="copy", is_missing=True, note="上牌后补"),
    ]  # fmt: skip
    services.write_list(actor=zhang, on=MAY, handover_id=kept.pk, lines=lines)
    for hand in (
        Hand("zhang", "wrong"),
        Hand("nobody", PASSWORD),
        by("sun"),
        Hand("zhang", drawing=b"x" * 300),
    ):
        with pytest.raises(errors.SignatureRefused):
            services.sign(side="giver", hand=hand, **moment, **told)
    services.sign(side="giver", hand=by("zhang"), **moment, **told)
    with pytest.raises(errors.ListChanged):
        services.write_list(actor=zhang, on=MAY, handover_id=kept.pk, lines=lines[:1])
    with pytest.raises(errors.SignatureMissing):  # one signature missing: not accepted
        services.verify(findings=[], **told)
    kept.refresh_from_db()
    assert (kept.state, kept.accepted_on) == ("open", None)
    with pytest.raises(errors.SignatureRefused):  # nobody signs for both
        services.sign(side="receiver", hand=by("zhang"), **moment, **told)
    kept = services.sign(side="receiver", hand=Hand("zhou", drawing=drawn_by_hand()), **moment, **told)
    assert (kept.state, kept.accepted_on) == ("received", MAY)
    drawn = Signature.objects.get(handover=kept, side="receiver")
    assert drawn.way == "hand"
    assert drawn.drawing is not None
    assert len(drawn.drawing.sha256) == 64
    assert len(set(Signature.objects.filter(handover=kept).values_list("list_sha256", flat=True))) == 1
    with pytest.raises(errors.StepSkipped):
        services.do_step(step="scan", **moment, **told)
    first = HandoverLine.objects.filter(handover=kept)[0]
    with pytest.raises(errors.CustodyInvalid, match="交车照片"):  # each item is looked at
        services.verify(findings=[Finding(first.pk, is_right=True)], exception="上牌后补", **told)
    with pytest.raises(errors.CustodyInvalid):  # what is missing needs a written exception
        services.verify(findings=all_right(kept), **told)
    kept = services.verify(findings=[Finding(first.pk, is_right=True, pages=9), *all_right(kept)[1:]],
                           exception="行驶证上牌后补交", **told)  # fmt: skip
    assert "9" in HandoverLine.objects.get(pk=first.pk).found  # missing pages are noted (LAR-02)
    with pytest.raises(errors.StepSkipped):
        services.do_step(step="record", **moment, **told)
    services.do_step(step="scan", **moment, **told)
    services.do_step(step="shelve", place="R1-B1", **moment, **told)
    kept = services.do_step(step="record", **moment, **told)
    assert (kept.state, kept.done_on, kept.due_on) == ("done", MAY, date(2024, 5, 29))
    assert queries.where([paper_of(car).pk], on=MAY)[paper_of(car).pk].place == "R1-B1"  # in its bag (VEH-02)
    acts = list(Entry.objects.filter(act__startswith="custody.").values_list("act", flat=True))
    assert acts.count("custody.sign") == 2
    assert "custody.verify" in acts
    assert PASSWORD not in json.dumps(list(Entry.objects.values("after", "before")), default=str)


@pytest.mark.req("VEH-08", "CTR-05", "CTR-06", "W-21")
def test_a_return_keeps_the_deadline_and_verification_starts_the_next_clock() -> None:
    signed = date(2024, 2, 20)
    kept = expect("ctr_handler", "2024-01-31", on="2024-01-31", subject="contract:7", owner="zhang")
    li = who("li", signed)
    services.write_list(actor=li, on=signed, handover_id=kept.pk, lines=[NewLine("合同正本")])
    kept = sign_both(kept, signed)
    assert kept.verify_by == date(2024, 3, 5)  # ten working days, assumed
    with pytest.raises(errors.CustodyInvalid):
        services.send_back(actor=li, on=signed, handover_id=kept.pk, why=" ")
    kept = services.send_back(actor=li, on=signed, handover_id=kept.pk, why="缺签章")
    assert (kept.state, kept.due_on, kept.accepted_on, kept.round) == ("returned", date(2024, 2, 29), None, 2)
    leap = date(2024, 2, 29)
    kept = sign_both(kept, leap)
    kept = services.verify(actor=li, on=leap, handover_id=kept.pk, findings=all_right(kept))
    after = Handover.objects.get(follows=kept)
    assert (kept.state, after.scheme, after.started_on, after.due_on) == (
        "done", "ctr_archive", leap, date(2024, 3, 29)
    )  # fmt: skip
    rates = {row.scheme: row for row in queries.on_time(
        who("zheng", leap), since=date(2024, 2, 1), until=date(2024, 3, 31), on=date(2024, 4, 1))}  # fmt: skip
    assert (rates["ctr_handler"].on_time, rates["ctr_handler"].share) == (1, 1.0)
    assert (rates["ctr_archive"].on_time, rates["ctr_archive"].open_late) == (0, 1)
    again = expect("ctr_handler", "2024-03-01", subject="contract:7")
    assert services.cancel_waiting(who("li", leap), leap, "ctr_handler", "contract:7", "重新办理") == 1
    again.refresh_from_db()
    assert again.state == "cancelled"  # the finished one stays as it was
    kept.refresh_from_db()
    assert kept.state == "done"


@pytest.mark.req("FIL-03", "FIL-04", "GRP-05")
def test_of_two_filings_the_earlier_counts_and_a_late_one_is_accepted_and_counted() -> None:
    first = expect("fil_contact", "2024-05-20", subject="customer:C-7", owner="zhang")
    second = expect("fil_contact", "2024-05-20", subject="customer:C-7", sender="SERVICE", owner="sun")
    late = date(2024, 5, 28)
    for kept, login in ((first, "zhang"), (second, "sun")):
        on = MAY if kept is first else late
        services.write_list(
            actor=who("li", on), on=on, handover_id=kept.pk, lines=[NewLine("客户基本信息表")]
        )
        sign_both(kept, on, giver=login)
        kept.refresh_from_db()
    assert (first.same_as, second.same_as_id, second.state) == (None, first.pk, "done")
    rates = {row.unit: row for row in queries.on_time(
        who("zheng", late), since=date(2024, 5, 1), until=date(2024, 5, 31), on=late)}  # fmt: skip
    assert (rates["销售部"].share, rates["售后部"].share, rates["售后部"].late) == (1.0, 0.0, 1)
    copy = expect("grp_copy", "2024-05-13", subject="table:2024-04")
    waiting = queries.handovers(who("zheng", late), late, WantedHandovers(late=True, scheme="grp_copy"))
    assert list(waiting) == [copy]  # the copy is missing at the office


@pytest.mark.req("LAR-03", "LAR-04", "LAR-06", "LAR-09")
def test_seasons_collect_from_departments_nil_returns_count_and_secret_originals_are_kept() -> None:
    april, li = date(2024, 4, 1), who("li", date(2024, 4, 1))
    units = [unit("SALES"), unit("SERVICE")]
    with pytest.raises(errors.CustodyInvalid):  # not its month
        services.open_season(actor=li, on=date(2024, 5, 6), code="quarter", units=units, to_unit=unit("CARE"))
    season = services.open_season(actor=li, on=april, code="quarter", units=units, to_unit=unit("CARE"))
    assert (season.first, season.last, season.closes_on) == (
        date(2024, 1, 1), date(2024, 3, 31), date(2024, 4, 30)
    )  # fmt: skip
    sales, service = queries.departments_of(season.pk)
    told: dict[str, Any] = {"actor": li, "on": april, "handover_id": sales.pk}
    with pytest.raises(errors.CustodyInvalid, match="1"):  # no grade and no tick
        services.write_list(lines=[NewLine("会议纪要")], **told)
    with pytest.raises(errors.CustodyInvalid, match="1"):
        services.write_list(lines=[NewLine("投标底价", copy_form="copy", secrecy="confidential")], **told)
    services.write_list(lines=[NewLine("投标底价", secrecy="confidential", formed_on=date(2024, 3, 1)),
                               NewLine("通知", copy_form="copy", is_not_secret=True)], **told)  # fmt: skip
    services.hand_in_nil(actor=li, on=april, handover_id=service.pk)
    sign_both(service, april, giver="sun")
    services.run_seasons(actor=li, on=date(2024, 7, 1), units=units, to_unit=unit("CARE"))
    season.refresh_from_db()
    assert season.closed_on == date(2024, 7, 1)
    assert sorted((one.state, one.is_nil) for one in queries.departments_of(season.pk)) == [
        ("open", False), ("received", True)
    ]  # fmt: skip
    july = Season.objects.get(first=date(2024, 4, 1))
    late = queries.departments_of(july.pk)[0]
    july_told: dict[str, Any] = {"actor": who("li", date(2024, 7, 2)), "on": date(2024, 7, 2)}
    rows = services.write_list(handover_id=late.pk, lines=[
        NewLine("三月总结", is_not_secret=True, formed_on=date(2024, 3, 31)),
        NewLine("五月总结", is_not_secret=True, formed_on=date(2024, 5, 31))], **july_told)  # fmt: skip
    assert [row.is_late_filing for row in rows] == [True, False]
    year = services.open_season(actor=li, on=date(2025, 2, 3), code="year", units=units, to_unit=unit("CARE"))
    assert (year.first, year.last) == (date(2024, 1, 1), date(2024, 12, 31))
    again = {"actor": li, "on": date(2025, 2, 4), "units": units, "to_unit": unit("CARE")}
    with pytest.raises(errors.CustodyInvalid):
        services.open_season(code="year", **again)


def test_places_hold_no_more_than_they_take_and_moves_are_remembered(chief: Actor) -> None:
    on = MAY
    kept = volume("internal", on, papers=3)
    labels = [paper.label for paper in _papers(kept)]
    told: dict[str, Any] = {"actor": chief, "on": on, "at": NOON}
    for label in labels[:2]:
        services.put(code=label, place="R1-B2", **told)
    with pytest.raises(errors.PlaceFull):
        services.put(code=labels[2], place="R1-B2", **told)
    services.put(code=labels[0], place="r1-b1", why="整理", **told)
    moved = queries.moves(chief, on=on, paper=_papers(kept)[0])
    assert [(one.place.code, one.until is None) for one in moved] == [("R1-B1", True), ("R1-B2", False)]
    assert [one.lies for one in queries.places(chief)] == [0, 0, 1, 1]
    assert queries.find(chief, labels[0], on=on)[0] == "paper"
    for code in ("R9", ""):
        with pytest.raises(errors.CodeUnknown):
            queries.find(chief, code, on=on)
    with pytest.raises(errors.CustodyInvalid):
        services.close_place(actor=chief, on=on, code="R1")
    assert Place.objects.filter(closed_on__isnull=True).count() == 4


def _papers(kept: Any) -> list[Any]:
    return list(Paper.objects.filter(dossier=kept).order_by("pk"))
