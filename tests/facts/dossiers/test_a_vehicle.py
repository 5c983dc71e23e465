"""One vehicle, one file: what the twelve papers are, in which form, and when it is whole."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from tests import worlds
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.archive.values import Upload
from xinheng.facts.dossiers import errors, queries, services
from xinheng.facts.dossiers.models import Dossier, Item, Paper, Stage
from xinheng.facts.dossiers.vin import check_vin

VIN = "1M8GDM9AXKP042788"
MAY = date(2024, 5, 6)


def shop() -> None:
    """A dealer with one unit."""
    access.create_unit(actor=system_actor(), on=MAY, code="CARE", name="客户关爱部", kind="group")


@pytest.fixture
def clerk(db: None, chief: Actor) -> Actor:
    worlds.given(shop)
    return chief


def vehicle(actor: Actor, **told: Any) -> Dossier:
    facts = {"vin": VIN, "population": "sold", "party": "person"} | told.pop("facts", {})
    return services.open_dossier(
        actor=actor,
        on=MAY,
        kind="veh_new_car",
        subject=f"vehicle:{VIN}",
        title="沪A12345",
        facts=facts,
        **told,
    )


def put(actor: Actor, dossier: Dossier, item: str, form: str = "copy", **told: Any) -> Paper:
    told = {"title": item, "has_original": True, "upload": None} | told
    on = told.pop("on", MAY)
    return services.add_paper(actor=actor, on=on, dossier=dossier, item=item, copy_form=form, **told)


def states(dossier: Dossier, on: date = MAY) -> dict[str, str]:
    rows = queries.lines_now([dossier.pk], on)
    return dict(rows.select("code", "state").iter_rows())


@pytest.mark.any_database
@pytest.mark.req("VEH-01")
def test_a_vin_has_seventeen_signs_and_a_check_digit() -> None:
    assert check_vin("1m8gdm9axkp042788") == (VIN, "")
    assert check_vin("1M8GDM9A1KP042788")[1] == "CHECK"
    assert check_vin(VIN[:-1])[1] == "LENGTH"
    assert check_vin("1M8GDM9AXKPO42788")[1] == "CHARSET"  # the letter O stands nowhere in it
    assert check_vin("11111111111111111")[1] == ""


@pytest.mark.req("VEH-01", "VEH-02")
def test_one_vehicle_has_one_file(clerk: Actor) -> None:
    first = vehicle(clerk)

    with pytest.raises(errors.DossierExists) as refused:
        vehicle(clerk)
    assert refused.value.params["dossier"] == first.no
    for facts, field in (
        ({"vin": "1M8GDM9A1KP042788"}, "fact_vin"), ({"vin": ""}, "fact_vin"), ({"population": "stolen"}, "fact_population"),
        ({"delivered_on": "30 May"}, "fact_delivered_on"), ({"colour": "red"}, "facts"),
    ):  # fmt: skip
        with pytest.raises(errors.DossierInvalid) as wrong:
            vehicle(clerk, facts=facts)
        assert wrong.value.params["field"] == field
    assert Dossier.objects.count() == 1


@pytest.mark.req("VEH-06")
def test_twelve_papers_make_a_new_car_file_whole(clerk: Actor) -> None:
    """Eleven are asked, the fourth by person or organisation; the licence may come later, with its day."""
    dossier = vehicle(clerk)
    kind = queries.kind_of(dossier, MAY)
    assert len({line.source for line in kind.lines}) == 12
    assert set(states(dossier)) == {line.code for line in kind.lines} - {"organisation"}
    assert queries.of_dossiers([dossier.pk], MAY)[dossier.pk].asked == 11

    with pytest.raises(errors.DossierInvalid):  # only the sixth may come later
        services.set_line(actor=clerk, on=MAY, no=dossier.no, code="invoice", state="later", until=MAY)
    services.set_line(
        actor=clerk, on=MAY, no=dossier.no, code="vehicle_licence", state="later", until=date(2024, 5, 20)
    )
    for code in ("green_card", "invoice", "identity", "delivery_check", "insurance", "services", "conformity",
                 "photo", "pdi"):  # fmt: skip
        put(clerk, dossier, code)
    put(clerk, dossier, "sales_contract", "copy")

    assert states(dossier)["sales_contract"] == "flagged"  # the original is asked: accepted but flagged
    assert states(dossier)["vehicle_licence"] == "later"
    assert states(dossier)["other"] == "absent"
    state = queries.of_dossiers([dossier.pk], MAY)[dossier.pk]
    assert (state.asked, state.present, state.missing, state.flagged, state.later) == (10, 10, 0, 1, 1)
    assert queries.of_dossiers([dossier.pk], date(2024, 5, 20))[dossier.pk].missing == 0
    after = queries.of_dossiers([dossier.pk], date(2024, 5, 21))[dossier.pk]
    assert (after.asked, after.missing, after.share) == (11, 1, 10 / 11)

    put(clerk, dossier, "vehicle_licence")
    put(clerk, dossier, "sales_contract", "original")
    assert states(dossier)["sales_contract"] == "present"
    assert queries.of_dossiers([dossier.pk], date(2024, 5, 21))[dossier.pk].share == 1


@pytest.mark.req("VEH-09")
def test_a_visit_of_two_kinds_takes_the_lines_of_both(clerk: Actor) -> None:
    def visit(*kinds: str) -> int:
        told = {"vin": VIN, "visit": list(kinds), "adviser": "王顾问"}
        dossier = services.open_dossier(
            actor=clerk, on=MAY, kind="veh_service", subject=f"vehicle:{VIN}", title="回访", facts=told
        )
        return queries.of_dossiers([dossier.pk], MAY)[dossier.pk].asked

    alone = [visit(kind) for kind in ("minor", "first", "upkeep", "major", "warranty")]
    assert alone == [4, 5, 4, 6, 4]
    assert visit("first", "major") == 7
    with pytest.raises(errors.DossierInvalid):  # a visit without an adviser
        services.open_dossier(
            actor=clerk, on=MAY, kind="veh_service", subject=f"vehicle:{VIN}", title="回访",
            facts={"vin": VIN, "visit": ["minor"]},
        )  # fmt: skip


@pytest.mark.req("PRP-03")
def test_stages_follow_one_another_and_going_back_needs_a_reason(clerk: Actor) -> None:
    dossier = vehicle(clerk)
    told: dict[str, Any] = {"actor": clerk, "on": MAY, "no": dossier.no, "code": "invoice"}
    with pytest.raises(errors.StageSkipped):
        services.set_stage(**told, stage="arrange")
    put(clerk, dossier, "invoice")
    assert Item.objects.get(code="invoice").stage == "collect"
    with pytest.raises(errors.StageSkipped):
        services.set_stage(**told, stage="file")
    for stage in ("arrange", "file", "use"):
        services.set_stage(**told, stage=stage)
    with pytest.raises(errors.ReasonMissing):
        services.set_stage(**told, stage="arrange")
    services.set_stage(**told, stage="arrange", why="复印件不清")

    steps = [(step.before, step.stage) for step in Stage.objects.order_by("pk")]
    assert steps == [
        ("", "collect"),
        ("collect", "arrange"),
        ("arrange", "file"),
        ("file", "use"),
        ("use", "arrange"),
    ]


def test_a_new_version_follows_and_the_old_one_stays_readable(clerk: Actor) -> None:
    dossier = vehicle(clerk)
    old = put(clerk, dossier, "insurance", upload=Upload("保单.pdf", b"%PDF-1.4 old\n%%EOF"),
              valid_until=date(2025, 5, 5), formed_on=MAY)  # fmt: skip
    assert states(dossier, date(2025, 5, 5))["insurance"] == "present"
    assert states(dossier, date(2025, 5, 6))["insurance"] == "expired"
    on = date(2025, 4, 20)
    dues = queries.dues(clerk, since=on, until=date(2025, 6, 1))
    assert [(due.kind, due.subject, due.due_on, due.done_on) for due in dues] == [
        ("dossiers.runs_out", f"paper:{old.label}", date(2025, 5, 5), None)
    ]
    assert queries.of_dossiers([dossier.pk], date(2025, 4, 4))[dossier.pk].expiring == 0
    assert queries.of_dossiers([dossier.pk], date(2025, 4, 5))[dossier.pk].expiring == 1

    new = put(clerk, dossier, "insurance", upload=Upload("新保单.pdf", b"%PDF-1.4 new\n%%EOF"), on=on,
              valid_until=date(2026, 5, 5), replaces=old)  # fmt: skip

    old.refresh_from_db()
    assert (old.state, new.version, new.replaces_id) == ("superseded", 2, old.pk)
    assert services.take_paper(clerk, old.label, on=on)[1] == b"%PDF-1.4 old\n%%EOF"
    assert queries.dues(clerk, since=on, until=date(2025, 6, 1))[0].done_on == on
    with pytest.raises(errors.PaperGone):
        put(clerk, dossier, "insurance", replaces=old)
    assert states(dossier, date(2025, 5, 6))["insurance"] == "present"


def test_what_cannot_be_is_refused_with_its_field(clerk: Actor) -> None:
    dossier = vehicle(clerk)
    for told, field in (
        ({"title": ""}, "title"), ({"formed_on": date(2024, 5, 7)}, "formed_on"), ({"pages": 0}, "pages"),
        ({"valid_until": date(2024, 5, 1), "formed_on": MAY}, "valid_until"), ({"has_original": False}, "file"),
    ):  # fmt: skip
        with pytest.raises(errors.DossierInvalid) as refused:
            put(clerk, dossier, "invoice", **told)
        assert refused.value.params["field"] == field
    with pytest.raises(errors.DossierInvalid):
        put(clerk, dossier, "invoice", "fax")
    with pytest.raises(errors.LineUnknown):
        put(clerk, dossier, "wheels")
    with pytest.raises(errors.ReasonMissing):
        services.set_line(actor=clerk, on=MAY, no=dossier.no, code="photo", state="not_applicable")
    assert not Paper.objects.exists()
    services.set_line(actor=clerk, on=MAY, no=dossier.no, code="photo", state="not_applicable", why="未拍照")
    assert states(dossier)["photo"] == "not_applicable"
    assert queries.of_dossiers([dossier.pk], MAY)[dossier.pk].asked == 10

    services.close(actor=clerk, on=MAY, no=dossier.no, why="车辆报废")
    with pytest.raises(errors.DossierClosed):
        put(clerk, dossier, "invoice")
    missing = queries.missing_lines(clerk, queries_wanted(only="incomplete"), MAY)
    assert missing.height == 0  # a closed dossier is on no work list


def queries_wanted(**told: Any) -> Any:
    from xinheng.facts.dossiers.values import Wanted

    return Wanted(**told)


def test_what_is_missing_is_listed_and_counted_by_kind_and_unit(clerk: Actor) -> None:
    dossier = vehicle(clerk)
    put(clerk, dossier, "invoice")
    rows = queries.missing_lines(clerk, queries_wanted(), MAY)
    assert rows.height == 10
    assert rows.filter(pl.col("line") == "pdi")["words"].to_list() == ["新车PDI检查表"]
    summed = queries.by_kind_and_unit(clerk, queries_wanted(), MAY).row(0, named=True)
    assert (summed["dossiers"], summed["complete"], summed["asked"], summed["present"]) == (1, 0, 11, 1)
    assert queries.work_counts(clerk, MAY) == {
        "incomplete": 1, "expiring": 0, "without_custodian": 1, "drafts": 0, "unsorted": 0, "stale": 0, "undated": 1,
    }  # fmt: skip
    for text in (VIN, "沪A", dossier.no, "AXKP"):
        assert queries.dossiers(clerk, queries_wanted(text=text), MAY).count() == 1
    assert queries.dossiers(clerk, queries_wanted(text="粤B"), MAY).count() == 0
