"""The shipped process, lived through: from the questionnaire to the new review, each step by its records."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.judgements.reviews.conftest import (  # noqa: F401 - the company is a fixture
    JUNE,
    accept_all,
    approve,
    company,
    rated,
    submit,
    who,
)
from xinheng.base.kernel.actors import system_actor
from xinheng.base.packs import services as packs
from xinheng.facts.archive.values import Upload
from xinheng.facts.customers import services as files
from xinheng.facts.customers.values import NewInvestigation, NewSurvey, Report
from xinheng.judgements.processes import queries, services
from xinheng.judgements.processes.errors import FormsMissing
from xinheng.judgements.processes.models import Case
from xinheng.judgements.reviews import services as reviews

pytestmark = pytest.mark.django_db(transaction=True)


def close(case: Case, step: int, login: str, note: str = "") -> None:
    services.close_step(actor=who(login), on=JUNE, case_id=case.pk, step=step, note=note)


def lacking(case: Case) -> list[str]:
    case.refresh_from_db()
    states = queries.forms_of(system_actor(), case, on=JUNE)
    return [state.form.code for state in states if state.lacks]


def blocked(case: Case, step: int, login: str) -> None:
    with pytest.raises(FormsMissing):
        close(case, step, login)


def survey(no: str) -> None:
    root = system_actor()
    begun = files.begin_survey(
        actor=root, on=JUNE, no=no, new=NewSurvey("lim_application", "customer", "走访")
    )
    told: dict[str, Any] = {"actor": root, "on": JUNE, "survey_id": begun.pk}
    answers: dict[str, str | None] = dict.fromkeys(["business_licence", "reputation", "customer_type"], None)
    files.save_answers(**told, answers=answers | {"monthly_sales": "100000", "product_kinds": "建材"})
    files.submit_survey(**told, signed=True)


def investigate(no: str) -> None:
    root = system_actor()
    new = NewInvestigation("agency", "邓白氏", "新客户", JUNE)
    ordered = files.order_investigation(actor=root, on=JUNE, no=no, new=new)
    told: dict[str, Any] = {"actor": root, "on": JUNE, "investigation_id": ordered.pk}
    files.attach_to_investigation(**told, uploads=[Upload("报告.pdf", b"%PDF-1.4 " + bytes(40))])
    files.finish_investigation(**told, report=Report(report_on=JUNE, outcome="正常"))


def notice(case: Case, login: str, form: str) -> None:
    told: dict[str, Any] = {"actor": who(login), "on": JUNE, "case_id": case.pk, "form": form}
    services.keep_papers(**told, uploads=[Upload("通知.pdf", b"%PDF-1.4 " + bytes(60))])


@pytest.mark.req("FLW-01", "FLW-02", "FLW-03", "TPB-04")
def test_every_step_of_the_eleven_waits_for_the_records_of_its_room(
    company: None,  # noqa: F811
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    told: dict[str, Any] = {"actor": system_actor(), "on": JUNE, "effective_from": JUNE}
    packs.adopt_shipped(**told, codes=["flw", "tpb"], kind="process")
    case = services.start_case(actor=who("maker"), on=JUNE, process="flw", customer_no="C-1")
    four = services.start_case(actor=who("maker"), on=JUNE, process="tpb", customer_no="C-1")

    blocked(case, 1, "seller")
    survey("C-4")
    assert lacking(case) == ["questionnaire"]  # another customer's stands for nothing
    survey("C-1")
    close(case, 1, "seller")
    blocked(case, 2, "seller")
    close(case, 2, "seller", "资料齐全")
    blocked(case, 3, "seller")
    investigate("C-1")
    close(case, 3, "seller")
    blocked(case, 4, "maker")
    run = rated()
    close(case, 4, "maker")
    blocked(case, 5, "maker")
    reviews.open_review(actor=who("maker"), on=JUNE, run_id=run.pk)
    close(case, 5, "maker")
    blocked(case, 6, "chief-credit")
    accept_all(run)
    close(case, 6, "chief-credit")
    sheet = submit(run)
    blocked(case, 7, "head")  # on its way through the chain is not approved
    approve(sheet)
    close(case, 7, "head")
    blocked(case, 8, "chief-credit")
    notice(case, "chief-credit", "notice")
    close(case, 8, "chief-credit")
    close(case, 9, "seller", "按等级赊销")
    close(case, 10, "seller", "未见异常")
    close(case, 11, "chief-credit", "下次复评按期")

    case.refresh_from_db()
    assert (case.state, case.step) == ("done", 11)
    closed = [(row.step, row.by) for row in queries.minutes_of(case) if row.act == "close"]
    assert closed == [
        (1, "seller"), (2, "seller"), (3, "seller"), (4, "maker"), (5, "maker"), (6, "chief-credit"),
        (7, "head"), (8, "chief-credit"), (9, "seller"), (10, "seller"), (11, "chief-credit"),
    ]  # fmt: skip

    with pytest.raises(FormsMissing):
        close(four, 1, "seller")
    notice(four, "seller", "application")
    close(four, 1, "seller")
    close(four, 2, "maker")  # the grade was approved since the case began
    four.refresh_from_db()
    assert lacking(four) == ["limit"]  # grade and bills are there; the paper stands for the limit
    notice(four, "maker", "limit")
    close(four, 3, "maker")
    close(four, 4, "maker", "无异常交易")
    assert Case.objects.get(pk=four.pk).state == "done"


@pytest.mark.req("FLW-03")
def test_records_older_than_the_case_stand_for_no_form(company: None) -> None:  # noqa: F811
    told: dict[str, Any] = {"actor": system_actor(), "on": JUNE, "effective_from": JUNE}
    packs.adopt_shipped(**told, codes=["flw"], kind="process")
    survey("C-2")
    july = date(2026, 7, 1)
    late = services.start_case(actor=who("maker"), on=july, process="flw", customer_no="C-2")

    forms = queries.forms_of(system_actor(), late, on=july)
    assert [one.form.code for one in forms if one.lacks] == ["questionnaire"]
