"""Terms: fixed at filing, counted to the end of a year, made longer and never shorter; what holds papers."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.facts.retention.company import TODAY, papers, people
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.base.packs.adopting import put_in_force
from xinheng.facts.archive import queries as archive
from xinheng.facts.archive.values import Upload
from xinheng.facts.disputes import services as disputes
from xinheng.facts.disputes.values import NewDispute
from xinheng.facts.dossiers import services as dossiers
from xinheng.facts.receivables import services as ledger
from xinheng.facts.receivables.values import NewBill
from xinheng.facts.retention import errors, queries, rules, schedule
from xinheng.facts.retention import services as retention
from xinheng.facts.retention.models import Hold, Kept
from xinheng.facts.retention.values import Executed, Opinion, Wanted

ROOT = system_actor()


@pytest.mark.any_database
def test_a_term_ends_with_the_year_and_is_acted_on_the_day_after() -> None:
    assert rules.ends_on(date(2011, 1, 1), years=10, months=None) == date(2021, 12, 31)
    assert rules.ends_on(date(2011, 12, 31), years=10, months=None) == date(2021, 12, 31)
    assert rules.ends_on(date(2012, 1, 1), years=30, months=None) == date(2042, 12, 31)
    assert rules.ends_on(date(2024, 8, 31), years=None, months=18) == date(2026, 2, 28)
    assert rules.ends_on(date(2024, 8, 31), years=None, months=None) is None
    assert not rules.may_be_destroyed(date(2021, 12, 31), date(2021, 12, 31))
    assert rules.may_be_destroyed(date(2021, 12, 31), date(2022, 1, 1))
    assert not rules.may_be_destroyed(None, date(2999, 1, 1))
    assert rules.later(date(2030, 12, 31), date(2027, 12, 31)) == date(2030, 12, 31)
    assert rules.later(date(2030, 12, 31), None) is None


@pytest.mark.django_db
@pytest.mark.req("LAR-21", "C05")
def test_a_new_version_shortens_nothing_that_was_fixed() -> None:
    people()
    made = papers(("甲", "public", date(2015, 2, 1), "D30"))
    text = (Path(settings.PACKS_DIR) / "general" / "retention.yaml").read_text("utf-8")
    shorter = text.replace('version: "1"', 'version: "2"').replace("years: 30}", "years: 15}")
    put_in_force(actor=ROOT, on=TODAY, kind="retention", text=shorter, effective_from=date(2026, 1, 1))
    assert queries.terms(TODAY)["D30"].years == 15

    retention.fix_terms(actor=ROOT, on=TODAY)
    kept = queries.kept_of(made["甲"].pk)
    assert kept is not None
    assert (kept.years, kept.basis_on, kept.ends_on) == (30, date(2015, 2, 1), date(2045, 12, 31))
    later = papers(("乙", "public", date(2026, 2, 1), "D30"), no="C-2", filed_on=TODAY)
    newer = queries.kept_of(later["乙"].pk)
    assert newer is not None
    assert newer.ends_on == date(2041, 12, 31)

    # nor does an appraisal; and terms of many papers take as many statements as those of few
    with pytest.raises(errors.RetentionInvalid) as refused:
        schedule.check(text.replace("years: 10}", "years: 0}"))
    assert "years" in str(refused.value)
    Kept.objects.all().delete()
    with CaptureQueriesContext(
        connection,
    ) as few:
        retention.fix_terms(actor=ROOT, on=TODAY)
    Kept.objects.all().delete()
    papers(*((f"第{one}件", "public", date(2015, 2, 1), "D30") for one in range(12)), no="C-3")
    Kept.objects.all().delete()
    with CaptureQueriesContext(connection) as many:
        retention.fix_terms(actor=ROOT, on=TODAY)
    assert len(many) <= len(few) + 1
    assert Kept.objects.filter(ends_on__isnull=False).count() == 14


@pytest.mark.django_db
@pytest.mark.req("C05", "HPT-09", "INS-05")
def test_what_is_open_or_alive_holds_the_papers_by_itself(chief: Actor) -> None:
    who = people()
    paper = papers(("旧合同", "public", date(2012, 2, 1), "D10"))["旧合同"]
    label = paper.label

    def drawn() -> Any:
        return retention.draw_up(actor=who["dang"], on=TODAY, reasons={label: "期满"}, title="清理")

    bill = NewBill("B-1", date(2026, 5, 1), date(2026, 5, 31), Money.of("100.00"))
    ledger.post_bill(actor=chief, on=TODAY, customer_no="C-1", bill=bill)
    with pytest.raises(errors.HeldBack) as owed:
        drawn()
    assert [one.cause for one in queries.held_subjects([paper.pk], TODAY)[paper.pk]] == ["open_money"]
    assert label in str(owed.value)
    disputes.open_dispute(
        actor=chief, on=TODAY, customer_no="C-1", bill_no="B-1", new=NewDispute("quality", "漏水", TODAY)
    )
    causes = [one.cause for one in queries.held_subjects([paper.pk], TODAY)[paper.pk]]
    assert sorted(causes) == ["dispute", "open_money"]

    # the site may say by data that open money does not hold; the dispute still does
    text = (Path(settings.PACKS_DIR) / "general" / "retention.yaml").read_text("utf-8")
    lenient = text.replace('version: "1"', 'version: "2"').replace(
        "en: Money is open}", "en: Money, holds: false}"
    )
    put_in_force(actor=ROOT, on=TODAY, kind="retention", text=lenient, effective_from=TODAY)
    assert [one.cause for one in queries.held_subjects([paper.pk], TODAY)[paper.pk]] == ["dispute"]

    # a hold by a person takes a right and a reason, once, and ends with a reason
    with pytest.raises(errors.ReasonMissing):
        retention.hold(actor=chief, on=TODAY, kind="customer", name="C-1", reason=" ")
    hold = retention.hold(actor=chief, on=TODAY, kind="customer", name="C-1", reason="诉讼")
    with pytest.raises(errors.HoldInvalid):
        retention.hold(actor=chief, on=TODAY, kind="customer", name="C-1", reason="再次")
    with pytest.raises(errors.HoldUnknown):
        retention.release(actor=chief, on=TODAY, hold_id=hold.pk + 1, reason="x")
    retention.release(actor=chief, on=TODAY, hold_id=hold.pk, reason="结案")
    assert Hold.objects.get().released_why == "结案"
    assert [one.kind for one in queries.dues(chief, since=date(2026, 6, 1), until=TODAY)] == [
        "retention.clean_up"
    ]


@pytest.mark.django_db
@pytest.mark.req("LAR-16", "STC-08")
def test_bytes_that_another_paper_has_stay_and_no_other_door_destroys(
    django_capture_on_commit_callbacks: Any,
) -> None:
    who = people()
    made = papers(("甲", "public", date(2012, 2, 1), "D10"), ("乙", "public", date(2015, 2, 1), "D30"))
    paper, other = made["甲"], made["乙"]
    same = Upload("副本.txt", archive_bytes(paper))
    twin = dossiers.add_paper(
        actor=ROOT, on=TODAY, dossier=other.dossier, upload=same, item="other", title="甲的副本",
        copy_form="copy",
    )  # fmt: skip
    assert twin.document_id == paper.document_id
    group = retention.open_appraisal(
        actor=who["dang"], on=TODAY, title="鉴定", members=["dang", "cha"], labels=[paper.label]
    )
    opinion = [Opinion(paper.label, "destroy", "期满")]
    retention.give_opinions(actor=who["dang"], on=TODAY, appraisal_id=group.pk, opinions=opinion)
    with pytest.raises(errors.AppraisalInvalid):  # the general manager is not of the group
        retention.give_opinions(actor=who["zong"], on=TODAY, appraisal_id=group.pk, opinions=opinion)
    (drawn,) = retention.close_appraisal(actor=who["dang"], on=TODAY, appraisal_id=group.pk)
    with pytest.raises(errors.ListState):  # not before it is approved
        retention.execute(actor=who["dang"], on=TODAY, no=drawn.no, done=Executed(TODAY, "x", "y"))
    type(drawn).objects.filter(pk=drawn.pk).update(state="approved", approved_on=TODAY)
    retention.name_supervisors(actor=who["zong"], on=TODAY, no=drawn.no, department="jian", others=["cha"])
    retention.scan(actor=who["dang"], on=TODAY, no=drawn.no, label=paper.label)
    with django_capture_on_commit_callbacks(execute=True):
        retention.execute(actor=who["dang"], on=TODAY, no=drawn.no, done=Executed(TODAY, "x", "y"))
    paper.refresh_from_db()
    assert paper.state == "destroyed"
    assert archive.has_bytes(paper.document.sha256)
    (line,) = queries.lines_of(who["dang"], drawn, on=TODAY)
    assert line.bytes_left
    assert not queries.kept_papers(who["dang"], Wanted(state="due"), on=TODAY).exists()

    # statistics go through three signatures in order
    chain = queries.schedules(TODAY).chain_of("stc_statistics", "internal")
    assert [step.roles for step in chain.steps] == [
        ("sales_supervisor",), ("service_manager",), ("general_manager",),
    ]  # fmt: skip


@pytest.mark.any_database
def test_bytes_are_wiped_by_retention_and_privacy_alone() -> None:
    source = Path(__file__).resolve().parents[3] / "src" / "xinheng"
    callers = {
        path.relative_to(source).parts[:2]
        for path in source.rglob("*.py")
        if ".wipe(" in path.read_text("utf-8") and path.parent.name != "migrations"
    }
    assert callers <= {("facts", "retention"), ("facts", "privacy"), ("facts", "archive")}


def archive_bytes(paper: Any) -> bytes:
    """The bytes of a paper as they are kept."""
    return Path(settings.ARCHIVE_FOLDER, paper.document.sha256[:2], paper.document.sha256).read_bytes()
