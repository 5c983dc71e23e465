"""Figures, samples, reports and stages of the contracts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests import worlds
from tests.facts.contracts.world import draft, office, signed
from tests.judgements.losses.shipped import TARGETS
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period, year_of
from xinheng.facts.archive.values import Upload
from xinheng.facts.contracts import errors, policy, queries, services
from xinheng.facts.contracts.models import Audit, Contract, Finding
from xinheng.facts.contracts.values import NewRecord
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers.models import Customer
from xinheng.facts.intake import services as intake
from xinheng.judgements.losses import aiming
from xinheng.judgements.losses.kpis import Sight
from xinheng.judgements.losses.policy import load_targets
from xinheng.operations.duties import services as duties
from xinheng.operations.duties.errors import NilNotTaken
from xinheng.operations.duties.values import NewSubmission, NewType

DAY = date(2024, 1, 31)
YEAR_END = date(2024, 12, 31)


@pytest.fixture
def keeper(db: None, chief: Actor) -> Actor:
    worlds.given(office)
    return chief


def many(actor: Actor, number: int, *, performed: int) -> None:
    """Signed contracts of 1,000.00, due on 2024-06-30, so many of them performed on that day."""
    first = signed(actor, DAY, amount=Money.of("1000.00"), due_on=date(2024, 6, 30))
    rows = [
        Contract(
            unit=first.unit, year=2024, serial=serial, no=f"XS-2024-{serial:04}", kind="sale",
            customer=first.customer, title="买卖合同", matter="钢管", amount_minor=100000, handler="xiao",
            state="performing", drafted_on=DAY, signed_on=DAY, due_on=date(2024, 6, 30),
            performed_on=date(2024, 6, 30) if serial <= performed else date(2024, 7, 1),
        )
        for serial in range(2, number + 1)
    ]  # fmt: skip
    Contract.objects.bulk_create(rows)
    Contract.objects.filter(pk=first.pk).update(performed_on=date(2024, 6, 30))


@pytest.mark.req("TGT-04")
def test_the_performance_rate_counts_what_was_due_and_done_in_time(keeper: Actor) -> None:
    many(keeper, 100, performed=98)
    found = queries.performance(date(2024, 1, 1), YEAR_END)
    assert (found.due, found.performed, found.share) == (100, 98, 0.98)
    assert (found.due_minor, found.performed_minor) == (10_000_000, 9_800_000)
    assert queries.performance(date(2024, 7, 1), YEAR_END).share is None

    document = load_targets(TARGETS)
    sight = Sight(None, Customer.objects.all(), YEAR_END, document)
    measured = aiming.performance(sight)
    assert (int(measured.top), int(measured.bottom)) == (98, 100)

    late = Contract.objects.get(no="XS-2024-0050")
    told: dict[str, Any] = {"actor": keeper, "on": YEAR_END, "contract_id": late.pk}
    breach = NewRecord("breach", date(2024, 5, 1), "少交 3 吨")
    kept = services.record_performance(**told, new=breach)
    assert queries.performance(date(2024, 1, 1), YEAR_END).performed == 97
    services.cure_breach(**told, record_id=kept.pk, cured_on=date(2024, 5, 9), how="补足")
    assert queries.performance(date(2024, 1, 1), YEAR_END).performed == 98


@pytest.mark.req("CTR-07", "CTR-08")
def test_figures_come_from_the_ledger_and_a_report_without_text_is_refused(keeper: Actor) -> None:
    many(keeper, 3, performed=3)
    draft(keeper, DAY, unit="CG")
    half = Period(date(2024, 1, 1), date(2024, 6, 30))
    row = queries.statistics(keeper, on=date(2024, 7, 5), period=half).row(0, named=True)
    assert row == {
        "group": "sale", "currency": "CNY", "contracts": 3, "amount_minor": 300000, "due": 3, "performed": 3,
        "ended": 0, "breached": 0,
    }  # fmt: skip
    assert queries.months(keeper, on=date(2024, 7, 5), period=half)[0] == ("2024-01", 3, 300000)
    assert queries.statistics(keeper, on=DAY, period=year_of(date(2020, 1, 1))).is_empty()

    on = date(2025, 1, 9)
    told: dict[str, Any] = {"actor": keeper, "on": on, "period": year_of(date(2024, 5, 1))}
    parts = {"overview": "全年签订 3 份", "problems": "", "measures": "加强审查"}
    with pytest.raises(errors.ContractInvalid) as refused:
        services.write_analysis(**told, parts=parts)
    assert refused.value.params["field"] == "part_problems"

    def owed() -> list[tuple[date, date | None]]:
        found = queries.dues(keeper, since=date(2024, 1, 1), until=date(2025, 1, 31))
        return [(one.due_on, one.done_on) for one in found if one.kind == "contracts.report"]

    days = [date(2024, 1, 10), date(2024, 7, 10), date(2025, 1, 10)]  # W-21
    assert owed() == [(day, None) for day in days]
    kept = services.write_analysis(**told, parts={**parts, "problems": "个别合同未附授权书"})
    assert kept.figures["kind"][0]["contracts"] == 3
    assert owed()[2] == (days[2], on)
    with pytest.raises(errors.ContractInvalid):
        services.write_analysis(actor=keeper, on=YEAR_END, period=year_of(YEAR_END), parts=parts)


@pytest.mark.req("FSP-06")
def test_the_same_seed_draws_the_same_contracts_again(keeper: Actor) -> None:
    many(keeper, 41, performed=41)
    period = Period(DAY, DAY)
    audit = services.draw_audit(actor=keeper, on=YEAR_END, period=period, seed=7)
    sample = sorted({one.contract_id for one in queries.findings_of(audit)})
    assert (len(audit.population), len(sample)) == (41, 5)  # a tenth, rounded up
    assert queries.drawn(audit.population, audit.share, 1, audit.seed) == sample
    assert {one.test for one in queries.findings_of(audit)} == {
        "legality", "fairness", "compliance", "accuracy", "benefit",
    }  # fmt: skip
    who: dict[str, Any] = {"actor": keeper, "on": YEAR_END, "audit_id": audit.pk}
    finding = Finding.objects.filter(audit=audit).order_by("pk")[0]
    with pytest.raises(errors.ContractInvalid):
        services.find(**who, finding_id=finding.pk, verdict="issue")
    services.find(**who, finding_id=finding.pk, verdict="issue", words="未附授权委托书")
    with pytest.raises(errors.AuditUnfinished) as refused:
        services.conclude_audit(**who, conclusion="基本合规")
    assert refused.value.params["count"] == 24
    Finding.objects.filter(audit=audit, verdict="open").update(verdict="ok")
    services.conclude_audit(**who, conclusion="基本合规，一份缺授权书")
    assert queries.findings_per_test(audit)[finding.test] == {"issue": 1, "ok": 4}
    with pytest.raises(errors.AuditClosed):
        services.find(**who, finding_id=finding.pk, verdict="ok")
    listed = queries.audits(keeper)[0]
    assert (listed.tests, listed.done, listed.issues) == (25, 25, 1)  # type: ignore[attr-defined]
    with pytest.raises(errors.NothingToAudit):
        services.draw_audit(actor=keeper, on=YEAR_END, period=Period(YEAR_END, YEAR_END))
    with pytest.raises(errors.ContractInvalid):
        services.draw_audit(actor=keeper, on=YEAR_END, period=period, share=Decimal(0))
    assert Audit.objects.count() == 1


def test_a_ledger_kept_elsewhere_is_taken_in_and_numbered_anew(keeper: Actor, tmp_path: Path) -> None:
    draft(keeper, DAY)
    rows = [
        "客户编号,合同编号,部门,合同种类,合同名称,标的,合同金额,签订日期,有效期至,履行完毕日期,终结日期",
        "C-7,旧-1,XS,销售合同,钢管合同,钢管,1200.50,2023-05-06,2023-12-31,2023-12-20,2023-12-31",
        "C-8,旧-2,XS,lease,设备租赁,钻机,300.00,2024-01-05,2024-12-31,,",
        "C-8,旧-3,没有,sale,钢管合同,钢管,1.00,2024-01-05,,,",
        "C-8,旧-4,XS,飞行,钢管合同,钢管,1.00,2024-01-05,,,",
        "C-8,旧-5,XS,sale,钢管合同,钢管,1.00,2024-01-05,2023-01-01,,",
        "C-9,旧-6,XS,sale,钢管合同,钢管,1.00,2024-01-05,,,",
    ]
    path = tmp_path / "台账.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    batch = intake.import_file(actor=keeper, on=DAY, path=path, kind="contracts", mode="good_rows")
    assert (batch.state, batch.rows_rejected) == ("posted", 4)
    taken = Contract.objects.exclude(outside_no="").order_by("outside_no")
    told = [(one.no, one.outside_no, one.kind, one.state, one.amount_minor) for one in taken]
    assert told == [
        ("XS-2023-0001", "旧-1", "sale", "ended", 120050), ("XS-2024-0002", "旧-2", "lease", "signed", 30000),
    ]  # fmt: skip
    again = intake.import_file(actor=keeper, on=DAY, path=path, kind="contracts", mode="good_rows")
    assert (again.rows_rejected, Contract.objects.count()) == (6, 3)
    assert draft(keeper, DAY).no == "XS-2024-0003"


@pytest.mark.req("GRP-12")
def test_who_is_under_contract_is_not_latent_again(keeper: Actor) -> None:
    def move(stage: str, day: date, why: str = "") -> None:
        told: dict[str, Any] = {"customer_no": "C-7", "stage": stage, "from_on": day, "why": why}
        services.set_stage(actor=keeper, on=DAY, **told)

    move("latent", date(2024, 1, 3))
    move("contact", date(2024, 1, 8))
    with pytest.raises(errors.ContractInvalid) as backwards:
        move("latent", date(2024, 1, 9))
    assert backwards.value.params["field"] == "why"
    move("latent", date(2024, 1, 9), "联系中断")
    move("contract", date(2024, 1, 10))
    for day, why in ((date(2024, 1, 11), ""), (date(2024, 1, 11), "合同终止")):
        with pytest.raises(errors.StageBackwards):
            move("latent", day, why)
    move("upkeep", date(2024, 1, 12))
    with pytest.raises(errors.StageBackwards):
        move("latent", date(2024, 1, 13), "x")
    customer = customers.get(keeper, "C-7", on=DAY)
    stages = [one.stage for one in queries.stages_of(customer.pk)]
    assert stages == ["latent", "contact", "latent", "contract", "upkeep"]


@pytest.mark.req("LSE-03")
def test_a_contract_at_its_end_makes_a_customer_once_dealt_with(keeper: Actor) -> None:
    contract = signed(keeper, DAY)
    key = contract.customer_id
    other = draft(keeper, DAY, customer_no="C-8").customer_id
    assert queries.dealing_now([key, other], DAY) == {key: "now", other: "about"}
    told: dict[str, Any] = {"actor": keeper, "on": YEAR_END, "contract_id": contract.pk}
    services.end(**told, ended_on=YEAR_END, reason="期满")
    assert queries.dealing_now([key], YEAR_END) == {key: "once"}
    assert contract.customer.status != "closed"


@pytest.mark.any_database
@pytest.mark.req("FSP-08", "FSP-03")
def test_documents_are_refused_with_their_line() -> None:
    text = (Path(settings.PACKS_DIR) / "general" / "contract_rules.yaml").read_text("utf-8")
    rules = policy.load(text)
    assert rules.risks == ()
    assert rules.audit.tests[0].code == "legality"
    for old, new in (
        ('number: "{unit}-{year}-{serial}"', 'number: "{unit}-{serial}"'),
        ("expiry_months: 1", "expiry_months: many"),
        ("{code: purchase,", "{code: sale,"),
    ):
        with pytest.raises(errors.ContractRulesInvalid):
            policy.load(text.replace(old, new))
    template = (Path(settings.PACKS_DIR) / "fsp" / "contract_template.yaml").read_text("utf-8")
    with pytest.raises(errors.ContractRulesInvalid) as refused:
        policy.load_template(template.replace("{matter}", "{goods}"))
    assert refused.value.params["line"] > 8


@pytest.mark.req("FSP-01")
def test_a_process_number_is_registered_once(keeper: Actor) -> None:
    text = (Path(settings.PACKS_DIR) / "fsp" / "contract_rules.yaml").read_text("utf-8")
    policy.check(text)
    other = text.replace("code: fsp", "code: own").replace("code: product_sale", "code: own_sale")
    with pytest.raises(errors.ContractRulesInvalid) as refused:
        policy.check(other)
    assert "R/CM06.03" in str(refused.value)
    policy.check(other.replace("no: R/CM06.03", "no: R/CM06.04"))
    rules = policy.rules_of("product_sale", DAY)
    assert rules.process is not None
    assert [one.no for one in rules.process.neighbours] == ["15.01", ""]


@pytest.mark.req("CTR-07")
def test_statistics_owed_come_with_the_ledgers_figures_and_a_nil_return_is_refused_where_there_are_any(
    keeper: Actor,
) -> None:
    """Ten contracts of 1,000.00 due in June, eight performed in time; the purchasing department signed none."""
    many(keeper, 10, performed=8)
    told: dict[str, Any] = {"actor": keeper, "on": date(2024, 7, 10)}
    for unit in ("XS", "CG"):
        duties.set_type(actor=keeper, on=date(2023, 1, 1), unit_code=unit, new=NewType("ctr", "area"))
    half = date(2024, 1, 1)
    with pytest.raises(NilNotTaken):
        duties.hand_in(**told, new=NewSubmission("ctr", "statistics_half", "XS", half, is_nil=True))
    file = ("statistics", Upload("统计报表.txt", b"table"))
    kept = duties.hand_in(**told, new=NewSubmission("ctr", "statistics_half", "XS", half), files=[file])
    assert [one["value"] for one in kept.figures] == ["10", "10,000.00", "10 / 8", "0 / 0"]
    nil = duties.hand_in(**told, new=NewSubmission("ctr", "statistics_half", "CG", half, is_nil=True))
    assert (nil.is_nil, nil.is_late, nil.figures) == (True, False, [])
