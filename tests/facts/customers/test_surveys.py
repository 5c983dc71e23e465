"""Questionnaires: what each scheme asks, by which channels, signed, reviewed, filed, answered or not."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.seats import seat
from xinheng.base.access.errors import AccessDenied
from xinheng.base.approvals import queries as minutes
from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.errors import NotYourTurn, OwnSubmission, RoleUnmanned
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.facts.archive.errors import AttachmentUnknown, DocumentAltered, DocumentTypeRefused
from xinheng.facts.archive.models import Document
from xinheng.facts.archive.values import Upload
from xinheng.facts.customers import queries, services
from xinheng.facts.customers.errors import (
    ChannelMissing,
    ConsentMissing,
    FieldInvalid,
    ItemUnknown,
    OwnReport,
    ReviewUnfinished,
    SourceMissing,
    SurveyNotThere,
    SurveyUnfinished,
    SurveyUnknown,
    SurveyUnsigned,
)
from xinheng.facts.customers.models import Customer, FileFact, Survey
from xinheng.facts.customers.values import NewCustomer, NewFact, NewSurvey, Responses

pytestmark = pytest.mark.django_db
SIX_WAYS = {"customer", "observation", "registry", "own_dealings", "agency", "other"}
POINTS = ["contradictions", "dealings", "credit_record", "other"]
PDF = b"%PDF-1.7\n" + bytes(200)


@pytest.fixture
def chief(db: None, day: date) -> Actor:
    """Reviews and files."""
    return seat("chief", "credit_manager", on=day)


@pytest.fixture(autouse=True)
def company(chief: Actor, day: date, settings: Any, tmp_path: Path) -> Customer:
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    services.register(actor=chief, on=day, new=NewCustomer(name="王小明", no="P", kind="person"))
    return services.register(actor=chief, on=day, new=NewCustomer(name="甲集团有限公司", no="A"))


@pytest.fixture
def wang() -> Actor:
    """Fills in."""
    return Actor("wang", "王芳", permits=frozenset({"customers.*", "archive.*"}), scope=Scope("everything"))


def begin(actor: Actor, day: date, form: str, channel: str = "observation", **other: Any) -> Survey:
    no = other.pop("no", "A")
    return services.begin_survey(actor=actor, on=day, no=no, new=NewSurvey(form, channel, **other))


def filled(actor: Actor, day: date, survey: Survey, **answers: str) -> None:
    """Every question answered "unknown" but those named."""
    kind = survey.customer.kind
    asked = queries.asked_items(queries.forms()[survey.form], kind)
    told: dict[str, str | None] = dict.fromkeys(asked, None) | answers
    services.save_answers(actor=actor, on=day, survey_id=survey.pk, answers=told)


def handed_in(actor: Actor, day: date, form: str = "adv_investigation", **answers: str) -> Survey:
    survey = begin(actor, day, form)
    filled(actor, day, survey, **answers)
    return services.submit_survey(actor=actor, on=day, survey_id=survey.pk, signed=True)


@pytest.mark.req("ADV-04", "NET-02", "FOU-11", "LSE-06", "SIX-14", "COL-01", "DAT-09", "FIL-02")
def test_every_scheme_has_its_form_of_known_items() -> None:
    known, forms = queries.catalogue(), queries.forms()

    assert {item for form in forms.values() for item in form.items} <= set(known)
    assert {code: len(form.groups) for code, form in forms.items() if code in {
        "adv_investigation", "net_survey", "fou_survey", "lse_card", "col_card", "six_investigation",
    }} == {
        "adv_investigation": 6, "net_survey": 8, "fou_survey": 3, "lse_card": 4, "col_card": 4, "six_investigation": 6,
    }  # fmt: skip
    assert [one.zh for one in forms["six_investigation"].groups][:5] == [
        "品质",
        "能力",
        "资本",
        "抵押",
        "条件",
    ]
    assert known["bank_account"].sensitive
    assert all(len(set(form.items)) == len(form.items) for form in forms.values())


@pytest.mark.req("ADV-05", "NET-03", "SIX-13", "FOU-10", "LSE-11", "COL-05")
def test_a_form_takes_the_channels_of_its_scheme_only(chief: Actor, day: date) -> None:
    forms = queries.forms()

    assert set(forms["adv_investigation"].channels) == set(forms["net_survey"].channels) == SIX_WAYS
    assert forms["six_investigation"].channels == ("customer", "network", "own_dealings", "public")
    assert forms["lse_card"].channels == ("observation", "mailed_form", "agency")
    assert set(forms["fou_survey"].channels) >= {"bank", "trade", "colleagues", "press"}
    for form, channel in (
        ("adv_investigation", "mailed_form"),
        ("six_investigation", "press"),
        ("lse_card", ""),
    ):
        with pytest.raises(ChannelMissing):
            begin(chief, day, form, channel)
    with pytest.raises(SourceMissing):
        begin(chief, day, "adv_investigation", "other", source=" ")
    assert not Survey.objects.exists()
    assert begin(chief, day, "adv_investigation", "other", source="协会年会上听到").pk


@pytest.mark.req("DAT-09", "LSE-06")
def test_a_person_is_not_asked_what_only_companies_have(chief: Actor, day: date) -> None:
    form = queries.forms()["dat_card"]
    company, person = queries.asked_items(form, "company"), queries.asked_items(form, "person")

    assert set(company) - set(person) == {"legal_representative", "registered_capital"}
    card = queries.forms()["lse_card"]
    assert set(queries.asked_items(card, "person")) - set(queries.asked_items(card, "company")) == {
        "personal_consent", "character", "hobby", "family", "age",
    }  # fmt: skip
    survey = begin(chief, day, "lse_card", no="P")
    filled(chief, day, survey, hobby="钓鱼", address="上海")
    with pytest.raises(ConsentMissing):
        services.submit_survey(actor=chief, on=day, survey_id=survey.pk, signed=True)
    assert not FileFact.objects.exists()
    filled(chief, day, survey, hobby="钓鱼", address="上海", personal_consent="是")
    services.submit_survey(actor=chief, on=day, survey_id=survey.pk, signed=True)
    assert set(FileFact.objects.values_list("item", flat=True)) == {"hobby", "address", "personal_consent"}


@pytest.mark.req("ADV-04", "ADV-06")
def test_an_unfinished_or_unsigned_report_is_not_handed_in(wang: Actor, day: date) -> None:
    survey = begin(wang, day, "adv_investigation")
    services.save_answers(actor=wang, on=day, survey_id=survey.pk, answers={"phone": "13800000001"})
    with pytest.raises(SurveyUnfinished, match="地址") as refused:
        services.submit_survey(actor=wang, on=day, survey_id=survey.pk, signed=True)
    assert "电话" not in str(refused.value)
    filled(wang, day, survey, phone="13800000001")
    with pytest.raises(SurveyUnsigned):
        services.submit_survey(actor=wang, on=day, survey_id=survey.pk, signed=False)
    assert not FileFact.objects.exists()

    kept = services.submit_survey(actor=wang, on=day, survey_id=survey.pk, signed=True)

    assert (kept.state, kept.signed_by, kept.submitted_on) == ("handed_in", "wang", day)
    assert [one.item for one in FileFact.objects.all()] == ["phone"]
    assert kept.answers["address"] is None


@pytest.mark.req("FIL-02", "LIM-05")
def test_what_a_form_requires_may_not_be_unknown(chief: Actor, day: date) -> None:
    survey = begin(chief, day, "fil_file")
    filled(chief, day, survey, address="上海")
    with pytest.raises(SurveyUnfinished, match="客户性质"):
        services.submit_survey(actor=chief, on=day, survey_id=survey.pk, signed=True)
    filled(chief, day, survey, nature="民营企业")
    services.submit_survey(actor=chief, on=day, survey_id=survey.pk, signed=True)
    assert Customer.objects.get(no="A").nature == "private"


@pytest.mark.req("ADV-06", "NET-04", "NET-05")
def test_a_manager_returns_accepts_and_finance_files(wang: Actor, chief: Actor, day: date) -> None:
    survey = handed_in(wang, day, phone="13800000001", credit_record="良好")
    later = day + timedelta(days=3)
    with pytest.raises(OwnReport):
        services.accept_survey(actor=wang, on=day, survey_id=survey.pk, looked_at=POINTS)
    with pytest.raises(FieldInvalid):
        services.return_survey(actor=chief, on=day, survey_id=survey.pk, reason=" ")

    back = services.return_survey(actor=chief, on=day, survey_id=survey.pk, reason="电话有误")
    assert (back.state, back.signed_by, back.returned_by, back.returned_why) == (
        "open",
        "",
        "chief",
        "电话有误",
    )
    services.save_answers(
        actor=wang, on=day, survey_id=survey.pk, answers={"phone": "13800000002", "credit_record": None}
    )
    services.submit_survey(actor=wang, on=day, survey_id=survey.pk, signed=True)
    told = {(one.item, one.value): one.verification for one in FileFact.objects.all()}
    assert told == {
        ("phone", "13800000001"): "declared",  # what the channel said before, kept as history
        ("phone", "13800000002"): "declared",
        ("credit_record", "良好"): "disputed",  # taken back
    }

    with pytest.raises(ReviewUnfinished, match="信用记录"):
        services.accept_survey(actor=chief, on=later, survey_id=survey.pk, looked_at=POINTS[:2])
    with pytest.raises(SurveyNotThere):
        services.file_survey(actor=chief, on=later, survey_id=survey.pk)
    services.accept_survey(actor=chief, on=later, survey_id=survey.pk, looked_at=POINTS, note="已核对")
    with pytest.raises(OwnReport):
        services.file_survey(actor=wang, on=later, survey_id=survey.pk)
    kept = services.file_survey(actor=chief, on=later, survey_id=survey.pk)

    assert (kept.state, kept.reviewed_by, kept.filed_by, kept.filed_on) == ("filed", "chief", "chief", later)
    acts = list(Entry.objects.order_by("id").values_list("act", flat=True))
    assert [act for act in acts if act.endswith(("return_survey", "accept_survey", "file_survey"))] == [
        "customers.return_survey", "customers.accept_survey", "customers.file_survey",
    ]  # fmt: skip


@pytest.mark.req("ADV-06", "NET-05", "RR-17")
def test_a_report_waits_in_the_inbox_and_each_point_is_ticked_with_a_note(
    wang: Actor, chief: Actor, day: date
) -> None:
    survey = handed_in(wang, day, phone="13800000001")
    waiting = minutes.inbox(chief, on=day).get()
    assert (waiting.kind, waiting.subject, waiting.submitted_by) == ("survey", f"survey:{survey.pk}", "wang")
    assert "甲集团有限公司" in waiting.title
    assert waiting.due_on is not None
    decide: dict[str, Any] = {"actor": chief, "on": day, "request_id": waiting.pk, "decision": "approve"}

    with pytest.raises(ReviewUnfinished, match="信用记录"):
        approvals.decide(**decide)
    for point in POINTS:
        services.look_at_point(actor=chief, on=day, survey_id=survey.pk, point=point, note=f"{point} 已核")
    with pytest.raises(FieldInvalid):
        services.look_at_point(actor=chief, on=day, survey_id=survey.pk, point="mood")
    with pytest.raises(OwnReport):
        services.look_at_point(actor=wang, on=day, survey_id=survey.pk, point="other")
    approvals.decide(**decide)

    kept = queries.survey(chief, survey.pk, on=day)
    assert (kept.state, kept.reviewed_by) == ("accepted", "chief")
    assert kept.looked_at["dealings"] == {"by": "chief", "on": day.isoformat(), "note": "dealings 已核"}
    approvals.decide(**decide)
    assert queries.survey(chief, survey.pk, on=day).state == "filed"


@pytest.mark.req("ADV-06", "RR-17")
def test_a_rejected_report_ends_and_what_it_told_is_disputed(wang: Actor, chief: Actor, day: date) -> None:
    survey = handed_in(wang, day, phone="13800000001")
    other = seat("zhou", "archivist", on=day)
    with pytest.raises(NotYourTurn):
        approvals.decide(
            actor=other,
            on=day,
            request_id=minutes.of_subject("survey", f"survey:{survey.pk}").get().pk,
            decision="approve",
        )

    kept = services.reject_survey(actor=chief, on=day, survey_id=survey.pk, reason="虚假")

    assert (kept.state, kept.returned_why) == ("rejected", "虚假")
    assert FileFact.objects.get(item="phone").verification == "disputed"
    with pytest.raises(SurveyUnknown):
        services.submit_survey(actor=wang, on=day, survey_id=survey.pk, signed=True)
    with pytest.raises(SurveyNotThere):
        services.accept_survey(actor=chief, on=day, survey_id=survey.pk, looked_at=POINTS)


@pytest.mark.req("ADV-06", "RR-17")
def test_nobody_sees_their_own_report_and_one_that_nobody_could_see_is_not_handed_in(
    wang: Actor, chief: Actor, day: date
) -> None:
    survey = begin(chief, day, "adv_investigation")
    filled(chief, day, survey)
    with pytest.raises(RoleUnmanned):
        services.submit_survey(actor=chief, on=day, survey_id=survey.pk, signed=True)
    assert Survey.objects.get().state == "open"
    second = seat("boss", "department_head", on=day)
    seat("zhou", "archivist", on=day)
    services.submit_survey(actor=chief, on=day, survey_id=survey.pk, signed=True)
    request = minutes.of_subject("survey", f"survey:{survey.pk}").get()
    with pytest.raises(OwnSubmission):
        approvals.decide(actor=chief, on=day, request_id=request.pk, decision="approve")
    assert (
        services.accept_survey(actor=second, on=day, survey_id=survey.pk, looked_at=POINTS).state
        == "accepted"
    )


def test_who_may_not_review_does_not(wang: Actor, day: date) -> None:
    survey = handed_in(wang, day)
    clerk = Actor(
        "li", "李", permits=frozenset({"customers.read", "customers.write"}), scope=Scope("everything")
    )
    with pytest.raises(AccessDenied):
        services.accept_survey(actor=clerk, on=day, survey_id=survey.pk, looked_at=POINTS)
    far = Actor("far", "远", permits=frozenset({"*"}), scope=Scope("own"))
    with pytest.raises(SurveyUnknown):
        services.accept_survey(actor=far, on=day, survey_id=survey.pk, looked_at=POINTS)
    with pytest.raises(SurveyUnknown):
        queries.survey(far, survey.pk, on=day)
    assert not queries.surveys_seen(far, on=day).exists()
    assert Survey.objects.get().state == "handed_in"


@pytest.mark.req("NET-05", "SIX-15")
def test_contradictions_are_listed_before_the_review(wang: Actor, chief: Actor, day: date) -> None:
    services.tell_fact(actor=chief, on=day, no="A", fact=NewFact("phone", "02155550000", "registry", "工商"))
    survey = handed_in(wang, day, phone="13800000001", managers="张三")

    found = queries.contradictions(survey.customer, queries.forms()[survey.form], on=day)

    assert [(one.item.code, sorted(fact.value for fact in one.facts)) for one in found] == [
        ("phone", ["02155550000", "13800000001"])
    ]


@pytest.mark.req("LSE-11")
def test_a_mailed_figure_is_not_used_until_it_was_verified(wang: Actor, chief: Actor, day: date) -> None:
    services.tell_fact(actor=chief, on=day, no="A", fact=NewFact("total_assets", "5000000", "observation"))
    survey = begin(wang, day, "lse_card", "mailed_form", source="回函")
    filled(wang, day, survey, total_assets="900000000")
    services.submit_survey(actor=wang, on=day, survey_id=survey.pk, signed=True)

    assert Customer.objects.get(no="A").assets_minor == 500_000_000
    mailed = FileFact.objects.get(channel="mailed_form")
    shown = {
        fact.channel: fact.usable
        for one in queries.file_of(Customer.objects.get(no="A"), on=day).items
        if one.item.code == "total_assets"
        for fact in one.facts
    }
    assert shown == {"observation": True, "mailed_form": False}
    services.settle_contradiction(actor=chief, on=day, fact_id=mailed.pk, evidence="审计报告")
    assert Customer.objects.get(no="A").assets_minor == 90_000_000_000


@pytest.mark.req("FOU-10")
def test_heard_say_stands_behind_and_is_marked(wang: Actor, day: date) -> None:
    for channel, value in (("bank", "良好"), ("press", "濒临破产")):
        survey = begin(wang, day, "fou_survey", channel)
        filled(wang, day, survey, sales_results=value)
        services.submit_survey(actor=wang, on=day, survey_id=survey.pk, signed=True)

    filed = queries.file_of(Customer.objects.get(no="A"), on=day)
    facts = next(one.facts for one in filed.items if one.item.code == "sales_results")
    assert [(one.value, one.reliable) for one in facts] == [("良好", True), ("濒临破产", False)]


def test_a_survey_is_copied_from_the_last_one(wang: Actor, day: date) -> None:
    handed_in(wang, day, phone="13800000001")

    again = begin(wang, day + timedelta(days=90), "adv_investigation", copied=True)

    assert (again.answers["phone"], again.state, again.submitted_on) == ("13800000001", "open", None)
    assert begin(wang, day, "adv_investigation").answers == {}


@pytest.mark.req("COL-05")
def test_what_was_not_answered_is_kept_and_counts(wang: Actor, day: date) -> None:
    sent = [begin(wang, day, "lse_card", "mailed_form", source=f"信{n}") for n in range(3)]
    begin(wang, day, "lse_card", "observation")
    with pytest.raises(FieldInvalid):
        services.give_up_survey(actor=wang, on=day, survey_id=sent[0].pk)
    services.remind_survey(actor=wang, on=day, survey_id=sent[0].pk)
    gone = services.give_up_survey(actor=wang, on=day, survey_id=sent[0].pk)
    filled(wang, day, sent[1])
    services.submit_survey(actor=wang, on=day, survey_id=sent[1].pk, signed=True)

    assert (gone.state, gone.reminders, gone.reminded_on) == ("not_answered", 1, day)
    found = queries.responses(queries.surveys_seen(wang, on=day))
    assert found == [Responses("lse_card", sent=3, answered=1, not_answered=1)]
    assert found[0].waiting == 1
    with pytest.raises(SurveyUnknown):
        services.save_answers(actor=wang, on=day, survey_id=gone.pk, answers={"address": "x"})


@pytest.mark.req("SIX-08", "NET-02")
def test_bank_data_of_a_survey_are_masked(wang: Actor, chief: Actor, day: date) -> None:
    survey = begin(chief, day, "net_survey", "customer")
    services.save_answers(
        actor=chief,
        on=day,
        survey_id=survey.pk,
        answers={"bank_account": "6222000011112222", "address": "上海"},
    )

    masked, hidden = services.read_survey(actor=wang, on=day, survey_id=survey.pk)
    shown, none = services.read_survey(actor=chief, on=day, survey_id=survey.pk)

    assert (masked.answers, hidden) == ({"bank_account": "***", "address": "上海"}, {"bank_account"})
    assert (shown.answers["bank_account"], none) == ("6222000011112222", frozenset())
    assert Survey.objects.get().answers["bank_account"] == "6222000011112222"
    assert [one.actor_login for one in Entry.objects.filter(act="sensitive.read")] == ["chief"]


@pytest.mark.req("SIX-12")
def test_files_stand_beside_a_survey_and_its_answers(
    wang: Actor, chief: Actor, day: date, settings: Any
) -> None:
    survey = begin(wang, day, "net_survey", "customer")
    two = [Upload("a.pdf", PDF), Upload("b.txt", "笔录".encode())]
    services.attach_to_survey(actor=wang, on=day, survey_id=survey.pk, uploads=two)
    kept = services.attach_to_survey(
        actor=wang, on=day, survey_id=survey.pk, uploads=[Upload("c.pdf", PDF + b"1")], item="bank_account"
    )[0]

    beside = services.beside_survey(wang, survey.pk, on=day)
    assert [(one.file_name, one.subject) for one in beside] == [
        ("a.pdf", f"survey:{survey.pk}"), ("b.txt", f"survey:{survey.pk}"),
        ("c.pdf", f"survey:{survey.pk}:bank_account"),
    ]  # fmt: skip
    asked = {"on": day, "survey_id": survey.pk}
    assert services.read_survey_file(actor=wang, attachment_id=beside[0].id, **asked).content == PDF
    with pytest.raises(AccessDenied):  # it stands beside a sensitive answer
        services.read_survey_file(actor=wang, attachment_id=kept.id, **asked)
    assert services.read_survey_file(actor=chief, attachment_id=kept.id, **asked).content == PDF + b"1"
    with pytest.raises(AttachmentUnknown):
        services.read_survey_file(actor=chief, attachment_id=kept.id + 1, **asked)
    far = Actor("far", "远", permits=frozenset({"*"}), scope=Scope("own"))
    with pytest.raises(SurveyUnknown):
        services.read_survey_file(actor=far, attachment_id=kept.id, **asked)
    with pytest.raises(ItemUnknown):
        services.attach_to_survey(actor=wang, uploads=two, item="hobby", **asked)
    with pytest.raises(DocumentTypeRefused):
        services.attach_to_survey(
            actor=wang, uploads=[Upload("d.pdf", PDF + b"2"), Upload("x.exe", b"MZ" + bytes(99))], **asked
        )
    assert Document.objects.count() == 3
    (settings.ARCHIVE_FOLDER / beside[0].sha256[:2] / beside[0].sha256).unlink()
    with pytest.raises(DocumentAltered):
        services.read_survey_file(actor=wang, attachment_id=beside[0].id, **asked)
