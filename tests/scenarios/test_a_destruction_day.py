"""The day on which an office destroys old papers: appraised, listed, approved, watched, registered (LAR 8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.facts.retention.company import TODAY, papers, people
from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.errors import NotYourTurn
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.archive import queries as archive
from xinheng.facts.archive.values import Upload
from xinheng.facts.dossiers import services as dossiers
from xinheng.facts.dossiers.errors import PaperGone
from xinheng.facts.retention import errors, queries, register
from xinheng.facts.retention import services as retention
from xinheng.facts.retention.models import Destruction, Line, Registered
from xinheng.facts.retention.values import Executed, Opinion, Wanted

DONE = Executed(TODAY, "总部三楼碎纸间", "碎纸机粉碎")
pytestmark = pytest.mark.django_db
Committing = Any  # the fixture that runs what waits for the commit


def approve(actor: Any, drawn: Destruction) -> Destruction:
    """Sign the step of a list that waits."""
    drawn.refresh_from_db()
    request = drawn.request_id
    assert request is not None
    approvals.decide(actor=actor, on=TODAY, request_id=request, decision="approve", reason="")
    drawn.refresh_from_db()
    return drawn


@pytest.mark.req("LAR-16", "LAR-17", "LAR-18", "LAR-19", "LAR-20", "C05")
def test_a_day_in_the_archive(django_capture_on_commit_callbacks: Committing) -> None:  # noqa: PLR0915 - a whole day
    who = people()
    made = papers(
        ("调查报告", "internal", date(2014, 3, 1), "D10"),  # 2024-12-31
        ("催收函", "internal", date(2015, 4, 30), "D10"),  # 2025-12-31
        ("报价底稿", "secret", date(2015, 1, 9), "D10"),  # 2025-12-31
        ("担保合同", "internal", date(2015, 2, 1), "D30"),  # 2045-12-31
        ("评级总表", "internal", date(2015, 2, 1), "Y"),  # for ever
    )
    old, letter, quoted, long, ever = made.values()

    # what is over is a list, the day after its last day and not before
    found = queries.kept_papers(who["dang"], Wanted(state="due"), on=date(2025, 12, 31))
    assert [one.paper.title for one in found] == ["调查报告"]
    found = queries.kept_papers(who["dang"], Wanted(state="due"), on=date(2026, 1, 1))
    assert {one.paper.title for one in found} == {"调查报告", "催收函", "报价底稿"}

    # nobody destroys before the term is over, nor what is kept for ever
    with pytest.raises(errors.NotDueYet) as early:
        retention.draw_up(actor=who["dang"], on=TODAY, reasons={long.label: "x"}, title="清理")
    assert early.value.params["ends_on"] == date(2045, 12, 31)
    with pytest.raises(errors.KeptForEver):
        retention.draw_up(actor=who["dang"], on=TODAY, reasons={ever.label: "x"}, title="清理")

    # the group looks at all three: one is kept longer, two may go
    labels = [old.label, letter.label, quoted.label]
    group = retention.open_appraisal(
        actor=who["dang"], on=TODAY, title="2026 年到期鉴定", members=["dang", "cha"], labels=labels
    )
    retention.give_opinions(
        actor=who["cha"], on=TODAY, appraisal_id=group.pk,
        opinions=[
            Opinion(old.label, "destroy", "已无参考价值"),
            Opinion(letter.label, "keep", "仍有往来", "D5"),
        ],
    )  # fmt: skip
    with pytest.raises(errors.AppraisalInvalid):  # one has no opinion yet
        retention.close_appraisal(actor=who["dang"], on=TODAY, appraisal_id=group.pk)
    retention.give_opinions(
        actor=who["dang"], on=TODAY, appraisal_id=group.pk,
        opinions=[Opinion(quoted.label, "destroy", "业务已终结")],
    )  # fmt: skip
    drawn = retention.close_appraisal(actor=who["dang"], on=TODAY, appraisal_id=group.pk)
    kept = queries.kept_of(letter.pk)
    assert kept is not None
    assert kept.ends_on == date(2031, 12, 31)

    # a mixed choice is two lists: the secret one is the general manager's alone, the other the deputy's too
    ordinary, secret = sorted(drawn, key=lambda one: one.chain)
    assert (ordinary.chain, secret.chain) == ("ordinary", "secret")
    for one in drawn:
        retention.submit(actor=who["dang"], on=TODAY, no=one.no)
    with pytest.raises(NotYourTurn):
        approve(who["fu"], secret)
    assert approve(who["fu"], ordinary).state == "approved"
    assert approve(who["zong"], secret).state == "approved"

    # the archivist is no witness; two different people are, one of the department
    with pytest.raises(errors.SupervisorsInvalid):
        name(who["zong"], ordinary, "dang", "jian")
    with pytest.raises(errors.SupervisorsInvalid):
        name(who["zong"], ordinary, "jian", "jian")
    with pytest.raises(errors.MayNotName):
        name(who["du"], ordinary, "jian", "cha")
    name(who["zong"], ordinary, "jian", "cha")

    # the papers are compared with the list; what is not on it goes back
    with pytest.raises(errors.TallyOpen):
        retention.execute(actor=who["dang"], on=TODAY, no=ordinary.no, done=DONE)
    with pytest.raises(errors.NotOnList):
        retention.scan(actor=who["dang"], on=TODAY, no=ordinary.no, label=letter.label)
    retention.scan(actor=who["dang"], on=TODAY, no=ordinary.no, label=old.label)

    # a hold wins over everything that was decided
    held = retention.hold(
        actor=who["zong"], on=TODAY, kind="dossier", name=old.dossier.no, reason="法院调取证据"
    )
    with pytest.raises(errors.HeldBack) as refused:
        retention.execute(actor=who["dang"], on=TODAY, no=ordinary.no, done=DONE)
    assert "法院调取证据" in str(refused.value)
    assert archive.has_bytes(old.document.sha256)
    retention.release(actor=who["zong"], on=TODAY, hold_id=held.pk, reason="调取完毕")

    # gone: the bytes, the paper; the stub, the register and the trail stay
    with django_capture_on_commit_callbacks(execute=True):
        retention.execute(actor=who["dang"], on=TODAY, no=ordinary.no, done=DONE)
    old.refresh_from_db()
    assert old.state == "destroyed"
    assert old.number
    assert old.document.sha256
    assert not archive.has_bytes(old.document.sha256)
    assert archive.has_bytes(quoted.document.sha256)  # approved, not destroyed yet
    entry = Registered.objects.get()
    assert entry.told["number"] == old.number
    assert entry.told["sha256"] == old.document.sha256
    with pytest.raises(PaperGone):
        dossiers.withdraw_paper(actor=who["dang"], on=TODAY, label=old.label, why="x")

    # both sign; the certificate is kept and never replaced
    certificate = Upload("XH.txt", "销毁证明".encode())
    with pytest.raises(errors.SignaturesMissing):
        retention.seal_certificate(actor=who["dang"], on=TODAY, no=ordinary.no, upload=certificate)
    with pytest.raises(errors.NotSupervisor):
        retention.sign(actor=who["zong"], on=TODAY, no=ordinary.no)
    for login in ("jian", "cha"):
        retention.sign(actor=who[login], on=TODAY, no=ordinary.no)
    assert (
        queries.destruction(who["jian"], ordinary.no, on=TODAY).state == "destroyed"
    )  # who watched it sees it
    retention.seal_certificate(actor=who["dang"], on=TODAY, no=ordinary.no, upload=certificate)
    with pytest.raises(errors.RegisterKept):
        retention.seal_certificate(actor=who["dang"], on=TODAY, no=ordinary.no, upload=certificate)

    # the register shows what is done to it
    assert queries.verify_register() == register.RegisterCheck(1)
    Line.objects.filter(pk=entry.line_id).update(title="别的")
    assert queries.verify_register().broken == 1

    # whoever is not cleared for the secret list has never heard of it
    assert {one.no for one in queries.destructions(who["ban"], on=TODAY)} == {ordinary.no, secret.no}
    plain = replace(who["jian"], permits=frozenset({"*.read"}), scope=who["dang"].scope)
    assert [one.no for one in queries.destructions(plain, on=TODAY)] == [ordinary.no]
    with pytest.raises(errors.ListUnknown):
        queries.destruction(plain, secret.no, on=TODAY)
    acts_told = set(Entry.objects.filter(subject=f"destruction:{ordinary.no}").values_list("act", flat=True))
    assert {
        "retention.draw_up",
        "retention.submit",
        "retention.destroy",
        "retention.sign_destruction",
    } <= acts_told


@pytest.mark.req("C05")
def test_what_was_destroyed_stays_gone_after_a_restore(
    django_capture_on_commit_callbacks: Committing,
) -> None:
    who = people()
    made = papers(
        ("甲", "public", date(2010, 1, 1), "D10"),
        ("乙", "public", date(2010, 1, 1), "D10"),
    )
    paper = made["甲"]
    sha256, before = paper.document.sha256, archived()
    (drawn,) = retention.draw_up(actor=who["dang"], on=TODAY, reasons={paper.label: "期满"}, title="清理")
    retention.submit(actor=who["dang"], on=TODAY, no=drawn.no)
    approve(who["fu"], drawn)
    name(who["zong"], drawn, "jian", "cha")
    retention.scan(actor=who["dang"], on=TODAY, no=drawn.no, label=paper.label)
    with django_capture_on_commit_callbacks(execute=True):
        retention.execute(actor=who["dang"], on=TODAY, no=drawn.no, done=DONE)
    assert sha256 not in archived()

    # a backup is put back: the row is in force again, and its bytes lie there
    type(paper).objects.filter(pk=paper.pk).update(state="in_force")
    path = Path(settings.ARCHIVE_FOLDER, sha256[:2], sha256)
    path.write_bytes(before[sha256])

    with django_capture_on_commit_callbacks(execute=True):
        assert retention.reapply(actor=system_actor(), on=TODAY) == {"paper": 1}

    paper.refresh_from_db()
    assert paper.state == "destroyed"
    assert sha256 not in archived()
    assert retention.reapply(actor=system_actor(), on=TODAY) == {"paper": 0}
    assert made["乙"].document.sha256 in archived()

    # one of the two lists alone is enough; a list shows what is done to it
    Path(settings.ARCHIVE_FOLDER, settings.GONE_LIST).unlink()
    assert [one.key.partition("|")[0] for one in queries.gone("paper")] == [paper.label]
    lying = Path(settings.HOME, settings.GONE_LIST)
    lying.write_text(lying.read_text("utf-8").replace("destruction:", "destroyed:"), "utf-8")
    with pytest.raises(errors.GoneListAltered):
        retention.reapply(actor=system_actor(), on=TODAY)


def name(actor: Any, drawn: Destruction, department: str, other: str) -> None:
    """Name two people to watch."""
    retention.name_supervisors(actor=actor, on=TODAY, no=drawn.no, department=department, others=[other])


def archived() -> dict[str, bytes]:
    """What lies in the folder of the archive, by hash."""
    found = Path(settings.ARCHIVE_FOLDER).rglob("*")
    return {path.name: path.read_bytes() for path in found if path.is_file() and len(path.name) == 64}
