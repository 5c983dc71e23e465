"""Files that tell of what comes: yearly papers, days of a vehicle, cards not kept up, what is archived."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests import worlds
from tests.facts.receivables.conftest import customer
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.facts.customers.values import NewFact
from xinheng.facts.dossiers import errors, queries, services
from xinheng.facts.dossiers.models import Dossier, Paper
from xinheng.facts.dossiers.values import Wanted

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
MARCH = date(2026, 3, 2)


def house() -> None:
    access.create_unit(actor=system_actor(), on=date(2020, 1, 1), code="HQ", name="公司", kind="company")
    customer("C-1")


@pytest.fixture(autouse=True)
def _house(db: None) -> None:
    worlds.given(house)


def opened(actor: Actor, kind: str, subject: str, on: date = MARCH, **facts: Any) -> Dossier:
    told: dict[str, Any] = {"kind": kind, "subject": subject, "title": subject, "facts": facts}
    return services.open_dossier(actor=actor, on=on, **told)


def put(actor: Actor, dossier: Dossier, item: str, formed: date, on: date) -> Paper:
    told: dict[str, Any] = {"title": item or "文件", "copy_form": "original", "has_original": True}
    return services.add_paper(
        actor=actor, on=on, dossier=dossier, upload=None, item=item, formed_on=formed, **told
    )


@pytest.mark.req("INF-04", "INF-01")
def test_the_report_of_a_year_that_is_not_there_by_the_end_of_april_stands_on_the_list(chief: Actor) -> None:
    """Results of 2024 come in March 2025; those of 2025 are asked for from 29 April 2026 on."""
    with pytest.raises(errors.DossierInvalid):
        opened(chief, "inf_customer", "customer:C-1", **{"class": ["supplier", "club"]})
    both = {"class": ["distributor", "supplier"]}  # one party, both of them
    dossier = opened(chief, "inf_customer", "customer:C-1", **both)
    assert dossier.facts == {"class": ["supplier", "distributor"]}
    asked = queries.kind_of(dossier, MARCH).facts[0]
    assert len([choice for choice in asked.choices if choice.zh.startswith("特殊类")]) == 7
    put(chief, dossier, "basic", MARCH, MARCH)

    def listed(on: date) -> list[tuple[str, str]]:
        rows = queries.missing_lines(chief, Wanted(kind="inf_customer"), on)
        return list(rows.select("line", "state").iter_rows())

    assert listed(MARCH) == [("results", "missing")]
    put(chief, dossier, "results", date(2025, 3, 20), MARCH)
    assert listed(date(2026, 4, 28)) == []
    assert listed(date(2026, 4, 29)) == [("results", "expired")]
    put(chief, dossier, "results", date(2026, 4, 30), date(2026, 4, 30))
    assert listed(date(2026, 5, 4)) == []
    assert listed(date(2027, 4, 29)) == [("results", "expired")]
    history = Paper.objects.filter(dossier=dossier, item="results").order_by("pk")
    assert [paper.formed_on.year for paper in history] == [2025, 2026]


@pytest.mark.req("VEH-23")
def test_insurance_service_and_birthdays_are_told_of_and_vehicles_without_these_days_are_listed(
    chief: Actor,
) -> None:
    new = {"population": "sold", "party": "person"}
    days = {"insured_until": "2026-12-20", "next_service_on": "2027-01-05", "birthday": "1990-01-03"}
    whole = opened(chief, "veh_new_car", "vehicle:1M8GDM9AXKP042788", vin="1M8GDM9AXKP042788", **new, **days)
    bare = opened(chief, "veh_new_car", "vehicle:1M8GDM9A1KP042789", vin="1M8GDM9A1KP042789", **new,
                  insured_until="2027-02-01")  # fmt: skip

    def told(actor: Actor, since: date, until: date) -> list[tuple[str, date]]:
        found = queries.dues(actor, since=since, until=until)
        return [(one.subject, one.due_on) for one in found if one.kind == "dossiers.day"]

    assert told(chief, date(2026, 12, 15), date(2027, 1, 10)) == [
        (f"dossier:{whole.no}:insured_until", date(2026, 12, 20)),
        (f"dossier:{whole.no}:birthday", date(2027, 1, 3)),
        (f"dossier:{whole.no}:next_service_on", date(2027, 1, 5)),
    ]
    plain = replace(chief, permits=frozenset({"dossiers.read", "customers.read"}))
    assert [
        subject.rpartition(":")[2] for subject, _on in told(plain, date(2027, 1, 1), date(2027, 1, 31))
    ] == ["next_service_on"]  # a birthday is nobody's business who may not read of persons
    assert told(chief, date(2026, 6, 1), date(2026, 7, 31)) == []
    lacking = queries.dossiers(chief, Wanted(only="undated"), MARCH)
    assert [one.no for one in lacking] == [bare.no]
    assert queries.work_counts(chief, MARCH)["undated"] == 1


@pytest.mark.req("LSE-05", "LSE-24")
def test_cards_tell_main_customers_apart_and_those_not_kept_up_are_listed_and_dropped_never_deleted(
    chief: Actor,
) -> None:
    with pytest.raises(errors.DossierInvalid):  # bounds are lost in the source: three classes, chosen
        opened(chief, "lse_customer", "customer:C-1", position="large")
    card = opened(chief, "lse_customer", "customer:C-1", nature="ordinary", position="main")
    position = next(fact for fact in queries.kind_of(card, MARCH).facts if fact.code == "position")
    assert ([choice.code for choice in position.choices], position.assumed) == (
        ["main", "ordinary", "sporadic"], True,
    )  # fmt: skip
    assert [one.no for one in queries.dossiers(chief, Wanted(text="main"), MARCH)] == [card.no]

    stale = Wanted(only="stale", kind="lse_customer")
    assert not queries.dossiers(chief, stale, date(2026, 8, 29)).exists()  # 180 days to the day
    assert [one.no for one in queries.dossiers(chief, stale, date(2026, 8, 30))] == [card.no]
    services.describe(actor=chief, on=date(2026, 8, 30), no=card.no, title="长江建设",
                      facts={"nature": "ordinary", "position": "sporadic"})  # fmt: skip
    assert not queries.dossiers(chief, stale, date(2026, 8, 31)).exists()
    services.close(actor=chief, on=date(2026, 9, 1), no=card.no, why="不再往来")
    assert not queries.dossiers(chief, stale, date(2027, 9, 1)).exists()
    kept = queries.get_dossier(chief, card.no, on=date(2027, 9, 1))
    assert (kept.closed_on, kept.facts["position"]) == (date(2026, 9, 1), "sporadic")


@pytest.mark.req("LAR-01", "LAR-07", "LAR-08")
def test_what_lies_outside_the_scope_is_kept_and_not_filed_and_the_year_has_its_catalogue(
    chief: Actor,
) -> None:
    minutes = opened(chief, "lar_volume", "volume:2025-1", matter="minutes", year="2025")
    other = opened(chief, "lar_volume", "volume:2025-2", matter="none")
    assert len(queries.kind_of(minutes, MARCH).filed_when["matter"]) == 16
    paper = put(chief, minutes, "paper", date(2025, 11, 3), MARCH)
    aside = put(chief, other, "paper", date(2025, 11, 4), MARCH)

    filed = services.file_paper(actor=chief, on=MARCH, label=paper.label)
    assert "-WS·2025-D10-HQ-0001" in filed.number  # classed by category, year, term and unit
    with pytest.raises(errors.NotArchived):
        services.file_paper(actor=chief, on=MARCH, label=aside.label)
    aside.refresh_from_db()
    assert (aside.state, aside.number, aside.filed_on) == ("in_force", "", None)  # kept all the same
    numbers = queries.papers_visible(chief, MARCH).filter(formed_on__year=2025).exclude(number="")
    assert [one.number for one in numbers] == [filed.number]


@pytest.mark.req("GRP-03")
def test_what_the_central_section_verified_holds_and_what_a_company_told_otherwise_is_shown(
    chief: Actor,
) -> None:
    def tell(value: str, channel: str) -> Any:
        fact = NewFact("legal_representative", value, channel, source="分公司档案", true_on=MARCH)
        return files.tell_fact(actor=chief, on=MARCH, no="C-1", fact=fact)

    def shown() -> Any:
        of = customers.file_of(customers.get(chief, "C-1", on=MARCH), on=MARCH)
        return next(one for one in of.items if one.item.code == "legal_representative")

    central = tell("周刚", "customer")
    tell("周强", "own_dealings")
    assert shown().contradictory
    assert {fact.value for fact in shown().facts} == {"周刚", "周强"}
    second = replace(chief, login="central")
    files.verify_fact(actor=second, on=MARCH, fact_id=central.pk, holds=True, evidence="营业执照原件")
    assert not shown().contradictory
    assert [fact.value for fact in shown().facts] == ["周刚"]
    assert [fact.value for fact in shown().history] == ["周强"]
