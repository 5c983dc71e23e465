"""A policy is drafted beside the versions, approved by others, and holds from its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from xinheng.base.access import services as access
from xinheng.base.access.errors import AccessDenied
from xinheng.base.access.models import Person
from xinheng.base.approvals import queries as minutes
from xinheng.base.approvals import services as approvals
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, Scope, system_actor
from xinheng.base.packs import approving, queries, services
from xinheng.base.packs.errors import (
    ChainNeeded,
    DayGoneBy,
    DraftChanged,
    DraftClosed,
    DrafterMayNotApprove,
    DraftReasonMissing,
    DraftUnknown,
    DraftUnreadable,
    PolicyChainInvalid,
    PolicyDayTaken,
    PolicyVersionExists,
)
from xinheng.base.packs.models import PolicyDocument, PolicyDraft, PolicyRevision

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 1)
JULY_20 = date(2026, 7, 20)


@pytest.fixture(autouse=True)
def _kind() -> None:
    services.own("sample", lambda _text: None)


def text(version: str, extra: str = "") -> str:
    return f'kind: sample\ncode: terms\nversion: "{version}"\nname: {{zh: 条件, en: Terms}}\n{extra}'


@pytest.fixture
def people(db: None) -> dict[str, Actor]:
    """林 drafts, 王 sells, 陈 and 周 approve."""
    actor, on = system_actor(), date(2026, 1, 1)
    access.load_shipped_roles(actor=actor, on=on)
    access.create_unit(actor=actor, on=on, code="HQ", name="总部", kind="company")
    for login, role in (("lin", "credit_manager"), ("wang", "salesperson"), ("chen", "approver")):
        access.create_person(
            actor=actor, on=on, login=login, name=login, password="长江-river-2026", role=role, unit="HQ"
        )
    services.adopt(actor=actor, on=on, kind="sample", text=text("1"), effective_from=on)
    people = Person.objects.filter(login__in=["lin", "wang", "chen"])
    return {one.login: access.actor_of(one, on=TODAY) for one in people}


def begun(actor: Actor, version: str = "2", **more: Any) -> PolicyDraft:
    return services.begin_draft(actor=actor, on=TODAY, kind="sample", text=text(version), **more)


def saved(actor: Actor, draft: PolicyDraft, revision: int, words: str) -> PolicyDraft:
    return services.save_draft(actor=actor, on=TODAY, draft_id=draft.pk, revision=revision, text=words)


def submitted(actor: Actor, draft: PolicyDraft, day: date = JULY_20, **more: Any) -> PolicyDraft:
    return services.submit_draft(
        actor=actor, on=TODAY, draft_id=draft.pk, revision=draft.revision, effective_from=day, **more
    )


def decided(actor: Actor, draft: PolicyDraft, on: date = TODAY, **told: str) -> PolicyDraft:
    request = minutes.of_subject("policy", f"draft:{draft.pk}").first()
    assert request
    approvals.decide(actor=actor, on=on, request_id=request.pk, **told)  # type: ignore[arg-type]
    return PolicyDraft.objects.get(pk=draft.pk)


def in_force(on: date) -> str:
    return queries.in_force("sample", "terms", on=on).version


@pytest.mark.req("ADV-03", "FOU-01", "RR-11")
def test_a_draft_is_approved_by_another_and_holds_from_its_day(people: dict[str, Actor]) -> None:
    draft = saved(people["lin"], begun(people["lin"], started_from="terms@1"), 1, text("2", "a: 1\n"))
    assert in_force(JULY_20) == "1"

    submitted(people["lin"], draft)
    assert in_force(JULY_20) == "1"  # submitted is not approved
    done = decided(people["chen"], draft, decision="approve")

    assert (done.state, done.ended_by) == ("adopted", "chen")
    assert (in_force(JULY_20 - timedelta(days=1)), in_force(JULY_20)) == ("1", "2")
    assert queries.version("sample", "terms", "1").effective_until == JULY_20
    assert queries.version("sample", "terms", "2").text == text("2", "a: 1\n")
    assert queries.version("sample", "terms", "1").text == text("1")
    acts = list(
        Entry.objects.filter(subject=f"draft:{draft.pk}", act__startswith="policies")
        .values_list("act", flat=True)
        .order_by("pk")
    )
    assert acts == ["policies.begin_draft", "policies.save_draft", "policies.submit_draft"]


@pytest.mark.req("FOU-01", "RR-17")
def test_whoever_wrote_a_revision_neither_approves_nor_adopts_it(people: dict[str, Actor]) -> None:
    chen = people["chen"]
    other = Actor(login="chen2", name="x", permits=frozenset({"*"}), scope=Scope("everything"))
    draft = saved(chen, begun(chen), 1, text("2", "b: 1\n"))
    submitted(people["lin"], draft)  # who reaches everything may submit it

    with pytest.raises(DrafterMayNotApprove):
        decided(chen, draft, decision="approve")
    with pytest.raises(DrafterMayNotApprove):
        services.adopt(actor=chen, on=TODAY, kind="sample", text=text("2", "b: 1\n"), effective_from=JULY_20)
    assert PolicyDocument.objects.filter(code="terms").count() == 1
    services.adopt(
        actor=other, on=TODAY, kind="sample", text=text("2", "b: 1\n"), effective_from=JULY_20,
        past_chain_why="监管要求",
    )  # fmt: skip


def test_a_copied_text_is_nobodys_own_work(people: dict[str, Actor]) -> None:
    begun(people["lin"], started_from="shipped:terms")

    lin = replace(people["lin"], permits=people["lin"].permits | {"emergency.adopt"})
    services.adopt(
        actor=lin, on=TODAY, kind="sample", text=text("2"), effective_from=JULY_20, past_chain_why="监管要求"
    )
    assert in_force(JULY_20) == "2"


@pytest.mark.req("ADV-03", "FOU-01", "SAP-21")
def test_a_further_version_is_not_adopted_but_through_the_chain(people: dict[str, Actor]) -> None:
    told: dict[str, Any] = {"on": TODAY, "kind": "sample", "text": text("2"), "effective_from": JULY_20}
    for actor in (people["chen"], people["lin"], system_actor()):
        with pytest.raises(ChainNeeded, match="terms"):
            services.adopt(actor=actor, **told)
        with pytest.raises(ChainNeeded):
            services.adopt(actor=actor, **told, past_chain_why="  ")
    assert in_force(JULY_20) == "1"
    assert services.adopt(actor=people["chen"], **{**told, "text": text("1")}).version == "1"  # kept already

    submitted(people["lin"], begun(people["lin"]))
    decided(people["chen"], PolicyDraft.objects.get(), decision="approve")
    assert in_force(JULY_20) == "2"


@pytest.mark.req("ADV-03")
def test_in_an_emergency_it_takes_a_right_of_its_own_and_the_reason_is_on_the_trail(
    people: dict[str, Actor],
) -> None:
    told: dict[str, Any] = {"on": TODAY, "kind": "sample", "text": text("2"), "effective_from": JULY_20}
    for login in ("chen", "lin"):  # who may adopt and approve, and who manages policies
        with pytest.raises(AccessDenied):
            services.adopt(actor=people[login], **told, past_chain_why="监管要求")
    assert in_force(JULY_20) == "1"

    services.adopt(actor=system_actor(), **told, past_chain_why="监管要求")

    assert in_force(JULY_20) == "2"
    (entry,) = Entry.objects.filter(act="policies.adopt_past_chain")
    assert (entry.subject, entry.reason) == ("policy:terms@2", "监管要求")


@pytest.mark.req("FOU-09")
def test_a_salesperson_proposes_and_a_rejected_proposal_is_kept_with_its_reason(
    people: dict[str, Actor],
) -> None:
    draft = begun(people["wang"])
    with pytest.raises(DraftReasonMissing):
        services.propose_draft(actor=people["wang"], on=TODAY, draft_id=draft.pk, purpose=" ")
    services.propose_draft(actor=people["wang"], on=TODAY, draft_id=draft.pk, purpose="新市场")
    with pytest.raises(AccessDenied):
        services.reject_proposal(actor=people["wang"], on=TODAY, draft_id=draft.pk, reason="x")
    with pytest.raises(DraftReasonMissing):
        services.reject_proposal(actor=people["lin"], on=TODAY, draft_id=draft.pk, reason="")
    services.reject_proposal(actor=people["lin"], on=TODAY, draft_id=draft.pk, reason="依据不足")

    kept = queries.draft(people["wang"], draft.pk)
    assert (kept.state, kept.purpose, kept.ended_why, kept.ended_by) == (
        "rejected",
        "新市场",
        "依据不足",
        "lin",
    )
    assert PolicyRevision.objects.get(draft=draft).text == text("2")
    with pytest.raises(DraftClosed):
        saved(people["wang"], draft, 1, text("3"))


@pytest.mark.req("FOU-09")
def test_finance_revises_a_proposal_and_the_proposer_is_still_its_drafter(people: dict[str, Actor]) -> None:
    draft = begun(people["wang"])
    services.propose_draft(actor=people["wang"], on=TODAY, draft_id=draft.pk, purpose="新市场")
    saved(people["lin"], draft, 1, text("2", "c: 1\n"))
    draft.refresh_from_db()
    submitted(people["lin"], draft)

    assert decided(people["chen"], draft, decision="approve").state == "adopted"
    assert (draft.drafted_by, in_force(JULY_20)) == ("wang", "2")


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(
    people: dict[str, Actor], chief: Actor
) -> None:
    draft = begun(people["lin"])
    saved(chief, draft, 1, text("2", "first: 1\n"))
    with pytest.raises(DraftChanged) as refusal:
        saved(people["lin"], draft, 1, text("2", "second: 1\n"))

    assert refusal.value.params == {"login": "chief", "revision": 2}
    assert [one.number for one in queries.revisions(draft.pk)] == [2, 1]
    assert "first" in queries.revisions(draft.pk)[0].text


def test_saving_the_same_text_makes_no_revision_and_an_earlier_one_comes_back(
    people: dict[str, Actor],
) -> None:
    lin, draft = people["lin"], begun(people["lin"])
    assert saved(lin, draft, 1, text("2")).revision == 1
    saved(lin, draft, 1, text("2", "x: 1\n"))
    back = services.restore_draft(actor=lin, on=TODAY, draft_id=draft.pk, revision=2, number=1)

    assert back.revision == 3
    assert [one.text for one in queries.revisions(draft.pk)] == [text("2"), text("2", "x: 1\n"), text("2")]


def typed(actor: Actor, draft: PolicyDraft, revision: int, words: str) -> PolicyDraft:
    return services.save_draft(
        actor=actor, on=TODAY, draft_id=draft.pk, revision=revision, text=words, is_kept=False
    )


def test_what_is_saved_while_typing_gives_way_to_the_next_and_to_a_save(
    people: dict[str, Actor], chief: Actor
) -> None:
    lin, draft = people["lin"], begun(people["lin"])
    typed(lin, draft, 1, text("2", "a: 1\n"))
    assert typed(lin, draft, 2, text("2", "a: 12\n")).revision == 3
    assert [(one.number, one.is_kept) for one in queries.revisions(draft.pk)] == [(3, False), (1, True)]

    with pytest.raises(DraftChanged):  # who saw an earlier one overwrites nothing
        typed(chief, draft, 2, text("2", "mine: 1\n"))
    typed(chief, draft, 3, text("2", "b: 1\n"))
    assert [(one.number, one.saved_by) for one in queries.revisions(draft.pk)] == [
        (4, "chief"), (3, "lin"), (1, "lin"),
    ]  # fmt: skip

    kept = saved(chief, draft, 4, text("2", "b: 1\n"))  # the same text, now kept
    assert queries.revisions(draft.pk).get(number=kept.revision).is_kept
    back = services.restore_draft(actor=lin, on=TODAY, draft_id=draft.pk, revision=kept.revision, number=1)
    assert queries.revisions(draft.pk).get(number=back.revision).text == text("2")
    acts = Entry.objects.filter(act="policies.save_draft", subject=f"draft:{draft.pk}")
    assert acts.count() == 4  # one as lin began to type, one as chief did, one save, one that came back


def test_what_cannot_be_kept_is_refused_and_faults_are_kept(people: dict[str, Actor]) -> None:
    lin, draft = people["lin"], begun(people["lin"])
    for wrong in ("a\x00b", "x" * 300_001):
        with pytest.raises(DraftUnreadable):
            saved(lin, draft, 1, wrong)
    assert PolicyDraft.objects.get().revision == 1

    kept = saved(lin, draft, 1, "kind: sample\n  broken: [")
    assert (kept.revision, kept.code, kept.version) == (2, "terms", "2")


def test_drafts_are_seen_and_changed_by_their_drafter_and_those_who_reach_all(
    people: dict[str, Actor], reader: Actor
) -> None:
    mine, theirs = begun(people["wang"]), begun(people["lin"])

    assert list(queries.drafts(people["wang"], "sample")) == [mine]
    assert list(queries.drafts(people["chen"], "sample")) == [theirs, mine]
    assert list(queries.drafts(reader, "sample")) == [theirs, mine]
    with pytest.raises(DraftUnknown):
        queries.draft(people["wang"], theirs.pk)
    with pytest.raises(DraftUnknown):
        saved(people["wang"], theirs, 1, text("3"))
    with pytest.raises(AccessDenied):
        saved(reader, theirs, 1, text("3"))


@pytest.mark.req("ADV-03")
def test_a_day_gone_by_must_be_explained_and_a_taken_day_or_version_is_refused(
    people: dict[str, Actor],
) -> None:
    lin, draft = people["lin"], begun(people["lin"])
    with pytest.raises(DayGoneBy):
        submitted(lin, draft, TODAY - timedelta(days=1))
    with pytest.raises(PolicyDayTaken):
        submitted(lin, draft, date(2026, 1, 1), backdated_why="补发")
    with pytest.raises(PolicyVersionExists):
        submitted(lin, saved(lin, draft, 1, text("1", "other: 1\n")))
    with pytest.raises(DraftChanged):
        services.submit_draft(actor=lin, on=TODAY, draft_id=draft.pk, revision=1, effective_from=JULY_20)
    assert PolicyDraft.objects.get().state == "open"

    draft = saved(lin, draft, 2, text("2"))
    submitted(lin, draft, TODAY - timedelta(days=1), backdated_why="补发")
    assert decided(people["chen"], draft, decision="approve").state == "adopted"
    assert in_force(TODAY - timedelta(days=1)) == "2"


def test_an_approval_that_comes_after_the_day_is_refused(people: dict[str, Actor]) -> None:
    draft = begun(people["lin"])
    submitted(people["lin"], draft)
    with pytest.raises(DayGoneBy):
        decided(people["chen"], draft, on=JULY_20 + timedelta(days=1), decision="approve")


def test_returned_for_correction_it_is_edited_and_submitted_again(people: dict[str, Actor]) -> None:
    lin, draft = people["lin"], begun(people["lin"])
    submitted(lin, draft)
    with pytest.raises(DraftClosed):
        saved(lin, draft, 1, text("2", "late: 1\n"))
    back = decided(people["chen"], draft, decision="return", reason="请写明依据")
    assert (back.state, back.ended_why) == ("open", "请写明依据")

    again = submitted(lin, saved(lin, back, 1, text("2", "why: 1\n")))
    assert again.request_id == back.request_id
    assert decided(people["chen"], again, decision="approve").state == "adopted"
    assert "why" in queries.in_force("sample", "terms", on=JULY_20).text


def test_rejected_in_approval_it_is_kept_and_given_up_it_is_too(people: dict[str, Actor]) -> None:
    lin, draft = people["lin"], begun(people["lin"])
    submitted(lin, draft)
    assert decided(people["chen"], draft, decision="reject", reason="不同意").ended_why == "不同意"
    other = begun(lin, "3")
    assert services.discard_draft(actor=lin, on=TODAY, draft_id=other.pk).state == "discarded"
    assert PolicyDraft.objects.count() == PolicyRevision.objects.count() == 2
    assert PolicyDocument.objects.filter(code="terms").count() == 1


@pytest.mark.req("ADV-03")
def test_the_chain_is_data_a_site_may_replace(
    people: dict[str, Actor], settings: Any, tmp_path: Path
) -> None:
    settings.HOME = tmp_path
    assert [step.roles for step in approving.chain().steps] == [("approver",)]
    own = tmp_path / "policy-chain.yaml"
    steps = "steps:\n- {code: vp, name: 副总经理, name_en: Vice-president, roles: [approver]}\n"
    own.write_text(
        f"{steps}- {{code: gm, name: 总经理, name_en: General manager, roles: [administrator]}}\n", "utf-8"
    )
    assert [step.code for step in approving.chain().steps] == ["vp", "gm"]

    for wrong in (
        "steps: []",
        "steps: [{code: x}]",
        "a: [",
        "steps:\n- {code: x, name: x, name_en: x, roles: []}",
    ):
        own.write_text(wrong, "utf-8")
        with pytest.raises(PolicyChainInvalid):
            submitted(people["lin"], begun(people["lin"]))
    assert not PolicyDraft.objects.filter(state="submitted").exists()


def test_a_text_is_found_by_its_name(people: dict[str, Actor]) -> None:
    draft = begun(people["lin"])

    assert queries.text_named(people["lin"], "sample", "terms@1") == ("terms@1", text("1"))
    assert queries.text_named(people["lin"], "sample", f"draft:{draft.pk}") == (
        f"draft:{draft.pk}#1",
        text("2"),
    )
    assert queries.text_named(people["lin"], "rating", "shipped:adv")[0] == "shipped:adv@1"
    assert queries.text_named(people["lin"], "sample", "terms", on=TODAY) == ("terms@1", text("1"))
    with pytest.raises(queries.PolicyNotInForce):
        queries.text_named(people["lin"], "sample", "terms", on=date(2025, 12, 31))
    with pytest.raises(queries.PolicyNameUnknown, match=r"nothing.*terms"):
        queries.text_named(people["lin"], "sample", "nothing", on=TODAY)
    for wrong in ("terms", "terms@9", "shipped:none", "x:y@1", "draft:²"):
        with pytest.raises((queries.PolicyUnknown, queries.PolicyNameUnknown)):
            queries.text_named(people["lin"], "sample", wrong)
