"""Questionnaires and evidence on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.wiring.conftest import Typed
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.customers import services as files
from xinheng.facts.customers.values import NewFact, NewSurvey
from xinheng.runs.services import business_day

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.req("SIX-14")
def test_a_form_is_printed_changed_checked_and_added(founded: Typed, tmp_path: Path) -> None:
    listed = {one["code"]: one for one in founded.json("forms", "list")}
    assert listed["adv_investigation"]["version"] == "1"
    text = founded.run("forms", "show", "fou_survey").stdout.replace("code: fou_survey", "code: visit")
    file, wrong = tmp_path / "visit.yaml", tmp_path / "wrong.yaml"
    file.write_text(text, "utf-8")
    wrong.write_text(text.replace("- phone", "- shoe_size"), "utf-8")

    assert "shoe_size" in founded.json("forms", "check", str(wrong), code=3)["problems"][0]
    assert founded.json("forms", "check", str(file))["ok"]
    refused = founded.run("forms", "add", str(wrong), "--from", "2026-01-01", code=1)
    assert "shoe_size" in refused.stdout + refused.stderr
    kept = founded.json("forms", "add", str(file), "--from", "2026-01-01")

    assert (kept["code"], kept["version"]) == ("visit", "1")
    assert "visit" in {one["code"] for one in founded.json("forms", "list")}
    assert "visit" not in {one["code"] for one in founded.json("forms", "list", "--as-of", "2025-12-31")}
    again = founded.json("forms", "draft", str(file))
    assert again["revision"] == 1


@pytest.mark.req("SIX-11", "SIX-12", "SIX-15", "ADV-07")
def test_evidence_is_listed_shown_and_handed_in(founded: Typed, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("客户编号,客户名称\nC-1,长江贸易有限公司\n", "utf-8")
    founded.run("import", str(tmp_path / "customers.csv"), "--kind", "customers")
    on, actor = business_day(), system_actor()
    survey = files.begin_survey(actor=actor, on=on, no="C-1", new=NewSurvey("net_survey", "customer"))
    files.save_answers(actor=actor, on=on, survey_id=survey.pk, answers={"address": "上海"})
    for channel, phone in (("registry", "021"), ("observation", "138")):
        files.tell_fact(actor=actor, on=on, no="C-1", fact=NewFact("phone", phone, channel, "x"))
    files.tell_report(actor=actor, on=on, no="C-1", kind="urgent", text="停工")

    book = tmp_path / "surveys.xlsx"
    founded.run("surveys", "list", "--excel", str(book))
    listed = founded.json("surveys", "list", "--state", "open")
    assert [(one["customer_no"], one["id"]) for one in listed] == [("C-1", survey.pk)]
    assert book.read_bytes().startswith(b"PK")
    assert founded.json("surveys", "show", str(survey.pk))["answers"] == {"address": "上海"}
    refused = founded.run("surveys", "submit", str(survey.pk), "--sign", code=1)
    assert "股权结构" in refused.stderr + refused.stdout
    assert founded.json("surveys", "list", "--state", "handed_in") == []
    assert [one["text"] for one in founded.json("reports", "--unread")] == ["停工"]
    told = founded.json("contradictions")
    assert [(one["customer_no"], one["item"]) for one in told] == [("C-1", "phone")]
    assert founded.json("investigations", "--overdue") == []
    assert founded.json("stale") == []


@pytest.mark.req("SIX-09")
def test_the_file_of_a_customer_is_written_as_a_report(founded: Typed, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("客户编号,客户名称\nC-1,长江贸易有限公司\n", "utf-8")
    founded.run("import", str(tmp_path / "customers.csv"), "--kind", "customers")
    paper, book = tmp_path / "file.pdf", tmp_path / "file.xlsx"

    founded.run("file", "C-1", str(paper), "--depth", "standard")
    assert founded.json("file", "C-1", str(book))["bytes"] == book.stat().st_size

    assert (paper.read_bytes()[:4], book.read_bytes()[:2]) == (b"%PDF", b"PK")
    founded.run("file", "C-1", str(tmp_path / "file.docx"), code=2)
    assert founded.json("file", "C-9", str(book), code=1)["refused"] == "customer_unknown"
