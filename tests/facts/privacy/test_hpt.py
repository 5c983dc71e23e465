"""A hot-pot restaurant keeps its guests' information (HPT), as its data keeper lives it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from tests.facts.privacy.world import BOSS, ID_NUMBER, KEEPER, a_person_as_customer, adopt, guest, paper, who
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import services as customers
from xinheng.facts.customers.models import Contact, Customer
from xinheng.facts.customers.values import NewContact, NewCustomer
from xinheng.facts.privacy import errors, gone, queries
from xinheng.facts.privacy import services as acts
from xinheng.facts.privacy.models import Agreement, Dealing, Erasure, PersonSubject, ReadingAlert
from xinheng.facts.privacy.values import (
    Answer,
    NewAgreement,
    NewCheck,
    NewDealing,
    NewExtract,
    NewPartner,
    NewPerson,
    NewRequest,
)
from xinheng.facts.receivables import services as receivables
from xinheng.facts.receivables.values import NewBill
from xinheng.facts.retention import services as retention

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 30)


def erased(person: PersonSubject, on: date = DAY, cause: str = "request") -> Erasure:
    asked = acts.ask_erasure(actor=KEEPER, on=on, person_no=person.no, cause=cause, why="客人要求删除")
    acts.decide_erasure(actor=BOSS, on=on, erasure_id=asked.pk, approves=True)
    return acts.carry_out_erasure(actor=KEEPER, on=on, erasure_id=asked.pk)


@pytest.mark.req("HPT-01", "HPT-02", "HPT-04")
def test_nothing_personal_is_kept_without_consent_beyond_the_list_or_of_a_child_alone() -> None:
    adopt("hpt")
    told: dict[str, Any] = {"actor": KEEPER, "on": DAY}
    with pytest.raises(errors.ConsentRequired):
        guest(DAY, agreement=None)
    with pytest.raises(errors.ItemNotNecessary, match="income"):
        guest(DAY, items={"mobile": "13800005678", "income": "8000"})
    with pytest.raises(errors.ItemNotNecessary):
        guest(DAY, items={"religion": "…"})
    with pytest.raises(errors.ConsentNotSeparate):
        guest(DAY, items={"allergy": "花生"})
    for agreed, refusal in (
        (NewAgreement(("service",), "hearsay", "guest"), errors.WayNotListed),
        (NewAgreement(("marketing",), "form", "guest"), errors.ConsentNotSeparate),
    ):
        with pytest.raises(refusal):
            acts.register_person(**told, new=NewPerson("hpt", "guest", "赵", agreed))
    child = date(2012, 7, 1)  # 14 tomorrow
    with pytest.raises(errors.GuardianRequired):
        guest(DAY, born_on=child)
    assert not PersonSubject.objects.exists()
    assert not Agreement.objects.exists()

    assert guest(DAY, born_on=date(2012, 6, 30)).guardian == ""  # 14 today
    kept = guest(DAY, born_on=child, agreed={"guardian": "张母", "separate": ("allergy",)},
                 items={"mobile": "13800005678", "allergy": "花生"})  # fmt: skip
    lines = list(
        Agreement.objects.filter(person=kept)
        .order_by("pk")
        .values_list("purpose", "items", "is_separate", "notice")
    )
    assert lines == [
        ("service", ["mobile"], False, "guest@1"),
        ("complaint", ["mobile"], False, "guest@1"),
        ("service", ["allergy"], True, "guest@1"),
    ]
    assert Agreement.objects.filter(person=kept, guardian="张母").count() == 3
    acts.tell_dealing(**told, new=NewDealing("consumption", DAY, Money.of("268.00"), scheme="hpt"))
    with pytest.raises(errors.PrivacyInvalid):  # a guest who agreed to nothing stays unnamed
        acts.tell_dealing(
            **told, new=NewDealing("consumption", DAY, Money.of("9"), "姓赵，住隔壁", scheme="hpt")
        )
    assert list(Dealing.objects.values_list("person", "amount_minor", "text")) == [(None, 26800, "")]
    assert "13800005678" not in "".join(f"{one.before}{one.after}" for one in Entry.objects.all())


@pytest.mark.req("HPT-07", "HPT-03")
def test_use_is_bound_to_its_purpose_and_nothing_goes_to_third_parties() -> None:
    adopt("hpt")
    person = guest(DAY)
    subject = queries.subject_of(person)
    assert queries.may_use(subject, "service", DAY)
    assert not queries.may_use(subject, "personal", DAY)
    with pytest.raises(errors.ConsentRequired):
        acts.require_consent(subject_person=subject, purpose="marketing", on=DAY)
    new = NewPartner("hpt", "外卖平台", "HZ-1", ("service",), ("mobile",), DAY, date(2027, 6, 30))
    with pytest.raises(errors.NothingShared):
        acts.tell_partner(actor=KEEPER, on=DAY, new=new, paper=paper())
    asked = NewExtract(
        "hpt", "order", "公安机关", "案件调查", "调证通知书", (person.no,), ("mobile",), DAY, DAY
    )
    with pytest.raises(errors.LetterMissing):
        acts.ask_extract(actor=KEEPER, on=DAY, new=asked)
    letter = replace(asked, kind="letter", paper=paper())
    with pytest.raises(errors.ExtractForbidden):
        acts.ask_extract(actor=KEEPER, on=DAY, new=letter)


@pytest.mark.req("HPT-09", "HPT-14")
def test_erasure_takes_two_waits_for_a_complaint_and_leaves_amounts_only() -> None:
    adopt("hpt")
    person = guest(date(2026, 1, 10))
    told: dict[str, Any] = {"actor": KEEPER, "on": DAY}
    acts.tell_dealing(
        **told, person_no=person.no, new=NewDealing("consumption", DAY, Money.of("268.00"), "四人桌")
    )
    complaint = acts.tell_dealing(
        **told, person_no=person.no, new=NewDealing("complaint", DAY, text="汤底有异物", is_open=True)
    )
    asked = acts.ask_erasure(**told, person_no=person.no, cause="request", why="客人要求删除")
    with pytest.raises(errors.AnotherMustDecide):
        acts.decide_erasure(**told, erasure_id=asked.pk, approves=True)
    with pytest.raises(errors.ErasureStands):
        acts.carry_out_erasure(**told, erasure_id=asked.pk)
    acts.decide_erasure(actor=BOSS, on=DAY, erasure_id=asked.pk, approves=True)
    held = acts.carry_out_erasure(**told, erasure_id=asked.pk)

    assert (held.state, held.holds) == ("frozen", ["complaint"])
    person.refresh_from_db()
    assert (person.state, person.name, person.items) == ("frozen", "张**", {})
    assert not queries.may_use(queries.subject_of(person), "service", DAY)
    assert acts.read_person(actor=KEEPER, on=DAY, person_no=person.no).items == ()
    with pytest.raises(errors.PersonNotKept):
        acts.change_person(**told, person_no=person.no, items={"mobile": "1"})
    assert acts.follow_frozen(actor=system_actor(), on=DAY) == 0

    Dealing.objects.filter(pk=complaint.pk).update(ended_on=DAY)
    assert acts.follow_frozen(actor=system_actor(), on=DAY) == 1
    person.refresh_from_db()
    held.refresh_from_db()
    assert (person.state, person.name, person.items, person.vault) == ("erased", "", {}, {})
    assert held.certificate == f"XH-2026-{held.pk:06}"
    assert held.what == ["mobile", "name", "taste"]
    assert list(Dealing.objects.order_by("pk").values_list("person", "amount_minor", "text")) == [
        (None, 26800, ""), (None, 0, ""),
    ]  # fmt: skip
    with pytest.raises(errors.ErasureStands):
        acts.carry_out_erasure(**told, erasure_id=asked.pk)


def test_a_frozen_person_comes_back_whole_where_the_erasure_is_turned_down() -> None:
    customer = a_person_as_customer(DAY)
    Contact.objects.create(customer=customer, name="李四海", phone="13700001111", told_on=DAY)
    agreed = NewAgreement(("dealings",), "form", "person", ("id_number",))
    new = NewPerson(
        "general", "customer", "李四海", agreed, {"id_number": ID_NUMBER}, "C-9", date(1990, 3, 7)
    )
    person = acts.register_person(actor=KEEPER, on=DAY, new=new)
    acts.tell_dealing(actor=KEEPER, on=DAY, person_no=person.no, new=NewDealing("claim", DAY, is_open=True))
    told: dict[str, Any] = {"actor": KEEPER, "on": DAY}
    bill = NewBill("B-1", DAY, DAY, Money.of("90"))
    receivables.post_bill(**told, customer_no="C-9", bill=bill)
    retention.hold(**told, kind="customer", name="C-9", reason="诉讼中")
    held = erased(person)
    assert held.holds == ["claim", "bills", "legal"]
    customer.refresh_from_db()
    assert (held.state, customer.name, customer.id_number, customer.address) == ("frozen", "李**", None, "")
    assert not Contact.objects.filter(phone__gt="").exists()
    acts.decide_erasure(
        actor=BOSS, on=DAY, erasure_id=held.pk, approves=False, why="理赔仍在办理，客户撤回删除"
    )
    customer.refresh_from_db()
    person.refresh_from_db()
    assert (person.state, person.name, person.items, person.born_on) == (
        "kept", "李四海", {"id_number": ID_NUMBER}, date(1990, 3, 7),
    )  # fmt: skip
    assert (customer.name, customer.id_number, customer.address) == ("李四海", ID_NUMBER, "和平路 8 号")
    assert Contact.objects.get().phone == "13700001111"


@pytest.mark.req("HPT-06")
def test_an_erased_customer_comes_back_neither_by_a_restore_nor_by_a_file(
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    customer = a_person_as_customer(DAY)
    agreed = NewAgreement(("dealings",), "form", "person", ("id_number",))
    new = NewPerson("general", "customer", "李四海", agreed, {"id_number": ID_NUMBER}, "C-9")
    person = acts.register_person(actor=KEEPER, on=DAY, new=new)
    before = PersonSubject.objects.filter(pk=person.pk).values("name", "items", "state", "state_on").get()
    row = Customer.objects.filter(pk=customer.pk).values("name", "name_key", "id_number", "address").get()
    with django_capture_on_commit_callbacks(execute=True):
        done = erased(person)
    customer.refresh_from_db()
    assert (done.state, customer.name, customer.id_number) == ("erased", person.no, None)
    text = gone.path().read_text("utf-8")
    assert person.no in text
    assert "李四海" not in text
    assert ID_NUMBER not in text

    Erasure.objects.all().delete()  # the database of yesterday is restored
    PersonSubject.objects.filter(pk=person.pk).update(**before)
    Customer.objects.filter(pk=customer.pk).update(**row)
    with django_capture_on_commit_callbacks(execute=True):
        assert acts.reapply(actor=system_actor(), on=DAY) == 1
    customer.refresh_from_db()
    person.refresh_from_db()
    assert (person.state, customer.name, customer.id_number) == ("erased", person.no, None)
    assert Erasure.objects.get().certificate == done.certificate
    assert acts.reapply(actor=system_actor(), on=DAY) == 0

    Erasure.objects.all().delete()  # once more, and the command of the archive puts it right as well
    PersonSubject.objects.filter(pk=person.pk).update(**before)
    assert retention.reapply(actor=system_actor(), on=DAY) == {"person": 1}
    assert PersonSubject.objects.get(pk=person.pk).state == "erased"

    nos, ids = pl.Series(["C-9", "C-10", "C-11"]), pl.Series([None, ID_NUMBER, None], dtype=pl.String)
    assert queries.erased(nos, ids).to_list() == [True, True, False]
    again = NewCustomer(no="C-10", kind="person", name="李四海", id_number=ID_NUMBER)
    with pytest.raises(errors.PersonErased):
        customers.register(actor=KEEPER, on=DAY, new=again)
    with django_capture_on_commit_callbacks(execute=True):  # only the person lets it come back
        acts.register_person(
            actor=KEEPER,
            on=DAY,
            new=NewPerson("general", "guest", "李四海", agreed, {"id_number": ID_NUMBER}),
        )
    customers.register(actor=KEEPER, on=DAY, new=again)


@pytest.mark.req("HPT-10")
def test_who_did_not_come_for_24_months_is_cleaned_up_by_quarter() -> None:
    adopt("hpt", on=date(2024, 1, 5))
    old = guest(date(2024, 6, 30))
    guest(date(2024, 7, 1), name="孙六")  # a day too young
    found = queries.candidates(KEEPER, on=DAY)
    assert [(one.person.no, one.ended_on, one.months, one.is_assumed) for one in found] == [
        (old.no, DAY, 24, True)
    ]
    assert [(due, last) for _rules, due, last in queries.next_cleanups(DAY)] == [(date(2024, 4, 5), None)]
    asked = acts.ask_erasure(actor=KEEPER, on=DAY, person_no=old.no, cause="retention", why="逾期清理")
    assert queries.candidates(KEEPER, on=DAY) == []
    assert [due for _rules, due, _last in queries.next_cleanups(DAY)] == [date(2026, 9, 30)]
    acts.decide_erasure(actor=BOSS, on=DAY, erasure_id=asked.pk, approves=True)
    assert acts.carry_out_erasure(actor=KEEPER, on=DAY, erasure_id=asked.pk).state == "erased"
    bad = guest(DAY, name="周七")
    for ended in (date(2021, 6, 30), date(2021, 7, 1), None):
        new = NewDealing("negative", date(2020, 1, 1), text="逃单", is_open=True)
        kept = acts.tell_dealing(actor=KEEPER, on=DAY, person_no=bad.no, new=new)
        Dealing.objects.filter(pk=kept.pk).update(ended_on=ended)
    assert acts.drop_outdated(actor=KEEPER, on=DAY) == 1  # five years from its end; what goes on stays
    assert Dealing.objects.filter(person=bad, kind="negative").count() == 2


@pytest.mark.req("HPT-08", "HPT-05")
def test_reading_many_guests_in_a_day_is_told_to_the_keeper() -> None:
    adopt("hpt", persons_a_day=3)
    for number in range(4):
        guest(DAY, name=f"客人{number}")
    snoop, calm = who("snoop", "*.read"), who("calm", "*.read")
    for person in PersonSubject.objects.order_by("pk"):
        acts.read_person(actor=snoop, on=DAY, person_no=person.no)
        acts.read_person(actor=snoop, on=DAY, person_no=person.no)  # twice is one
    for person in PersonSubject.objects.order_by("pk")[:3]:
        acts.read_person(actor=calm, on=DAY, person_no=person.no)
    assert acts.watch(actor=system_actor(), on=DAY) == 1
    assert acts.watch(actor=system_actor(), on=DAY) == 0
    alert = ReadingAlert.objects.get()
    assert (alert.login, alert.persons, alert.normal) == ("snoop", 4, 3)
    with pytest.raises(errors.OwnAlert):
        acts.clear_alert(actor=who("snoop"), on=DAY, alert_id=alert.pk, finding="没事")
    acts.clear_alert(actor=KEEPER, on=DAY, alert_id=alert.pk, finding="节日回访，已核实")
    first = PersonSubject.objects.earliest("pk")
    log = queries.access_log(KEEPER, first.no, on=DAY)
    assert [(line.name, line.act) for line in log] == [
        ("calm", "privacy.read_person"), ("snoop", "privacy.read_person"), ("snoop", "privacy.read_person"),
    ]  # fmt: skip
    masked = acts.read_person(actor=calm, on=DAY, person_no=first.no)
    assert ("手机号", "13800005678") in masked.items or ("mobile phone", "13800005678") in masked.items


@pytest.mark.req("HPT-11")
def test_who_was_not_trained_sees_no_personal_data() -> None:
    person = Person.objects.create(login="new", name="新人")
    someone = Actor("new", "新人", person.pk, frozenset({"*"}), KEEPER.scope)
    told = guest(DAY)
    acts.read_person(actor=someone, on=DAY, person_no=told.no)  # no adopted document demands it
    adopt("hpt", on=DAY)
    with pytest.raises(errors.NotTrained):
        acts.read_person(actor=someone, on=DAY, person_no=told.no)
    trained = acts.tell_training(
        actor=KEEPER, on=DAY, login="new", topic="客户信息安全", trained_on=date(2025, 6, 30)
    )
    assert trained.until_on == DAY  # twelve months, the last day counts
    acts.read_person(actor=someone, on=DAY, person_no=told.no)
    assert not queries.is_trained("new", date(2026, 7, 1))


@pytest.mark.req("HPT-12", "HPT-13")
def test_a_failed_point_becomes_a_measure_and_a_late_check_is_due() -> None:
    adopt("hpt", on=date(2026, 1, 5))
    Person.objects.create(login="shop", name="店长")
    due = [
        (one.kind, one.subject, one.due_on, one.is_assumed)
        for one in queries.dues(KEEPER, since=DAY, until=DAY)
    ]
    assert due == [
        ("privacy.check", "scheme:hpt:backup", date(2026, 1, 5), True),
        ("privacy.check", "scheme:hpt:rule", date(2026, 1, 5), True),
        ("privacy.check", "scheme:hpt:security", date(2026, 1, 5), True),
        ("privacy.cleanup", "scheme:hpt", date(2026, 4, 5), True),
    ]
    new = NewCheck("hpt", "security", DAY, {"paper": "登记表未上锁"}, "shop")
    acts.tell_check(actor=KEEPER, on=DAY, new=new)
    with pytest.raises(errors.PrivacyInvalid):
        acts.tell_check(actor=KEEPER, on=DAY, new=new)
    later = queries.dues(KEEPER, since=DAY, until=date(2026, 7, 30))
    measure = next(one for one in later if one.kind == "privacy.measure")
    assert (measure.due_on, measure.owner, measure.words) == (date(2026, 7, 30), "shop", "登记表未上锁")
    assert "scheme:hpt:security" not in {one.subject for one in later}
    acts.finish_measure(
        actor=KEEPER, on=DAY, measure_id=int(measure.subject.partition(":")[2]), outcome="已配锁"
    )
    assert not queries.measures(KEEPER, is_open=True).exists()


@pytest.mark.req("HPT-14")
def test_a_guest_sees_corrects_and_is_answered_within_fifteen_working_days() -> None:
    adopt("hpt")
    person = guest(date(2026, 9, 1))
    asked = date(2026, 9, 21)  # the holidays of October stand between
    told: dict[str, Any] = {"actor": KEEPER, "on": asked}
    request = acts.receive_request(**told, person_no=person.no, new=NewRequest("correct", asked, "电话"))
    assert request.is_assumed
    assert request.due_on > date(2026, 10, 12)
    with pytest.raises(errors.IdentityUnchecked):
        acts.answer_request(**told, request_id=request.pk, answer=Answer("已更正"))
    acts.check_identity(**told, request_id=request.pk, proof="回拨登记手机号")
    with pytest.raises(errors.ItemNotNecessary):
        acts.answer_request(**told, request_id=request.pk, answer=Answer("已更正", corrections={"wage": "1"}))
    acts.answer_request(
        **told, request_id=request.pk, answer=Answer("手机号已更正", corrections={"mobile": "13900009999"})
    )
    person.refresh_from_db()
    assert person.items == {"mobile": "13900009999", "taste": "微辣"}
    with pytest.raises(errors.RequestClosed):
        acts.answer_request(**told, request_id=request.pk, answer=Answer("再答"))
    late = acts.receive_request(
        **told, person_no=person.no, new=NewRequest("know", asked, "到店", proof="身份证")
    )
    assert not queries.requests(KEEPER, on=late.due_on, late=True).exists()
    assert queries.requests(KEEPER, on=date(2026, 12, 1), late=True).get() == late


@pytest.mark.req("HPT-01", "LSE-06")
def test_a_contact_is_kept_only_with_consent_where_the_site_asks_for_it() -> None:
    customers.register(
        actor=KEEPER, on=DAY, new=NewCustomer(no="C-1", kind="company", name="东方食品有限公司")
    )
    new = NewContact("钱经理", phone="13600002222")
    customers.add_contact(
        actor=KEEPER, on=DAY, no="C-1", contact=new
    )  # as the company's, by the general document
    assert "13600002222" not in str(Entry.objects.filter(act="customers.add_contact").get().after)
    adopt("hpt", on=DAY)
    other = NewContact("孙会计", phone="13600003333")
    with pytest.raises(errors.ConsentRequired):
        customers.add_contact(actor=KEEPER, on=DAY, no="C-1", contact=other)
    assert not Contact.objects.filter(name="孙会计").exists()
    agreed = NewAgreement(("service",), "form", "guest")
    person = acts.register_person(
        actor=KEEPER, on=DAY, new=NewPerson("hpt", "contact", "孙会计", agreed, {}, "C-1")
    )
    customers.add_contact(actor=KEEPER, on=DAY, no="C-1", contact=other)
    erased(person)
    gone_one = Contact.objects.get(name=person.no)
    assert (gone_one.phone, Contact.objects.get(name="钱经理").phone) == ("", "13600002222")
