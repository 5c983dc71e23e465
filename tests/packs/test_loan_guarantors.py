"""Who stands as guarantor in the file of another is rated by the loan company, once (LOA-05)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.indicators.ledger import customer
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.customers import services as files
from xinheng.facts.customers.models import RelatedParty
from xinheng.facts.customers.values import Link
from xinheng.indicators import services as indicators
from xinheng.judgements.ratings import queries, services
from xinheng.judgements.ratings.models import Grade

pytestmark = pytest.mark.django_db(transaction=True)
JUNE = date(2026, 6, 30)
SYSTEM = system_actor()


def guarantees(guarantor: str, borrower: str, on: date = date(2026, 1, 5)) -> RelatedParty:
    link = Link("guarantor", other_no=guarantor, from_on=on)
    return files.link_party(actor=SYSTEM, on=JUNE if on <= JUNE else on, no=borrower, link=link)


def say(no: str, **answers: str) -> None:
    for question, value in answers.items():
        services.assess(
            actor=SYSTEM,
            on=JUNE,
            customer_no=no,
            question=question,
            value=value,
            assessed_on=JUNE,
            evidence="合同",
        )


@pytest.mark.req("LOA-05")
def test_a_guarantor_named_in_the_file_of_a_borrower_must_be_rated_once() -> None:
    for no in ("B-1", "B-2", "G-1", "G-2", "G-3", "G-4", "G-5", "N-1"):
        customer(no, founded_on=date(2010, 1, 1))
    services.adopt_shipped_policies(actor=SYSTEM, on=JUNE, codes=("loa",))
    say("B-1", loan_relation="yes")
    say("B-2", loan_relation="yes")
    guarantees("G-1", "B-1")
    guarantees("B-2", "B-1")  # a borrower who guarantees too
    guarantees("B-2", "G-1")  # for two customers
    guarantees("G-2", "B-1")
    say("G-2", guarantee_company="yes")
    ended = guarantees("G-3", "B-1")
    files.end_link(actor=SYSTEM, on=JUNE, no="B-1", link_id=ended.pk)
    guarantees("G-4", "B-1", on=date(2026, 7, 5))  # begins, and is told, after the day
    named = Link("guarantor", other_name="某某担保有限公司")
    files.link_party(actor=SYSTEM, on=JUNE, no="B-1", link=named)  # no customer of ours: nobody to rate
    guarantees("G-5", "B-2")
    say("G-5", loan_relation="no", loan_applied="no", guarantees_loan="no")  # the file speaks before people
    say("G-3", loan_relation="no", loan_applied="no", guarantees_loan="no")
    indicators.measure(actor=SYSTEM, on=JUNE, as_of=JUNE)

    run = services.rate(actor=SYSTEM, on=JUNE, policy_code="loa", as_of=JUNE)

    states = dict(Grade.objects.filter(run=run).values_list("customer__no", "state"))
    assert sorted(Grade.objects.filter(run=run).values_list("customer__no", flat=True)) == sorted(states)
    must = {
        no: {
            one.code
            for one in queries.explanation(SYSTEM, run.pk, no, on=JUNE).reasons
            if one.code.startswith("must_") and one.outcome == "fired"
        }
        for no in states
    }
    assert must == {
        "B-1": {"must_borrower"},
        "B-2": {"must_borrower", "must_guarantor"},
        "G-1": {"must_guarantor"},
        "G-2": set(),
        "G-3": set(),
        "G-4": set(),
        "G-5": {"must_guarantor"},
        "N-1": set(),
    }
    assert {no for no, state in states.items() if state == "not_applicable"} == {"G-2", "G-3"}
    assert services.replay(actor=SYSTEM, run_id=run.pk).same
