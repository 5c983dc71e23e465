"""An insurer keeps customers' information (INS); extracts to outsiders of every pack."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.facts.privacy.world import BOSS, KEEPER, adopt, guest, insured, paper
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.money import Money
from xinheng.facts.privacy import errors, policy, queries
from xinheng.facts.privacy import services as acts
from xinheng.facts.privacy.models import Extract, Sharing
from xinheng.facts.privacy.values import NewAgreement, NewDealing, NewExtract, NewPartner, NewPerson, Shared

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 30)
LATER = date(2026, 7, 1)


@pytest.mark.req("INS-01", "INS-02", "INS-06")
def test_ways_are_fixed_and_a_withdrawal_stops_marketing_at_once_but_no_running_claim() -> None:
    adopt("ins")
    with pytest.raises(errors.WayNotListed):
        insured(DAY, way="phone")
    together = NewPerson("ins", "insured", "王五", NewAgreement(("claims", "marketing"), "form", "insured"))
    with pytest.raises(errors.ConsentNotSeparate):
        acts.register_person(actor=KEEPER, on=DAY, new=together)
    person = insured(DAY)
    subject = queries.subject_of(person)
    told: dict[str, Any] = {"actor": KEEPER, "on": DAY, "person_no": person.no}
    acts.tell_dealing(**told, new=NewDealing("claim", DAY, Money.of("12000"), "车险理赔", is_open=True))
    assert queries.may_use(subject, "marketing", DAY)
    acts.withdraw_consent(**told, purpose="marketing", why="不要再打电话")
    acts.withdraw_consent(**told, purpose="claims")
    assert not queries.may_use(subject, "marketing", DAY)  # at once
    assert queries.may_use(subject, "claims", DAY)  # what runs goes on
    claim = queries.own_file(person, on=DAY).dealings[0]
    acts.end_dealing(actor=KEEPER, on=LATER, dealing_id=claim.pk, ended_on=LATER)
    assert not queries.may_use(subject, "claims", LATER)
    late = acts.tell_dealing(
        actor=KEEPER,
        on=LATER,
        person_no=person.no,
        new=NewDealing("claim", LATER, text="新报案", is_open=True),
    )
    assert late.ended_on is None
    assert not queries.may_use(subject, "claims", LATER)  # begun after the withdrawal
    with pytest.raises(errors.ConsentRequired):
        acts.withdraw_consent(**told, purpose="marketing")
    assert queries.usable([person.pk], "underwriting", DAY) == set()


@pytest.mark.req("INS-04")
def test_data_goes_to_a_partner_only_under_an_agreement_that_covers_it() -> None:
    adopt("ins")
    person = insured(DAY, purposes=("claims", "reinsurance"))
    told: dict[str, Any] = {"actor": KEEPER, "on": DAY}
    new = NewPartner("ins", "某再保险公司", "BM-01", ("reinsurance",), ("mobile",), date(2026, 1, 1), DAY)
    partner = acts.tell_partner(**told, new=new, paper=paper())
    shared = Shared((person.no,), "reinsurance", ("mobile",), "加密光盘")
    assert len(acts.share(**told, partner_id=partner.pk, what=shared)) == 1  # the last day holds
    other = insured(DAY)
    for wrong, refusal in (
        (Shared((person.no,), "claims", ("mobile",), "x"), errors.AgreementMissing),
        (Shared((person.no,), "reinsurance", ("address",), "x"), errors.AgreementMissing),
        (Shared((person.no, other.no), "reinsurance", ("mobile",), "x"), errors.ConsentRequired),
        (Shared((guest(DAY).no,), "reinsurance", ("mobile",), "x"), errors.PersonUnknown),
    ):
        with pytest.raises(refusal):
            acts.share(**told, partner_id=partner.pk, what=wrong)
    with pytest.raises(errors.AgreementMissing):
        acts.share(actor=KEEPER, on=LATER, partner_id=partner.pk, what=shared)
    line = Sharing.objects.get()
    assert (line.person, line.purpose, line.items, line.on, line.by) == (
        person, "reinsurance", ["mobile"], DAY, "keeper",
    )  # fmt: skip
    assert Entry.objects.filter(act="privacy.share", subject=f"individual:{person.no}").count() == 1


@pytest.mark.req("INS-05", "INS-03")
def test_a_contract_that_is_alive_keeps_the_data_from_destruction() -> None:
    adopt("ins", on=date(2025, 7, 1))
    person = insured(DAY)
    acts.tell_dealing(
        actor=KEEPER,
        on=DAY,
        person_no=person.no,
        new=NewDealing("contract", DAY, text="寿险保单", is_open=True),
    )
    asked = acts.ask_erasure(actor=KEEPER, on=DAY, person_no=person.no, cause="purpose", why="客户注销账号")
    acts.decide_erasure(actor=BOSS, on=DAY, erasure_id=asked.pk, approves=True)
    assert acts.carry_out_erasure(actor=KEEPER, on=DAY, erasure_id=asked.pk).holds == ["contract"]
    risk = next(
        one for one in queries.dues(KEEPER, since=DAY, until=LATER) if one.subject == "scheme:ins:risk"
    )
    assert (risk.due_on, risk.is_assumed, risk.is_late(LATER)) == (date(2025, 7, 1), True, True)


@pytest.mark.req("INS-07", "C42")
def test_an_extract_holds_the_range_asked_for_and_nothing_else() -> None:
    adopt("ins")
    person, beside = insured(DAY), insured(DAY)
    for one, days in ((person, (date(2026, 3, 31), date(2026, 4, 1), DAY)), (beside, (date(2026, 5, 1),))):
        for day in days:
            acts.tell_dealing(
                actor=KEEPER, on=DAY, person_no=one.no, new=NewDealing("claim", day, Money.of("1"))
            )
    range_of = {"from_on": date(2026, 4, 1), "until_on": DAY}
    new = NewExtract(
        "ins", "supervisor", "监管局", "检查", "监管办法第8条", (person.no,), ("mobile",), **range_of
    )
    asked = acts.ask_extract(actor=KEEPER, on=DAY, new=new)
    with pytest.raises(errors.ExtractStands):
        acts.give_extract(actor=KEEPER, on=DAY, extract_id=asked.pk, content=b"x", rows=1)
    with pytest.raises(errors.AnotherMustDecide):
        acts.decide_extract(actor=KEEPER, on=DAY, extract_id=asked.pk, grants=True)
    acts.decide_extract(actor=BOSS, on=DAY, extract_id=asked.pk, grants=True)
    shown = queries.dealings_of(asked)
    assert {one.person for one in shown} == {person}
    assert sorted(one.on for one in shown) == [date(2026, 4, 1), DAY]
    given = acts.give_extract(actor=KEEPER, on=DAY, extract_id=asked.pk, content=b"x", rows=3)
    assert (given.state, given.rows, len(given.given_sha256), given.invoice_line) == ("given", 3, 64, "")


@pytest.mark.req("STC-05", "SIX-17", "PWR-34")
def test_outside_requests_need_a_letter_a_consent_and_a_place_in_the_document() -> None:
    agreed = NewAgreement(("share",), "form", "payer", ("share",))
    told: dict[str, Any] = {"actor": KEEPER, "on": DAY}
    user = acts.register_person(**told, new=NewPerson("pwr", "household", "用户甲", agreed))
    silent = acts.register_person(
        **told, new=NewPerson("pwr", "household", "用户乙", NewAgreement(("dealings",), "form", "payer"))
    )

    def asked(scheme: str, kind: Any, person: str, **more: Any) -> Extract:
        new = NewExtract(
            scheme, kind, "银行", "查询", more.pop("rests_on", "书面授权"), (person,), (), DAY, DAY, **more
        )
        return acts.ask_extract(**told, new=new)

    with pytest.raises(errors.ConsentRequired):
        asked("pwr", "paid", silent.no, fee=Money.of("20"))
    with pytest.raises(errors.LetterMissing):  # without a legal basis
        asked("pwr", "paid", user.no, fee=Money.of("20"), rests_on=" ")
    with pytest.raises(errors.PrivacyInvalid):  # paid provision without its fee
        asked("pwr", "paid", user.no)
    paid = asked("pwr", "paid", user.no, fee=Money.of("20.50"))
    acts.decide_extract(actor=BOSS, on=DAY, extract_id=paid.pk, grants=True)
    given = acts.give_extract(**told, extract_id=paid.pk, content=b"x", rows=1)
    assert "20.50" in given.invoice_line
    for code in ("general", "hpt", "ins", "pwr", "stc"):  # off by default
        assert "service" not in policy.in_force(code, DAY).extracts

    person = acts.register_person(
        **told, new=NewPerson("stc", "customer", "客户丙", NewAgreement(("statistics",), "form", "customer"))
    )
    for missing in ({}, {"letter_no": "介字1号"}, {"letter_no": "介字1号", "letter_from": "上级主管部门"}):
        with pytest.raises(errors.LetterMissing):
            asked("stc", "letter", person.no, **missing)
    letter = {"letter_no": "介字1号", "letter_from": "上级主管部门", "paper": paper("介绍信.txt")}
    assert asked("stc", "letter", person.no, **letter).state == "asked"
    assert Extract.objects.count() == 2


def test_a_document_that_is_wrong_is_refused_with_its_line() -> None:
    text = (policy.Path(policy.settings.PACKS_DIR) / "hpt" / "privacy.yaml").read_text("utf-8")
    policy.check(text)
    with pytest.raises(errors.PrivacyRulesInvalid, match=r"line \d+|第\s*\d+"):
        policy.check(text.replace("partners: never", "partners: always"))
    with pytest.raises(errors.PrivacyRulesInvalid, match="religion"):
        policy.check(text.replace("code: taste", "code: religion"))
    with pytest.raises(errors.SchemeUnknown):
        policy.in_force("../hpt", DAY)
