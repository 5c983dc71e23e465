"""Policy documents are adopted by version, hold by day, and are never edited."""

from __future__ import annotations

from datetime import date

import pytest

from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries, services
from xinheng.base.packs.errors import (
    PolicyDayTaken,
    PolicyHeaderInvalid,
    PolicyKindUnknown,
    PolicyNotInForce,
    PolicyUnknown,
    PolicyVersionExists,
)
from xinheng.base.packs.models import PolicyDocument
from xinheng.judgements.policies.errors import PolicyInvalid

pytestmark = pytest.mark.django_db
START = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def _kind() -> None:
    services.own("sample", lambda _text: None)


def adopt(chief: Actor, version: str, effective_from: date, extra: str = "") -> PolicyDocument:
    text = f'kind: sample\ncode: terms\nversion: "{version}"\nname: {{zh: 条件, en: Terms}}\n{extra}'
    further = PolicyDocument.objects.filter(code="terms").exclude(version=version).exists()
    return services.adopt(
        actor=chief, on=START, kind="sample", text=text, effective_from=effective_from,
        past_chain_why="紧急" if further else "",
    )  # fmt: skip


@pytest.mark.req("ADV-03", "RR-11")
def test_a_new_version_ends_the_one_before_from_its_day(chief: Actor) -> None:
    adopt(chief, "1", START)
    adopt(chief, "2", date(2026, 7, 1))

    assert queries.in_force("sample", "terms", on=date(2026, 6, 30)).version == "1"
    assert queries.in_force("sample", "terms", on=date(2026, 7, 1)).version == "2"
    assert queries.version("sample", "terms", "1").effective_until == date(2026, 7, 1)


@pytest.mark.req("RR-11")
def test_a_version_adopted_between_two_others_holds_between_them(chief: Actor) -> None:
    adopt(chief, "1", START)
    adopt(chief, "3", date(2026, 9, 1))
    adopt(chief, "2", date(2026, 5, 1))

    held = [queries.in_force("sample", "terms", on=date(2026, month, 1)).version for month in (4, 5, 8, 9)]
    assert held == ["1", "2", "2", "3"]


@pytest.mark.req("ADV-03")
def test_no_version_on_a_day_is_refused(chief: Actor) -> None:
    adopt(chief, "1", START)

    with pytest.raises(PolicyNotInForce):
        queries.in_force("sample", "terms", on=date(2025, 12, 31))
    with pytest.raises(PolicyUnknown):
        queries.version("sample", "terms", "9")


def test_adopting_the_same_again_changes_nothing_and_another_text_is_refused(chief: Actor) -> None:
    first = adopt(chief, "1", START)

    assert adopt(chief, "1", START) == first
    assert PolicyDocument.objects.count() == 1
    with pytest.raises(PolicyVersionExists):
        adopt(chief, "1", START, extra="more: 1\n")
    with pytest.raises(PolicyDayTaken):
        adopt(chief, "2", START)
    assert queries.version("sample", "terms", "1").text == first.text


def test_adoption_is_on_the_trail_and_needs_the_right(chief: Actor, reader: Actor) -> None:
    adopt(chief, "1", START)

    entry = Entry.objects.get(act="policies.adopt")
    assert (entry.subject, entry.actor_login) == ("policy:terms@1", "chief")
    with pytest.raises(AccessDenied):
        adopt(reader, "2", date(2026, 7, 1))
    assert PolicyDocument.objects.count() == 1


def test_a_document_nobody_can_check_is_refused(chief: Actor) -> None:
    with pytest.raises(PolicyKindUnknown):
        services.adopt(actor=chief, on=START, kind="magic", text="kind: magic", effective_from=START)
    for text in ("", "[1, 2]", "kind: sample", "kind: [", "kind: sample\ncode: x\nversion: 1\n"):
        with pytest.raises(PolicyHeaderInvalid):
            services.adopt(actor=chief, on=START, kind="sample", text=text, effective_from=START)
    assert not PolicyDocument.objects.exists()


def test_a_rating_policy_is_checked_before_it_is_kept(chief: Actor) -> None:
    shipped = next(pack.text for pack in services.shipped() if pack.header.code == "general")
    wrong = shipped.replace("months_since_sale > stopped_months", "no_such_thing > 1")

    with pytest.raises(PolicyInvalid, match="no_such_thing"):
        services.adopt(actor=chief, on=START, kind="rating", text=wrong, effective_from=START)
    assert not PolicyDocument.objects.exists()


@pytest.mark.req("RR-11")
def test_the_shipped_packs_asked_for_are_adopted_once(chief: Actor) -> None:
    told = {"actor": chief, "on": START, "effective_from": START, "codes": ("net", "adv")}
    adopted = services.adopt_shipped(**told)

    assert [document.code for document in adopted] == ["adv", "net"]
    assert services.adopt_shipped(**told) == []
    left = [pack.header.code for pack in queries.not_adopted("rating")]
    assert "general" in left
    assert not {"adv", "net"} & set(left)
    assert queries.in_force("rating", "adv", on=START).name == "客户信用等级管理制度（垫资）"


def test_a_pack_that_is_not_shipped_is_refused_and_nothing_is_adopted(chief: Actor) -> None:
    with pytest.raises(PolicyUnknown):
        services.adopt_shipped(actor=chief, on=START, effective_from=START, codes=("zzz",))
    assert not PolicyDocument.objects.exists()
