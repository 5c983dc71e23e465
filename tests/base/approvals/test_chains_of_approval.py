"""A matter goes through its chain in order; the minutes say who decided what, and why."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from tests.base.approvals.conftest import CHAIN, MONDAY, Followed, decide, submit, who
from xinheng.base.access import services as access
from xinheng.base.access.errors import AccessDenied
from xinheng.base.access.models import Person
from xinheng.base.approvals import queries, services
from xinheng.base.approvals.errors import (
    DecidedBefore,
    DecisionInvalid,
    DelegationInvalid,
    DelegationUnknown,
    NotSubmitter,
    NotYourTurn,
    OwnSubmission,
    ReasonMissing,
    RequestEnded,
    RequestKindUnknown,
    RequestNotReturned,
    RequestPending,
    RequestUnknown,
    RoleUnmanned,
)
from xinheng.base.approvals.models import Decision, Request, Wanted
from xinheng.base.approvals.values import Chain, Seat, Step, Title
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.refusal import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("company")]


def inbox_of(login: str) -> list[int]:
    return [request.pk for request in queries.inbox(who(login), on=MONDAY)]


@pytest.mark.req("ADV-13", "RR-17")
def test_a_step_of_several_roles_waits_for_all_of_them_and_the_next_for_the_step(followed: Followed) -> None:
    request = submit()
    assert [inbox_of(login) for login in ("vice", "legal", "finance", "general", "maker")] == [
        *[[request.pk]] * 3,
        [],
        [],
    ]
    with pytest.raises(NotYourTurn):
        decide(request, "general")

    decide(request, "legal")
    decide(request, "vice")
    assert followed.told == []
    with pytest.raises(NotYourTurn):
        decide(request, "general")
    assert inbox_of("legal") == []
    assert inbox_of("finance") == [request.pk]

    decide(request, "finance")
    assert inbox_of("general") == [request.pk]
    ended = decide(request, "general", reason="同意")

    assert (ended.state, ended.ended_on, ended.due_on) == ("approved", MONDAY, None)
    assert [(m.state, m.subject, m.by, m.is_last_step, m.reason) for m in followed.told] == [
        ("approved", "thing:1", "general", True, "同意")
    ]
    assert list(Decision.objects.values_list("step", "role", "by")) == [
        (0, "legal_manager", "legal"),
        (0, "vice_president", "vice"),
        (0, "finance_manager", "finance"),
        (1, "general_manager", "general"),
    ]
    acts = Entry.objects.filter(subject=f"request:{request.pk}").values_list("act", "actor_login")
    assert list(acts.order_by("id")) == [
        ("approvals.submit", "maker"),
        ("approvals.approve", "legal"),
        ("approvals.approve", "vice"),
        ("approvals.approve", "finance"),
        ("approvals.approve", "general"),
    ]


@pytest.mark.req("RR-17")
@pytest.mark.parametrize(("decision", "state"), [("return", "returned"), ("reject", "rejected")])
def test_returning_and_rejecting_need_a_reason_and_one_refusal_ends_it(
    decision: str, state: str, followed: Followed
) -> None:
    request = submit()
    decide(request, "vice")
    for reason in ("", "   "):
        with pytest.raises(ReasonMissing):
            decide(request, "legal", decision, reason=reason)
    assert Request.objects.get().state == "open"

    decide(request, "legal", decision, reason="缺依据")

    assert Request.objects.get().state == state
    assert [(matter.state, matter.reason) for matter in followed.told] == [(state, "缺依据")]
    assert not Wanted.objects.exists()
    with pytest.raises(RequestEnded):
        decide(request, "finance")
    assert Decision.objects.count() == 2


@pytest.mark.req("RR-17")
def test_nobody_decides_on_an_own_submission_even_through_another(company: None) -> None:
    access.assign(actor=system_actor(), on=MONDAY, login="vice", role="analyst", unit="HQ")
    request = submit("vice", chain=Chain((Step("one", "一", "one", ("vice_president", "general_manager")),)))
    assert inbox_of("vice") == []
    with pytest.raises(OwnSubmission):
        decide(request, "vice")
    lend("vice", "stranger")
    assert inbox_of("stranger") == []
    with pytest.raises(OwnSubmission):
        decide(request, "stranger")
    assert not Decision.objects.exists()
    decide(request, "general")
    assert Request.objects.get().state == "approved"


def lend(by: str, taker: str, **other: object) -> object:
    told = {"taker": taker, "from_on": MONDAY, "until_on": date(2026, 3, 9), "reason": "出差", **other}
    return services.delegate(actor=who(by), on=MONDAY, **told)  # type: ignore[arg-type]


@pytest.mark.req("RR-17")
def test_a_step_is_passed_for_somebody_away_only_with_a_delegation_on_record() -> None:
    request = submit()
    with pytest.raises(NotYourTurn):
        decide(request, "stranger")

    lend("legal", "stranger")

    assert inbox_of("stranger") == [request.pk]
    assert queries.seats_of(request, who("stranger"), on=MONDAY) == [Seat("legal_manager", "legal")]
    decide(request, "stranger")
    kept = Decision.objects.get()
    assert (kept.role, kept.by, kept.on_behalf_of) == ("legal_manager", "stranger", "legal")
    entry = Entry.objects.get(act="approvals.delegate")
    assert (entry.subject, entry.reason) == ("person:legal", "出差")
    assert Entry.objects.get(act="approvals.approve").after["on_behalf_of"] == "legal"
    with pytest.raises(NotYourTurn):  # the signature is given: the one away cannot give it again
        decide(request, "legal")


def test_a_delegation_holds_between_its_days_and_only_for_what_the_giver_holds() -> None:
    request = submit()
    kept = lend("legal", "stranger", from_on=date(2026, 3, 4))
    with pytest.raises(NotYourTurn):
        decide(request, "stranger")
    thursday = date(2026, 3, 5)
    seats = queries.seats_of(request, who("stranger", on=thursday), on=thursday)
    assert seats == [Seat("legal_manager", "legal")]
    assert queries.seats_of(request, who("stranger"), on=date(2026, 3, 9)) == []

    services.end_delegation(actor=who("legal"), on=thursday, delegation_id=kept.pk)  # type: ignore[attr-defined]

    assert queries.seats_of(request, who("stranger", on=thursday), on=thursday) == []


def test_what_no_delegation_can_be_is_refused() -> None:
    with pytest.raises(DelegationInvalid):
        lend("legal", "legal")
    with pytest.raises(DelegationInvalid):
        lend("legal", "stranger", until_on=MONDAY)
    with pytest.raises(DelegationInvalid):
        lend("legal", "stranger", role="general_manager")
    with pytest.raises(ReasonMissing):
        lend("legal", "stranger", reason=" ")
    with pytest.raises(AccessDenied):
        lend("stranger", "vice", giver="legal")
    kept = lend("legal", "stranger")
    with pytest.raises(DelegationUnknown):
        services.end_delegation(actor=who("vice"), on=MONDAY, delegation_id=kept.pk)  # type: ignore[attr-defined]


@pytest.mark.req("RR-17")
def test_one_person_signs_once_unless_the_chain_lets_them_repeat() -> None:
    for role in ("legal_manager", "general_manager"):
        access.assign(actor=system_actor(), on=MONDAY, login="vice", role=role, unit="HQ")
    request = submit()
    decide(request, "vice", role="vice_president")
    with pytest.raises(DecidedBefore):
        decide(request, "vice", role="legal_manager")
    decide(request, "legal")
    decide(request, "finance")
    with pytest.raises(DecidedBefore):
        decide(request, "vice")
    assert inbox_of("vice") == []

    again = Chain(
        (
            Step("one", "一", "one", ("vice_president",)),
            Step("two", "二", "two", ("general_manager",), repeat=True),
        )
    )
    other = submit(subject="thing:2", chain=again)
    decide(other, "vice")
    decide(other, "vice")
    assert Request.objects.get(pk=other.pk).state == "approved"


def test_who_lent_a_signature_is_behind_it_too() -> None:
    access.assign(actor=system_actor(), on=MONDAY, login="legal", role="general_manager", unit="HQ")
    lend("legal", "stranger", role="legal_manager")
    request = submit()
    decide(request, "stranger")
    decide(request, "vice")
    decide(request, "finance")
    with pytest.raises(DecidedBefore):
        decide(request, "legal")


def test_a_returned_matter_comes_again_from_the_first_step_with_new_signatures(followed: Followed) -> None:
    request = submit()
    decide(request, "vice")
    decide(request, "legal", "return", reason="补充材料")
    with pytest.raises(NotSubmitter):
        services.resubmit(actor=submitter("stranger"), on=MONDAY, request_id=request.pk)

    services.resubmit(actor=who("maker"), on=MONDAY, request_id=request.pk)

    assert [matter.state for matter in followed.told] == ["returned", "open"]
    assert inbox_of("vice") == [request.pk]
    for login in ("vice", "legal", "finance", "general"):
        decide(request, login)
    assert Request.objects.get().state == "approved"
    assert list(queries.minutes_of(request).values_list("round", "by", "decision"))[:3] == [
        (1, "vice", "approve"),
        (1, "legal", "return"),
        (2, "vice", "approve"),
    ]
    with pytest.raises(RequestNotReturned):
        services.resubmit(actor=who("maker"), on=MONDAY, request_id=request.pk)


def submitter(login: str):  # type: ignore[no-untyped-def]
    access.assign(actor=system_actor(), on=MONDAY, login=login, role="analyst", unit="HQ")
    return who(login)


def test_the_submitter_takes_back_what_is_not_decided_yet(followed: Followed) -> None:
    request = submit()
    with pytest.raises(ReasonMissing):
        services.withdraw(actor=who("maker"), on=MONDAY, request_id=request.pk, reason="")
    with pytest.raises(NotSubmitter):
        services.withdraw(actor=submitter("stranger"), on=MONDAY, request_id=request.pk, reason="x")
    services.withdraw(actor=who("maker"), on=MONDAY, request_id=request.pk, reason="名单有误")
    assert [matter.state for matter in followed.told] == ["withdrawn"]
    with pytest.raises(RequestEnded):
        decide(request, "vice")
    assert submit().pk != request.pk  # the subject may come again


def test_steps_are_due_in_working_days_and_the_day_itself_is_in_time() -> None:
    request = submit()
    assert request.due_on == date(2026, 3, 9)  # five working days after Monday 2 March
    actor = who("maker")
    assert list(queries.overdue(actor, on=date(2026, 3, 9))) == []
    assert [one.pk for one in queries.overdue(actor, on=date(2026, 3, 10))] == [request.pk]

    for login in ("vice", "legal", "finance"):
        decide(request, login)
    assert Request.objects.get().due_on == date(2026, 3, 5)  # the next step has its own three days


def test_what_is_wrong_from_the_start_is_refused_and_nothing_is_kept() -> None:
    title = Title("事", "thing")
    with pytest.raises(RequestKindUnknown):
        services.submit(actor=who("maker"), on=MONDAY, kind="magic", subject="x", title=title, chain=CHAIN)
    with pytest.raises(AccessDenied):
        submit("vice")
    with pytest.raises(RoleUnmanned) as refused:
        submit(chain=Chain((*CHAIN.steps, Step("last", "末", "last", ("marketing_director",)))))
    assert refused.value.params["role"] == "marketing_director"
    assert not Request.objects.exists()
    request = submit()
    with pytest.raises(RequestPending):
        submit()
    with pytest.raises(DecisionInvalid):
        decide(request, "vice", "agree")
    with pytest.raises(AccessDenied):
        decide(request, "maker")
    assert Request.objects.count() == 1


def test_a_chain_that_only_its_submitter_could_sign_is_not_begun() -> None:
    access.assign(actor=system_actor(), on=MONDAY, login="vice", role="analyst", unit="HQ")
    with pytest.raises(RoleUnmanned):
        submit("vice")
    Person.objects.filter(login="legal").update(is_active=False)
    with pytest.raises(RoleUnmanned):
        submit("maker")


def test_what_the_owner_refuses_undoes_the_decision(followed: Followed) -> None:
    request = submit(chain=Chain((Step("one", "一", "one", ("vice_president",)),)))
    followed.before = Refusal()
    with pytest.raises(Refusal):
        decide(request, "vice")
    followed.before, followed.after = None, Refusal()
    with pytest.raises(Refusal):
        decide(request, "vice")
    assert Request.objects.get().state == "open"
    assert not Decision.objects.exists()
    assert Wanted.objects.count() == 1


def test_how_each_step_stands_and_who_may_see_it() -> None:
    request = submit()
    decide(request, "vice")
    first, second = queries.steps_of(Request.objects.get())
    assert (first.state, first.wanted) == ("current", ("finance_manager", "legal_manager"))
    assert [signature.by for signature in first.signatures] == ["vice"]
    assert (second.state, second.wanted) == ("ahead", ())
    assert queries.get(who("general"), request.pk, on=MONDAY) == request
    with pytest.raises(RequestUnknown):
        queries.get(who("general"), 404, on=MONDAY)


@pytest.mark.req("RR-17")
@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_the_same_time_exactly_one_counts() -> None:
    access.assign(actor=system_actor(), on=MONDAY, login="stranger", role="vice_president", unit="HQ")
    request = submit(chain=Chain((Step("one", "一", "one", ("vice_president",)), CHAIN.steps[1])))
    actors = [who("vice"), who("stranger")]
    begin = Barrier(2)

    def sign(place: int) -> str:
        begin.wait(timeout=20)
        try:
            services.decide(actor=actors[place], on=MONDAY, request_id=request.pk, decision="approve")
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "signed"

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(sign, range(2)))

    assert told == ["not_your_turn", "signed"]
    assert Decision.objects.count() == 1
    assert Request.objects.get().step == 1
