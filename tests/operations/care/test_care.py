"""Letters, contacts, service cases, leaving and files: what clerks do with them, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.operations.care.conftest import who
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry as TrailEntry
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers.errors import CustomerUnknown
from xinheng.facts.receivables import services as ledger
from xinheng.facts.receivables.values import NewBill, NewReceipt
from xinheng.operations.care import policy, queries, rules, services
from xinheng.operations.care.errors import (
    CareInvalid,
    CareRulesInvalid,
    CareUnknown,
    ConfirmationMissing,
    ItemsOpen,
    ItIsDone,
    StageRefused,
)
from xinheng.operations.care.models import Entry, Handed, Matter, Visit
from xinheng.operations.care.values import NewEntry, NewMatter, NewStanding, NewVisit, Record, Wanted

pytestmark = pytest.mark.django_db


def entry(passed: date, **told: object) -> NewEntry:
    rest = {"kind": "letter", "direction": "in", "sender": "长江机电", "receiver": "王敏", "party": "长江机电",
            "about": "询问交货", "passed_on": passed} | told  # fmt: skip
    return NewEntry(**rest)  # type: ignore[arg-type]


@pytest.mark.req("PRP-01", "INF-09", "FIL-07")
def test_what_passes_is_registered_in_order_and_unknown_parties_wait(wang: Actor, on: date) -> None:
    first = services.register(actor=wang, on=on, new=entry(on, customer_no="C-1"))
    late = services.register(actor=wang, on=on, new=entry(on - timedelta(days=1), customer_no="C-1"))
    unknown = services.register(actor=wang, on=on, new=entry(on, kind="call", party="南方某厂", about="求购"))
    assert [first.no, late.no, unknown.no] == ["R2024-00001", "R2024-00002", "R2024-00003"]
    assert (first.due_on, late.due_on) == (date(2024, 5, 24), date(2024, 5, 23))  # the same working day
    assert [row.no for row in queries.entries(wang, Wanted(state="late"), on=on)] == ["R2024-00002"]
    assert [row.no for row in queries.entries(wang, Wanted(state="holding"), on=on)] == ["R2024-00003"]
    for field, value in (
        ("direction", ""),
        ("kind", "horse"),
        ("about", " "),
        ("passed_on", date(2024, 5, 25)),
    ):
        with pytest.raises(CareInvalid) as refused:
            services.register(actor=wang, on=on, new=replace(entry(on), **{field: value}))
        assert refused.value.params["field"] == field
    assert Entry.objects.count() == 3
    services.join(actor=wang, on=on, no=unknown.no, customer_no="C-2")
    assert not queries.entries(wang, Wanted(state="holding"), on=on).exists()
    with pytest.raises(ItIsDone):
        services.join(actor=wang, on=on, no=unknown.no, customer_no="C-3")
    li = who("li", on)  # answers for no customer
    assert not queries.entries(li, Wanted(), on=on).exists()
    with pytest.raises(CareUnknown):
        services.join(actor=li, on=on, no=first.no, customer_no="C-2")
    with pytest.raises(CustomerUnknown):
        services.register(actor=li, on=on, new=entry(on, customer_no="C-1"))


@pytest.mark.req("INF-05", "FIL-05")
def test_a_confidential_matter_is_seen_to_be_there_and_not_read(wang: Actor, zhao: Actor, on: date) -> None:
    told = NewMatter("important", "正在洽谈收购", on, "王敏", is_confidential=True)
    kept = services.open_matter(actor=wang, on=on, customer_no="C-1", new=told)
    plain = services.open_matter(
        actor=wang, on=on, customer_no="C-1", new=NewMatter("great_change", "法人变更", on, "客户")
    )
    sun = who("sun", on)
    row = queries.matter(sun, kept.no, on=on)
    assert (queries.may_read(wang, row), queries.may_read(sun, row)) == (True, True)  # told it; sees all
    head = Actor("x", "x", permits=frozenset({"care.read"}), scope=system_actor().scope)
    assert [one.no for one in queries.matters(head, Wanted(), on=on)] == [plain.no, kept.no]
    assert (queries.may_read(head, row), queries.may_read(head, plain)) == (False, True)
    assert not queries.matters(head, Wanted(text="收购"), on=on).exists()  # not found by what is hidden
    assert [one.no for one in queries.matters(head, Wanted(text="变更"), on=on)] == [plain.no]


@pytest.mark.req("PRP-08", "PRP-09", "MIN-12")
def test_matters_end_with_a_result_and_quality_with_the_customers_word(wang: Actor, on: date) -> None:
    repair = services.open_matter(
        actor=wang, on=on, customer_no="C-1", new=NewMatter("repair", "水管漏水", on, "业主", "3-502")
    )
    quality = services.open_matter(
        actor=wang, on=on, customer_no="C-1", new=NewMatter("quality", "渗漏", on, "客户")
    )
    fine = NewMatter("violation", "违规装修", on, "巡查员", "3-502", amount=Money.of("500"))
    violation = services.open_matter(actor=wang, on=on, customer_no="C-1", new=fine)
    assert (repair.no, repair.due_on, quality.due_on) == ("M2024-00001", date(2024, 5, 29), date(2024, 6, 7))
    assert violation.amount_minor == 50_000
    with pytest.raises(CareInvalid):
        services.close_matter(actor=wang, on=on, no=repair.no, result="  ")
    assert Matter.objects.get(no=repair.no).closed_on is None
    closed = services.close_matter(actor=wang, on=on, no=repair.no, result="已更换阀门")
    assert (closed.closed_on, closed.closed_by) == (on, "wang")
    with pytest.raises(ItIsDone):
        services.close_matter(actor=wang, on=on, no=repair.no, result="再次")
    with pytest.raises(ConfirmationMissing):
        services.close_matter(actor=wang, on=on, no=quality.no, result="已换货")
    services.confirm_matter(actor=wang, on=on, no=quality.no, confirmed_by="刘工")
    services.close_matter(actor=wang, on=on, no=quality.no, result="已换货")
    assert [row.no for row in queries.matters(wang, Wanted(state="open"), on=on)] == [violation.no]
    later = date(2024, 6, 8)  # the violation was due on Friday 7 June
    assert [row.no for row in queries.matters(wang, Wanted(state="late"), on=later)] == [violation.no]
    dues = queries.dues(wang, since=on, until=later)
    assert [(one.subject, one.done_on) for one in dues] == [
        (f"matter:{violation.no}", None), (f"matter:{quality.no}", on), (f"matter:{repair.no}", on),
    ]  # fmt: skip


@pytest.mark.req("INF-08", "INF-10", "FIL-07", "GRP-12", "LSE-25")
def test_important_customers_need_two_of_ours_and_leads_do_not_go_cold(wang: Actor, on: date) -> None:
    important = NewStanding("important", "first_contact")
    services.set_standing(actor=wang, on=on, customer_no="C-1", new=important)
    services.set_standing(
        actor=wang, on=on, customer_no="C-2", new=NewStanding("ordinary", "latent", is_promising=True)
    )
    services.set_standing(actor=wang, on=on, customer_no="C-3", new=NewStanding("ordinary", "upkeep"))
    assert [(one.customer_no, one.people, one.needed) for one in queries.thin_contacts(wang, on=on)] == [
        ("C-1", 0, 2), ("C-2", 0, 2),
    ]  # fmt: skip
    for people in (("wang",), ("wang", "li")):
        visit = services.plan_visit(actor=wang, on=on, customer_no="C-1", new=NewVisit("regular", on))
        services.record_visit(actor=wang, on=on, visit_id=visit.pk, told=Record(on, "洽谈年度协议", people))
        thin = [one.customer_no for one in queries.thin_contacts(wang, on=on)]
        assert thin == (["C-1", "C-2"] if people == ("wang",) else ["C-2"])
    assert visit.level == "important"  # as the customer is received; without a standing it is ordinary
    with pytest.raises(StageRefused):
        services.set_standing(actor=wang, on=on, customer_no="C-3", new=NewStanding("vip", "first_contact"))
    services.set_standing(actor=wang, on=on, customer_no="C-1", new=NewStanding("vip", "contract"))
    with pytest.raises(StageRefused):  # never from the contract back to latent
        services.set_standing(actor=wang, on=on, customer_no="C-1", new=NewStanding("vip", "latent"))
    services.set_standing(actor=wang, on=on, customer_no="C-3", new=NewStanding("ordinary", "contract"))
    stages = [row.stage for row in queries.history_of(customers.get(wang, "C-1", on=on))]
    assert stages == ["contract", "first_contact"]
    assert queries.idle_leads(wang, on=on + timedelta(days=90)) == []  # 90 days are not yet idle
    idle = queries.idle_leads(wang, on=on + timedelta(days=91))
    assert [(row.customer.no, day) for row, day in idle] == [("C-2", on)]


@pytest.mark.req("MIN-10", "MIN-11", "VEH-13")
def test_a_visit_is_recorded_and_the_contact_verified_that_day(wang: Actor, on: date) -> None:
    festival = NewVisit("festival", on, "li", "端午走访")
    visit = services.plan_visit(actor=wang, on=on, customer_no="C-1", new=festival)
    other = services.plan_visit(actor=wang, on=on, customer_no="C-2", new=NewVisit("irregular", on))
    assert (visit.level, visit.record_due_on) == ("ordinary", date(2024, 5, 29))  # three working days
    late = Wanted(state="late")
    assert not queries.visits(wang, late, on=date(2024, 5, 29)).exists()
    assert queries.visits(wang, late, on=date(2024, 5, 30)).count() == 2
    noon = datetime(2024, 5, 24, 12, tzinfo=UTC)
    for told in (Record(on, ""), Record(on + timedelta(1), "x"), Record(on, "x", ("nobody",)),
                 Record(on - timedelta(1), "x", (), "", noon)):  # fmt: skip
        with pytest.raises(CareInvalid):
            services.record_visit(actor=wang, on=on, visit_id=visit.pk, told=told)
    assert Visit.objects.get(pk=visit.pk).happened_on is None
    kept = services.record_visit(
        actor=wang, on=on, visit_id=visit.pk, told=Record(on, "客户满意", ("li", "wang"), "刘总", noon)
    )
    assert (kept.people, kept.contact_verified_at, kept.recorded_by) == (["li", "wang"], noon, "wang")
    services.call_off_visit(actor=wang, on=on, visit_id=other.pk, why="客户改期")
    assert not queries.visits(wang, late, on=date(2024, 5, 30)).exists()
    for again in (visit, other):
        with pytest.raises(ItIsDone):
            services.record_visit(actor=wang, on=on, visit_id=again.pk, told=Record(on, "x"))


@pytest.mark.req("MIN-13")
def test_satisfaction_is_the_mean_of_what_was_answered(wang: Actor, on: date) -> None:
    asked = policy.in_force(on).satisfaction
    four, three, two = "very_satisfied", "satisfied", "average"
    assert rules.answered(asked, {"product": four, "delivery": three, "service": two}) == (9, 3)
    told = {"actor": wang, "on": on, "said_on": on}
    services.tell_opinion(
        **told, customer_no="C-1", answers={"product": four, "delivery": three, "service": two, "promise": ""}
    )
    one = queries.satisfaction(wang, since=on, until=on, on=on)
    assert (one.mean, one.answered, one.asked) == (Decimal("3.00"), 3, 4)  # W-28: 3 of 4 answered
    services.tell_opinion(**told, customer_no="C-2", answers={"product": "poor"})
    both = queries.satisfaction(wang, since=on, until=on, on=on)
    assert (both.mean, both.answered, both.asked, both.customers) == (Decimal("2.50"), 4, 8, 2)
    assert list(both.by_item.values()) == [Decimal("2.50"), Decimal("3.00"), Decimal("2.00"), None]
    nobody = queries.satisfaction(wang, since=on + timedelta(1), until=on + timedelta(1), on=on)
    assert (nobody.mean, nobody.answered) == (None, 0)
    for answers in ({"product": "great"}, {"price": four}, {}, {"product": ""}):
        with pytest.raises(CareInvalid):
            services.tell_opinion(**told, customer_no="C-1", answers=answers)


@pytest.mark.req("INF-06", "INF-11", "SIX-10")
def test_a_leaver_hands_over_everything_before_leaving(wang: Actor, zhao: Actor, on: date) -> None:
    sun, li = who("sun", on), who("li", on)
    told = {"login": "wang", "successor": "li", "receiver": "zhao", "leaves_on": date(2024, 5, 31)}
    with pytest.raises(CareInvalid):
        services.begin_departure(actor=sun, on=on, **{**told, "successor": "wang"})
    departure = services.begin_departure(actor=sun, on=on, **told)
    with pytest.raises(ItIsDone):
        services.begin_departure(actor=sun, on=on, **told)
    services.add_item(actor=sun, on=on, departure_id=departure.pk, words="客户名片夹")
    items = list(queries.handed_by(departure))
    assert [(item.kind, item.subject) for item in items] == [
        ("customer", "customer:C-1"), ("customer", "customer:C-2"), ("customer", "customer:C-3"), ("other", ""),
    ]  # fmt: skip
    with pytest.raises(ItemsOpen) as refused:
        services.finish_departure(actor=sun, on=on, departure_id=departure.pk)
    assert refused.value.params["open"] == 4
    for item in items:
        services.sign_item(actor=wang, on=on, item_id=item.pk)
    with pytest.raises(ItIsDone):  # nobody signs both sides
        services.sign_item(actor=wang, on=on, item_id=items[0].pk)
    with pytest.raises(CareInvalid):
        services.sign_item(actor=sun, on=on, item_id=items[0].pk)
    for item in items[:-1]:
        services.sign_item(actor=zhao, on=on, item_id=item.pk)
    with pytest.raises(ItemsOpen):
        services.finish_departure(actor=sun, on=on, departure_id=departure.pk)
    services.sign_item(actor=zhao, on=on, item_id=items[-1].pk, missing="缺两张名片")
    assert customers.visible(wang, on=on).count() == 3
    services.finish_departure(actor=sun, on=on, departure_id=departure.pk)
    assert (customers.visible(wang, on=on).count(), customers.visible(li, on=on).count()) == (0, 3)
    letters = Entry.objects.filter(direction="out")
    assert [(row.customer.no, row.told_on) for row in letters.order_by("no")] == [
        ("C-1", on), ("C-2", on), ("C-3", on),
    ]  # fmt: skip
    first = Handed.objects.get(pk=items[0].pk)
    assert first.met_due_on == date(2024, 6, 5)  # three working days after Friday 31 May
    visit = services.plan_visit(actor=li, on=on, customer_no="C-1", new=NewVisit("regular", on))
    services.record_visit(actor=li, on=on, visit_id=visit.pk, told=Record(on, "拜访"))
    waiting = [
        one for one in queries.dues(sun, since=on, until=date(2024, 6, 5)) if one.kind == "care.succession"
    ]
    assert [(one.subject, one.owner, one.done_on) for one in waiting] == [
        ("customer:C-1", "li", on), ("customer:C-2", "li", None), ("customer:C-3", "li", None),
    ]  # fmt: skip
    with pytest.raises(AccessDenied):
        services.begin_departure(actor=Actor("x", "x"), on=on, **told)


@pytest.mark.req("KPR-03", "GRP-04", "GRP-08")
def test_files_are_evaluated_yearly_and_sorted_by_sales_and_collection(wang: Actor, on: date) -> None:
    chief = system_actor()
    for no, amount, paid in (("C-1", "1000", "250"), ("C-2", "3000", "3000")):
        bill = NewBill(f"B-{no}", date(2024, 3, 1), date(2024, 4, 1), Money.of(amount))
        ledger.post_bill(actor=chief, on=on, customer_no=no, bill=bill)
        receipt = NewReceipt(f"R-{no}", date(2024, 4, 1), Money.of(paid))
        ledger.post_receipt(actor=chief, on=on, customer_no=no, receipt=receipt)
    services.evaluate(actor=wang, on=on, customer_no="C-1", finding="资料齐全")
    lines = queries.file_index(wang, on=on)
    assert [(one.customer_no, one.sales.decimal, one.collected, one.evaluated_on) for one in lines] == [
        ("C-2", Decimal("3000.00"), Decimal("1.0000"), None), ("C-1", Decimal("1000.00"), Decimal("0.2500"), on),
        ("C-3", Decimal("0.00"), None, None),
    ]  # fmt: skip
    by_share = [one.customer_no for one in queries.file_index(wang, on=on, order="collected")]
    assert by_share == ["C-2", "C-1", "C-3"]  # without sales: last
    assert queries.file_index(who("li", on), on=on) == []
    (due,) = queries.dues(wang, since=on, until=date(2025, 5, 24))
    assert (due.kind, due.due_on, due.done_on) == ("care.evaluation", date(2025, 5, 24), None)
    services.evaluate(actor=wang, on=date(2025, 5, 20), customer_no="C-1", finding="更新")
    (done,) = queries.dues(wang, since=on, until=date(2025, 5, 24))
    assert done.done_on == date(2025, 5, 20)


@pytest.mark.req("FIL-08")
def test_a_copy_to_somebody_not_on_the_list_is_a_deviation(wang: Actor, on: date) -> None:
    told = {"title": "客户管理制度", "place": "市场推广部", "receivers": ["业务一部", "长江机电有限公司"]}
    first = services.issue_document(actor=wang, on=on, version="V1.0", **told)
    with pytest.raises(CareInvalid):
        services.issue_document(actor=wang, on=on, version="V1.0", **told)
    services.give_copy(actor=wang, on=on, document_id=first.pk, receiver="业务一部")
    with pytest.raises(CareInvalid):
        services.give_copy(actor=wang, on=on, document_id=first.pk, receiver="财务部")
    services.give_copy(actor=wang, on=on, document_id=first.pk, receiver="财务部", why="核对条款")
    assert [row.receiver for row in queries.copies(wang, deviations=True)] == ["财务部"]
    assert queries.copies(wang).count() == 2


@pytest.mark.any_database
def test_rules_are_refused_with_their_line_and_acts_are_on_the_trail(wang: Actor, on: date) -> None:
    text = policy.shipped().read_text("utf-8")
    with pytest.raises(CareRulesInvalid) as refused:
        policy.check(text.replace("stages: [latent, first_contact]", "stages: [latent, horse]"))
    assert "horse" in str(refused.value)
    with pytest.raises(CareRulesInvalid) as refused:
        policy.check(text.replace("idle_days: 90", "idle_days: soon"))
    assert "32" in str(refused.value)
    services.evaluate(actor=wang, on=on, customer_no="C-1", finding="齐全")
    last = TrailEntry.objects.order_by("-pk").first()
    assert last is not None
    assert (last.act, last.subject, last.actor_login) == ("care.evaluate", "customer:C-1", "wang")
