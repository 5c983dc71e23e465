"""The credit file: six dimensions, provenance, contradictions, staleness, masks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit import queries as audit
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.facts.customers import queries, services
from xinheng.facts.customers.errors import (
    ChannelMissing,
    ConsentMissing,
    CustomerUnknown,
    DayInvalid,
    FactUnknown,
    FieldInvalid,
    ItemUnknown,
    OwnFactVerified,
    SourceMissing,
    ValueInvalid,
)
from xinheng.facts.customers.models import Customer, FileFact
from xinheng.facts.customers.values import FiledItem, Item, NewCustomer, NewFact

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(chief: Actor, day: date) -> Customer:
    new = NewCustomer(name="东方贸易有限公司", no="C-1", industry="51")
    return services.register(actor=chief, on=day, new=new)


@pytest.fixture
def clerk() -> Actor:
    permits = frozenset({"customers.*"})
    return Actor(login="clerk", name="录入员", permits=permits, scope=Scope("everything"))


def tell(
    actor: Actor, on: date, item: str, value: str, channel: str = "customer", **more: object
) -> FileFact:
    no = str(more.pop("no", "C-1"))
    fact = NewFact(item, value, channel, **more)  # type: ignore[arg-type]
    return services.tell_fact(actor=actor, on=on, no=no, fact=fact)


def filed(actor: Actor, on: date, code: str, ledger: dict[str, str] | None = None) -> list[FiledItem]:
    file = services.read_file(actor=actor, on=on, no="C-1", ledger=ledger)
    return [one for one in file.items if one.item.code == code]


@pytest.mark.req("SIX-02", "SIX-03", "SIX-04", "SIX-05", "SIX-06", "SIX-07")
def test_file_has_six_dimensions_and_every_item_stands_in_its_own(
    customer: Customer, chief: Actor, day: date
) -> None:
    tell(chief, day, "founding_history", "1998 年由三人合伙创办")
    tell(chief, day, "business_scope", "钢材批发")
    tell(chief, day, "growth_trend", "平稳")
    tell(chief, day, "peer_credit_amount", "500,000", source="同行甲")
    tell(chief, day, "banks_dealt_with", "工商银行")
    tell(chief, day, "reputation", "良好")

    file = queries.file_of(customer, on=day)

    told = {
        one.dimension.number: [row.item.code for row in one.items if row.facts and row.basis == "told"]
        for one in file.dimensions
    }
    assert told == {
        1: ["founding_history"],
        2: ["business_scope"],
        3: ["growth_trend"],
        4: ["peer_credit_amount"],
        5: ["banks_dealt_with"],
        6: ["reputation"],
    }


@pytest.mark.req("SIX-13", "ADV-05", "NET-03")
@pytest.mark.parametrize("channel", ["", "hearsay"])
def test_fact_without_a_channel_is_refused(customer: Customer, chief: Actor, day: date, channel: str) -> None:
    with pytest.raises(ChannelMissing):
        tell(chief, day, "background", "某", channel)
    assert not FileFact.objects.exists()


@pytest.mark.req("ADV-05")
def test_other_channel_needs_words(customer: Customer, chief: Actor, day: date) -> None:
    with pytest.raises(SourceMissing):
        tell(chief, day, "background", "某", "other", source="  ")
    assert tell(chief, day, "background", "某", "other", source="展会上听说").channel == "other"


@pytest.mark.req("SIX-05")
def test_peers_terms_need_a_source_and_are_stale_after_twelve_months(
    customer: Customer, chief: Actor, day: date
) -> None:
    with pytest.raises(SourceMissing):
        tell(chief, day, "peer_credit_days", "60")
    tell(chief, day, "peer_credit_days", "60", source="同行乙", true_on=date(2025, 6, 30))

    assert [one.stale for one in filed(chief, day, "peer_credit_days")] == [False]
    assert [one.stale for one in filed(chief, date(2026, 7, 1), "peer_credit_days")] == [True]


@pytest.mark.req("SIX-15")
def test_two_channels_that_disagree_stand_side_by_side_until_settled(
    customer: Customer, chief: Actor, clerk: Actor, day: date
) -> None:
    tell(chief, day, "phone", "13800000001", "customer")
    told = tell(chief, day, "phone", "13900000002", "registry", source="工商登记")
    (line,) = filed(chief, day, "phone")
    assert line.contradictory
    assert {fact.value for fact in line.facts} == {"13800000001", "13900000002"}

    services.settle_contradiction(actor=clerk, on=day, fact_id=told.pk, evidence="电话核实")

    (line,) = filed(chief, day, "phone")
    assert not line.contradictory
    (fact,) = line.facts
    assert (fact.value, fact.verified_by, fact.verified_on, fact.evidence) == (
        "13900000002", "clerk", day, "电话核实",
    )  # fmt: skip
    assert [one.verification for one in line.history] == ["disputed"]
    tell(chief, date(2026, 8, 1), "phone", "13700000003", "customer")
    assert filed(chief, date(2026, 8, 1), "phone")[0].contradictory


def test_two_channels_that_agree_are_no_contradiction(customer: Customer, chief: Actor, day: date) -> None:
    tell(chief, day, "registered_capital", "1,000万".replace("万", "0000"))
    tell(chief, day, "registered_capital", "１００００００0.0", "registry")
    (line,) = filed(chief, day, "registered_capital")
    assert not line.contradictory
    assert line.facts[0].value == "10000000.00"


@pytest.mark.req("SIX-15")
def test_an_older_fact_of_another_channel_stands_beside_what_the_row_said(
    customer: Customer, chief: Actor, day: date
) -> None:
    tell(chief, day, "industry", "C3911", "registry", true_on=date(2025, 1, 1))

    (line,) = filed(chief, day, "industry")
    assert line.contradictory
    assert [(fact.value, fact.channel) for fact in line.facts] == [
        ("51", "own_dealings"),
        ("3911", "registry"),
    ]
    assert queries.get(chief, "C-1", on=day).industry == "51"


@pytest.mark.req("SIX-15")
def test_a_disputed_fact_leaves_the_row_to_what_stood_before(
    customer: Customer, chief: Actor, clerk: Actor, day: date
) -> None:
    for item, value in (("employees", "250"), ("revenue_year", "400000000")):
        tell(chief, day, item, value)
    bigger = tell(chief, date(2026, 8, 1), "employees", "900")
    assert queries.get(chief, "C-1", on=day).size_class == "large"

    services.verify_fact(
        actor=clerk, on=date(2026, 8, 2), fact_id=bigger.pk, holds=False, evidence="社保名册"
    )
    kept = queries.get(chief, "C-1", on=day)
    assert (kept.employees, kept.size_class) == (250, "large")

    first = FileFact.objects.get(item="revenue_year")
    services.verify_fact(actor=clerk, on=date(2026, 8, 2), fact_id=first.pk, holds=False, evidence="报表不符")
    kept = queries.get(chief, "C-1", on=day)
    assert (kept.revenue_minor, kept.size_class) == (None, "")
    assert filed(chief, date(2026, 8, 2), "revenue_year")[0].missing


def test_settling_disputes_what_stands_beside_and_not_the_history(
    customer: Customer, chief: Actor, clerk: Actor, day: date
) -> None:
    old = tell(chief, day, "address", "旧址", true_on=date(2020, 1, 1))
    new = tell(chief, day, "address", "新址", true_on=date(2026, 3, 1))
    other = tell(chief, day, "address", "登记地址", "registry", source="公示系统", true_on=date(2025, 1, 1))

    services.settle_contradiction(actor=clerk, on=day, fact_id=other.pk, evidence="上门走访")

    states = dict(FileFact.objects.values_list("pk", "verification"))
    assert states == {old.pk: "declared", new.pk: "disputed", other.pk: "verified"}
    assert queries.get(chief, "C-1", on=day).address == "登记地址"
    (line,) = filed(chief, day, "address")
    assert [fact.value for fact in line.facts] == ["登记地址"]


@pytest.mark.req("SIX-11")
def test_the_file_of_a_past_day_knows_no_later_fact_and_no_later_verdict(
    customer: Customer, chief: Actor, clerk: Actor, day: date
) -> None:
    told = tell(chief, day, "phone", "13800000001")
    tell(chief, date(2026, 7, 10), "phone", "13900000002", "registry")
    services.settle_contradiction(actor=clerk, on=date(2026, 7, 20), fact_id=told.pk, evidence="电话核实")

    def seen(as_of: date) -> list[tuple[str, str]]:
        file = services.read_file(actor=chief, on=date(2026, 8, 1), no="C-1", as_of=as_of)
        (line,) = [one for one in file.items if one.item.code == "phone"]
        return sorted((fact.value, fact.verification) for fact in line.facts)

    assert seen(day) == [("13800000001", "declared")]
    assert seen(date(2026, 7, 15)) == [("13800000001", "declared"), ("13900000002", "declared")]
    assert seen(date(2026, 7, 20)) == [("13800000001", "verified")]


def test_nobody_verifies_what_they_told_and_evidence_is_owed(
    customer: Customer, chief: Actor, clerk: Actor, day: date
) -> None:
    fact = tell(chief, day, "phone", "13800000001")
    with pytest.raises(OwnFactVerified):
        services.verify_fact(actor=chief, on=day, fact_id=fact.pk, holds=True, evidence="我说的")
    with pytest.raises(FieldInvalid):
        services.verify_fact(actor=clerk, on=day, fact_id=fact.pk, holds=True, evidence=" ")
    with pytest.raises(FactUnknown):
        services.verify_fact(actor=clerk, on=day, fact_id=0, holds=True, evidence="x")
    services.verify_fact(actor=clerk, on=day, fact_id=fact.pk, holds=True, evidence="营业执照")
    assert FileFact.objects.get().verification == "verified"


@pytest.mark.req("SIX-03")
def test_typed_figure_beside_a_ledger_is_marked_declared(customer: Customer, chief: Actor, day: date) -> None:
    tell(chief, day, "receipts_year", "1000000")
    (line,) = filed(chief, day, "receipts_year", {"receipts_year": "812345.67"})
    assert (line.basis, line.facts[0].value, line.ledger_value) == ("declared", "1000000.00", "812345.67")
    (line,) = filed(chief, day, "payments_year", {"payments_year": "5.00"})
    assert (line.basis, line.ledger_value) == ("ledger", "5.00")


@pytest.mark.req("SIX-07")
def test_case_number_written_two_ways_is_one_lawsuit(customer: Customer, chief: Actor, day: date) -> None:
    tell(chief, day, "lawsuit", "买卖合同纠纷", key="（2024）沪01民初123号")
    tell(chief, day, "lawsuit", "买卖合同纠纷", "public", key="(2024) 沪01民初 123号", source="裁判文书网")
    tell(chief, day, "lawsuit", "借款纠纷", key="(2025)沪01民初9号")
    lines = filed(chief, day, "lawsuit")
    assert [(one.key, len(one.facts) + len(one.history)) for one in lines] == [
        ("(2024)沪01民初123号", 2),
        ("(2025)沪01民初9号", 1),
    ]
    with pytest.raises(FieldInvalid):
        tell(chief, day, "lawsuit", "没有案号")


@pytest.mark.req("SIX-01")
def test_item_nobody_classified_is_kept_and_listed(customer: Customer, chief: Actor, day: date) -> None:
    tell(chief, day, "export_share", "三成")
    assert queries.unclassified_items(chief, on=day) == [("export_share", 1)]
    assert [one.item.code for one in queries.file_of(customer, on=day).unclassified] == ["export_share"]

    item = Item("export_share", 2, "asset", "出口占比", "Share of exports")
    services.classify_item(actor=chief, on=day, item=item)

    assert queries.unclassified_items(chief, on=day) == []
    assert [one.item.credit for one in filed(chief, day, "export_share")] == ["asset"]
    with pytest.raises(ItemUnknown):
        services.classify_item(actor=chief, on=day, item=replace(item, code="address"))
    with pytest.raises(FieldInvalid):
        services.classify_item(actor=chief, on=day, item=replace(item, dimension=7))


@pytest.mark.req("SIX-01")
def test_every_shipped_item_is_moral_or_asset_credit() -> None:
    assert {one.credit for one in queries.catalogue().values()} == {"moral", "asset"}
    assert {one.dimension for one in queries.catalogue().values()} == {1, 2, 3, 4, 5, 6}
    asked = {item for form in queries.forms().values() for item in form.items}
    assert asked <= set(queries.catalogue())


@pytest.mark.req("SIX-08", "NET-02")
def test_bank_account_is_masked_without_the_permit_and_seeing_it_is_on_the_trail(
    customer: Customer, chief: Actor, clerk: Actor, day: date
) -> None:
    tell(chief, day, "bank_account", "工商银行上海分行 6222020000001234567", key="6222020000001234567")

    (hidden,) = filed(clerk, day, "bank_account")
    assert hidden.facts[0].masked
    assert "622202" not in str(hidden)
    assert not audit.search(act="sensitive.read").exists()

    (shown,) = filed(chief, day, "bank_account")
    assert "6222020000001234567" in shown.facts[0].value
    entry = audit.search(act="sensitive.read").get()
    assert (entry.actor_login, entry.subject, entry.after) == (
        "chief",
        "customer:C-1",
        {"items": ["bank_account"]},
    )
    assert "6222020000001234567" not in str(list(audit.search().values_list("after", flat=True)))


def test_personal_items_need_the_persons_consent(chief: Actor, day: date) -> None:
    services.register(actor=chief, on=day, new=NewCustomer(name="王小明", no="P-1", kind="person"))
    with pytest.raises(ConsentMissing):
        tell(chief, day, "hobby", "钓鱼", no="P-1")
    tell(chief, day, "personal_consent", "是", no="P-1")
    tell(chief, day, "hobby", "钓鱼", no="P-1")
    tell(chief, day, "personal_consent", "否", "observation", no="P-1")
    with pytest.raises(ConsentMissing):
        tell(chief, day, "family", "三口之家", no="P-1")


@pytest.mark.req("SIX-11")
def test_how_old_an_item_may_be_is_the_sites_choice(
    customer: Customer, chief: Actor, reader: Actor, day: date
) -> None:
    tell(chief, day, "phone", "13800000001", true_on=date(2026, 3, 1))
    assert not filed(chief, day, "phone")[0].stale

    services.set_age_limit(actor=chief, on=day, item="phone", months=3)
    (line,) = filed(chief, day, "phone")
    assert (line.stale, line.item.dimension, line.item.key_for) == (True, 1, ("company", "person"))
    quality = queries.data_quality(chief, on=day)
    assert next(one for one in quality.items if one.item.code == "phone").stale == 1

    services.set_age_limit(actor=chief, on=day, item="phone", months=None)
    assert not filed(chief, date(2040, 1, 1), "phone")[0].stale
    for actor, item, months, refusal in (
        (chief, "phone", 0, FieldInvalid), (chief, "phone", 601, FieldInvalid), (chief, "unheard", 3, ItemUnknown),
        (reader, "phone", 3, AccessDenied),
    ):  # fmt: skip
        with pytest.raises(refusal):
            services.set_age_limit(actor=actor, on=day, item=item, months=months)


@pytest.mark.req("SIX-11")
def test_newer_fact_goes_first_and_the_older_stays(customer: Customer, chief: Actor, day: date) -> None:
    tell(chief, date(2026, 1, 1), "managers", "甲")
    tell(chief, day, "managers", "乙")
    (line,) = filed(chief, day, "managers")
    assert ([fact.value for fact in line.facts], [fact.value for fact in line.history]) == (["乙"], ["甲"])
    assert [fact.value for fact in filed(chief, date(2026, 5, 1), "managers")[0].facts] == ["甲"]
    tell(chief, day, "managers", "乙")
    assert FileFact.objects.count() == 2


def test_item_of_the_row_changes_the_row_and_keeps_what_stood_there(
    customer: Customer, chief: Actor, day: date
) -> None:
    later = date(2026, 7, 31)
    for item, value in (("employees", "250"), ("revenue_year", "400,000,000.00"), ("industry", "C3911")):
        tell(chief, later, item, value, "own_dealings")

    kept = queries.get(chief, "C-1", on=later)
    assert (kept.employees, kept.revenue_minor, kept.industry, kept.industry_section) == (
        250, 40_000_000_000, "3911", "C",
    )  # fmt: skip
    assert kept.size_class == "small"
    (line,) = filed(chief, later, "industry")
    assert ([fact.value for fact in line.facts], [fact.value for fact in line.history]) == (["3911"], ["51"])
    tell(chief, later, "employees", "9", true_on=date(2020, 1, 1))
    assert queries.get(chief, "C-1", on=later).employees == 250


@pytest.mark.req("SIX-16")
def test_completeness_counts_key_items_and_is_none_for_no_customers(chief: Actor, day: date) -> None:
    nothing = queries.data_quality(chief, on=day)
    assert (nothing.customers, nothing.completeness, nothing.staleness, nothing.items) == (0, None, None, ())

    services.register(
        actor=chief, on=day, new=NewCustomer(name="王小明", no="P-1", kind="person", address="上海")
    )
    person = [one.code for one in queries.catalogue().values() if "person" in one.key_for]
    tell(chief, date(2024, 1, 1), "phone", "13800000001", no="P-1")

    quality = queries.data_quality(chief, on=day)

    assert quality.completeness == (Decimal(2) / len(person)).quantize(Decimal("0.0001"))
    assert quality.staleness == Decimal("0.5000")
    assert {one.item.code: (one.present, one.stale) for one in quality.items if one.present} == {
        "address": (1, 0),
        "phone": (1, 1),
    }
    assert (quality.single_owner, quality.unanswered) == (1, 1)
    file = queries.file_of(queries.get(chief, "P-1", on=day), on=day)
    assert file.completeness == quality.completeness
    assert [one.item.code for one in file.stale] == ["phone"]


@pytest.mark.req("LSE-11")
def test_mailed_figure_nobody_examined_is_marked_not_usable(
    customer: Customer, chief: Actor, clerk: Actor, day: date
) -> None:
    fact = tell(chief, day, "total_assets", "90000000", "mailed_form", source="函调表")
    assert not filed(chief, day, "total_assets")[0].facts[0].usable
    services.verify_fact(actor=clerk, on=day, fact_id=fact.pk, holds=True, evidence="审计报告")
    assert filed(chief, day, "total_assets")[0].facts[0].usable


@pytest.mark.parametrize(
    ("item", "value", "more", "refusal"),
    [
        ("employees", "-3", {}, ValueInvalid),
        ("employees", "很多", {}, ValueInvalid),
        ("employees", "2.5", {}, ValueInvalid),
        ("employees", "3000000000", {}, FieldInvalid),
        ("revenue_year", "-5", {}, FieldInvalid),
        ("total_assets", "-0.01", {}, FieldInvalid),
        ("registered_capital", "NaN", {}, ValueInvalid),
        ("registered_capital", "1e400", {}, ValueInvalid),
        ("founded_on", "2025-02-30", {}, ValueInvalid),
        ("founded_on", "2030-01-01", {}, ValueInvalid),
        ("dishonest_debtor", "maybe", {}, ValueInvalid),
        ("tax_grade", "E", {}, ValueInvalid),
        ("phone", "   ", {}, ValueInvalid),
        ("phone", "1\x00", {}, ValueInvalid),
        ("address", "长" * 301, {}, FieldInvalid),
        ("Not an item!", "x", {}, ItemUnknown),
        ("phone", "138", {"true_on": date(2027, 1, 1)}, DayInvalid),
        ("phone", "138", {"no": "C-404"}, CustomerUnknown),
        ("phone", "138", {"key": "x"}, FieldInvalid),
    ],
)
def test_nonsense_is_refused_and_the_file_stays(  # noqa: PLR0917 (fixtures)
    customer: Customer,
    chief: Actor,
    day: date,
    item: str,
    value: str,
    more: dict[str, object],
    refusal: type[Exception],
) -> None:
    with pytest.raises(refusal):
        tell(chief, day, item, value, **more)  # type: ignore[arg-type]
    assert not FileFact.objects.exists()


def test_reader_tells_and_verifies_nothing(
    customer: Customer, chief: Actor, reader: Actor, day: date
) -> None:
    fact = tell(chief, day, "phone", "13800000001")
    with pytest.raises(AccessDenied):
        tell(reader, day, "phone", "1")
    with pytest.raises(AccessDenied):
        services.verify_fact(actor=reader, on=day, fact_id=fact.pk, holds=True, evidence="x")
    assert FileFact.objects.get().verification == "declared"
