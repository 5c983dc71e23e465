"""Checklists of the packs: what each kind asks, whom it stops, and who sees what of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from tests import seats, worlds
from tests.facts.receivables.conftest import customer
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.customers.models import Customer
from xinheng.facts.dossiers import errors, numbering, policy, queries, services
from xinheng.facts.dossiers.models import Dossier, IssuedNumber, Paper, Series
from xinheng.facts.dossiers.values import Wanted

DAY = date(2026, 3, 2)


def company() -> None:
    """Customers C-7 and C-8; one unit keeps the files."""
    access.create_unit(actor=system_actor(), on=date(2025, 1, 1), code="KF", name="客户服务部", kind="group")
    for no in ("C-7", "C-8"):
        customer(no)


@pytest.fixture
def clerk(db: None, chief: Actor) -> Actor:
    worlds.given(company)
    return chief


def opened(actor: Actor, kind: str, no: str = "C-7", **told: Any) -> Dossier:
    who = Customer.objects.get(no=no)
    told = {"subject": f"customer:{no}", "title": f"{no} {kind}", "customer": who} | told
    return services.open_dossier(actor=actor, on=told.pop("on", DAY), kind=kind, **told)


def put(actor: Actor, dossier: Dossier, item: str, form: str = "copy", **told: Any) -> Paper:
    told = {"title": item or "来文", "has_original": True, "upload": None, "on": DAY} | told
    return services.add_paper(actor=actor, dossier=dossier, item=item, copy_form=form, **told)


def states(dossier: Dossier, on: date = DAY) -> dict[str, str]:
    return dict(queries.lines_now([dossier.pk], on).select("code", "state").iter_rows())


@pytest.mark.any_database
@pytest.mark.req("PRP-04", "PRP-05", "PRP-07", "CTR-01", "CTR-09", "GRP-02", "MIN-05", "DAT-05", "GZM-02")
def test_the_packs_ask_what_their_sources_name() -> None:
    texts = [path.read_text("utf-8") for path in sorted(Path(settings.PACKS_DIR).glob("*/dossiers.yaml"))]
    kinds = {kind.code: kind for text in texts for kind in policy.load(text).kinds}
    prp = kinds["prp_customer"]
    headings = {line.source[:3] for line in prp.lines}
    assert headings == {f"3.{number}" for number in range(1, 9)}
    assert [line.source for line in prp.lines if line.group == "supplementary"] == [
        f"3.5.{n}" for n in range(1, 5)
    ]
    assert all(line.assumed for line in kinds["prp_fitting_out"].lines)  # the source names no paper
    contract = kinds["ctr_contract"]
    assert len({line.source for line in contract.lines}) == 11
    assert {line.code for line in contract.lines if line.any_of == "licence"} == {
        "legal_person_licence", "business_licence", "institution_licence",
    }  # fmt: skip
    assert [line.group for line in kinds["ctr_credit"].lines].count("materials") == 7
    assert [line.group for line in kinds["ctr_credit"].lines].count("raw") == 6
    assert kinds["min_customer"].lines[0].assumed
    assert not any(line.assumed for line in kinds["min_customer"].lines[1:])
    assert kinds["min_customer"].confirmed_by_director
    tables = [kinds[f"gzm_{name}"] for name in ("channel", "institute", "engineering")]
    assert [kind.zh[:2] for kind in tables] == ["表1", "表2", "表3"]
    assert all(kind.assumed for kind in tables)


@pytest.mark.req("CTR-01")
def test_a_contract_without_guarantor_needs_one_licence_and_both_forms_of_our_power(clerk: Actor) -> None:
    told: dict[str, Any] = {
        "subject": "contract:KF-2026-001",
        "customer": None,
        "facts": {"guaranteed": "without"},
    }
    dossier = opened(clerk, "ctr_contract", **told)
    assert queries.of_dossiers([dossier.pk], DAY)[dossier.pk].asked == 10
    assert "guarantor" not in states(dossier)

    put(clerk, dossier, "business_licence")
    put(clerk, dossier, "our_authority", "original")
    now = states(dossier)
    assert (now["business_licence"], now["legal_person_licence"], now["our_authority"]) == (
        "present",
        "absent",
        "flagged",
    )
    put(clerk, dossier, "our_authority", "copy")
    assert states(dossier)["our_authority"] == "present"

    with pytest.raises(errors.PapersMissing) as refused:
        services.require_papers("contract:KF-2026-001", "contract.sign", DAY)
    assert "身份证" in str(refused.value)
    put(clerk, dossier, "authority")
    services.require_papers("contract:KF-2026-001", "contract.sign", DAY)
    with pytest.raises(errors.PapersMissing):
        services.require_papers("contract:KF-2026-001", "contract.archive", DAY)
    services.require_papers("contract:KF-2026-002", "contract.sign", DAY)  # nothing asks of what has no file


@pytest.mark.req("GRP-02", "GRP-07")
def test_the_unified_code_stands_for_the_three_certificates(clerk: Actor) -> None:
    dossier = opened(clerk, "grp_customer")
    assert queries.of_dossiers([dossier.pk], DAY)[dossier.pk].asked == 6
    for item in ("unified", "unified_tax", "unified_organisation", "form", "management", "short"):
        put(clerk, dossier, item)
    assert queries.of_dossiers([dossier.pk], DAY)[dossier.pk].share == 1
    assert opened(clerk, "grp_customer", title="二").pk  # each company keeps its own
    assert queries.work_counts(clerk, DAY)["without_custodian"] == 2  # GRP-07: the exception list


@pytest.mark.req("DAT-09", "GRP-01")
def test_an_individual_has_no_legal_representative_and_a_closed_list_takes_nothing_else(clerk: Actor) -> None:
    told = {"party": "person", "name": "李四", "capital": "100"}
    with pytest.raises(errors.DossierInvalid) as refused:
        opened(clerk, "dat_customer", facts=told)
    assert refused.value.params["field"] == "fact_capital"
    dossier = opened(
        clerk, "dat_customer", facts={"party": "company", "capital": "100", "representative": "王五"}
    )
    assert {"qualification", "contracts"} <= set(states(dossier))
    assert "identity" not in states(dossier)
    group = opened(clerk, "grp_customer")
    with pytest.raises(errors.LineUnknown):
        put(clerk, group, "")
    assert not Paper.objects.exists()


@pytest.mark.req("SIX-01", "DAT-05")
def test_a_paper_of_no_line_waits_to_be_sorted_and_is_not_lost(clerk: Actor) -> None:
    dossier = opened(clerk, "general_customer", facts={"party": "company"})
    kind = queries.kind_of(dossier, DAY)
    assert {line.group for line in kind.lines} == {"moral", "asset"}
    paper = put(clerk, dossier, "")
    assert queries.dossiers(clerk, Wanted(only="unsorted"), DAY).get() == dossier

    services.place_paper(actor=clerk, on=DAY, label=paper.label, item="other", why="已复核")
    assert not queries.dossiers(clerk, Wanted(only="unsorted"), DAY).exists()
    assert states(dossier)["other"] == "present"


@pytest.mark.req("MIN-06", "MIN-07")
def test_a_mining_file_is_a_draft_until_another_confirms_it_and_grows_stale(clerk: Actor) -> None:
    dossier = opened(clerk, "min_customer")
    assert queries.dossiers(clerk, Wanted(only="drafts"), DAY).get() == dossier
    with pytest.raises(errors.NotConfirmable):  # one's own
        services.confirm(actor=clerk, on=DAY, no=dossier.no)
    services.confirm(actor=system_actor("wang"), on=DAY, no=dossier.no)
    with pytest.raises(errors.NotConfirmable):
        services.confirm(actor=system_actor("wang"), on=DAY, no=dossier.no)
    assert not queries.dossiers(clerk, Wanted(only="drafts"), DAY).exists()
    assert queries.work_counts(clerk, date(2026, 4, 2))["stale"] == 0
    assert queries.work_counts(clerk, date(2026, 4, 3))["stale"] == 1


def test_credit_is_not_granted_while_a_key_paper_is_missing_or_has_run_out(clerk: Actor) -> None:
    dossier = opened(clerk, "lim_customer")
    assert queries.missing_papers("customer:C-7", "limit.grant", DAY) == [
        "营业执照",
        "信用申请表",
        "月销售额证明",
    ]
    for item in ("application", "sales_proof"):
        put(clerk, dossier, item)
    put(clerk, dossier, "licence", valid_until=date(2026, 3, 31), formed_on=date(2020, 1, 1))
    assert queries.missing_papers("customer:C-7", "limit.grant", date(2026, 3, 31)) == []
    assert queries.run_out_papers(date(2026, 3, 31)).height == 0
    april = date(2026, 4, 1)
    assert queries.missing_papers("customer:C-7", "limit.grant", april) == ["营业执照"]
    found = queries.run_out_papers(april)
    assert found.select("dossier", "line", "until").rows() == [(dossier.no, "licence", date(2026, 3, 31))]
    known = queries.papers_known("customer:C-7", april)
    assert known == [
        {
            "dossier": dossier.no,
            "kind": "lim_customer",
            "missing": ["agreement", "licence"],
            "asked": 4,
            "present": 2,
        }
    ]


def test_who_is_not_cleared_is_told_that_there_is_nothing(clerk: Actor) -> None:
    secret = opened(clerk, "general_customer", secrecy="confidential", facts={"party": "company"})
    paper = put(clerk, secret, "application")
    low = replace(seats.seat("zhou", "salesperson", on=DAY), scope=clerk.scope)
    assert not queries.dossiers_visible(low, DAY).exists()
    assert not queries.papers_visible(low, DAY).exists()
    with pytest.raises(errors.DossierUnknown) as refused:
        queries.get_dossier(low, secret.no, on=DAY)
    with pytest.raises(errors.DossierUnknown) as unknown:
        queries.get_dossier(low, "ZY·2026-999999", on=DAY)
    assert str(refused.value).replace(secret.no, "") == str(unknown.value).replace("ZY·2026-999999", "")
    with pytest.raises(errors.PaperUnknown):
        queries.get_paper(low, paper.label, on=DAY)
    assert paper.secrecy == "confidential"  # never below its dossier's


@pytest.mark.any_database
def test_a_paper_number_reads_as_the_standard_writes_it() -> None:
    for right in ("Z109-WS·2011-Y-BGS-0001", "XH01-ZY·2026-D10-KF-0001", "XH01-ZY·2026-D30-0001"):
        assert numbering.is_paper_number(right)
    for wrong in (
        "Z109-WS.2011-Y-BGS-0001",
        "Z109-WS·2011-Y20-BGS-0001",
        "Z109-WS·11-Y-BGS-0001",
        "z109-WS·2011-Y-0001",
    ):
        assert not numbering.is_paper_number(wrong)


def test_a_number_is_given_once_and_a_void_one_stays(clerk: Actor) -> None:
    dossier = opened(clerk, "general_customer", facts={"party": "company"})
    papers = [put(clerk, dossier, "reputation", formed_on=date(2025, 12, 31)) for _ in range(3)]
    filed = [services.file_paper(actor=clerk, on=DAY, label=one.label).number for one in papers]
    assert filed == [f"XH01-ZY·2025-D10-KF-000{n}" for n in (1, 2, 3)]
    assert services.file_paper(actor=clerk, on=DAY, label=papers[0].label).number == filed[0]

    services.withdraw_paper(actor=clerk, on=DAY, label=papers[1].label, why="重复")
    again = put(clerk, dossier, "reputation", formed_on=date(2025, 12, 31))
    assert services.file_paper(actor=clerk, on=DAY, label=again.label).number == "XH01-ZY·2025-D10-KF-0004"
    assert [one.number for one in queries.void_numbers(clerk)] == [filed[1]]
    series = {one.name: one for one in queries.series(clerk)}
    assert (series["XH01-ZY·2025-D10-KF"].given, series["XH01-ZY·2025-D10-KF"].void) == (4, 1)
    assert all(one.gaps == () for one in series.values())
    IssuedNumber.objects.filter(number=filed[2]).delete()  # behind the rules' back: it is noticed
    assert {one.name: one.gaps for one in queries.series(clerk)}["XH01-ZY·2025-D10-KF"] == (3,)


@pytest.mark.django_db(transaction=True)
def test_numbers_given_at_once_are_given_once() -> None:
    started, failed = Barrier(4), []

    def take() -> None:
        try:
            started.wait(timeout=30)
            for _ in range(5):
                with transaction.atomic():
                    numbering.dossier_no("ZY", DAY)
        except Exception as error:  # noqa: BLE001 - told to the test
            failed.append(error)
        finally:
            connection.close()

    takers = [Thread(target=take) for _ in range(4)]
    for taker in takers:
        taker.start()
    for taker in takers:
        taker.join()
    assert not failed
    assert Series.objects.get().last == 20
    assert sorted(IssuedNumber.objects.values_list("serial", flat=True)) == list(range(1, 21))
