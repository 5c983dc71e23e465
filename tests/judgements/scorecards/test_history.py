"""Tables to learn from out of own facts, a card published, and challengers beside the policy in force."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from django.conf import settings

from tests.indicators.ledger import bill, customer, pay, void
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import services as packs
from xinheng.facts.customers.models import Customer, FileFact
from xinheng.indicators import services as indicators
from xinheng.judgements.ratings import services as ratings
from xinheng.judgements.ratings.models import Assessment, Grade
from xinheng.judgements.scorecards import errors, queries, services
from xinheng.judgements.scorecards.models import Challenge, Challenger
from xinheng.judgements.scorecards.values import Choices, Labels, Outcome

pytestmark = pytest.mark.django_db(transaction=True)
TODAY, DECIDED = date(2026, 6, 30), date(2025, 3, 31)
CARD = """
kind: rating
code: small
version: "1"
name: {zh: 小卡, en: small card}
about: {zh: 试, en: trial}
source: {zh: 试, en: trial}
scale:
  - {code: A, zh: 好, en: good}
  - {code: C, zh: 差, en: poor}
scoring:
  total: 100
  items:
    - code: sales
      zh: 销售
      en: sales
      mark: given
      kind: bands
      of: turnover_12m
      maximum: 60
      missing: {rule: points, points: 0}
      bands:
        - {to: 1000, inclusive: true, points: 0}
        - {points: 60}
    - code: where
      zh: 地区
      en: region
      mark: given
      kind: categories
      of: region
      maximum: 40
      missing: {rule: points, points: 10}
      groups:
        - {values: [华东, 华北], points: 40}
      others: 20
  thresholds:
    - {grade: A, from: 70, inclusive: true, mark: assumed}
    - {grade: C, mark: assumed}
"""


@pytest.fixture
def ledger(chief: Actor) -> None:
    """C-1 pays late but within 90 days, C-2 not at all, C-3 has nothing to test, C-4's bill was void."""
    prompt, late, idle, gone = (
        customer(f"C-{place}", region="华东" if place == 1 else "西南") for place in (1, 2, 3, 4)
    )
    for who, name in ((prompt, "P"), (late, "L"), (idle, "I"), (gone, "G")):
        pay(bill(who, f"{name}0", "2024-10-01", "2024-10-31", 5_000), "2024-11-10", 5_000)
    pay(bill(prompt, "P1", "2025-04-01", "2025-05-01", 800), "2025-07-30", 800)  # 90 days late
    bill(late, "L1", "2025-04-01", "2025-05-01", 800)
    bill(late, "L2", "2025-03-01", "2026-05-30", 100)
    void(bill(gone, "G1", "2025-04-01", "2025-05-01", 800), "2025-05-02")
    bill(prompt, "late told", "2025-03-01", "2026-03-31", 70_000, told="2025-04-15")


def test_who_was_late_after_the_decision_day_is_told_by_every_bill(ledger: None, chief: Actor) -> None:
    found = services.ended_table(actor=chief, on=TODAY, days=[DECIDED], outcome=Outcome(90, 12))
    ended = dict(found.select("customer_no", "late").iter_rows())

    assert ended == {"C-1": 0, "C-2": 1, "C-3": None, "C-4": None}
    strict = services.ended_table(actor=chief, on=TODAY, days=[DECIDED], outcome=Outcome(89, 12))
    assert dict(strict.select("customer_no", "late").iter_rows())["C-1"] == 1


def test_figures_are_those_known_on_the_decision_day(ledger: None, chief: Actor) -> None:
    known = services.ended_table(actor=chief, on=TODAY, days=[DECIDED], outcome=Outcome())
    looked_back = services.ended_table(
        actor=chief, on=TODAY, days=[DECIDED], outcome=Outcome(), hindsight=True
    )

    figure = {row["customer_no"]: row["turnover_12m"] for row in known.iter_rows(named=True)}
    assert figure["C-1"] == 5_000  # in yuan; the bill told in April is not known in March
    figure = {row["customer_no"]: row["turnover_12m"] for row in looked_back.iter_rows(named=True)}
    assert figure["C-1"] == 75_000


def test_an_outcome_that_is_not_over_is_refused(ledger: None, chief: Actor) -> None:
    with pytest.raises(errors.WindowOpen):
        services.ended_table(actor=chief, on=TODAY, days=[date(2025, 7, 1)], outcome=Outcome(90, 12))


FLAG = "dishonest_debtor"


def tell(no: str, value: str, true: str, told: str, **other: str) -> None:
    """What a customer's file was told: true on a day, told on a day."""
    row = {"item": FLAG, "channel": "public", "source": "法院", "told_by": "lin", **other}
    FileFact.objects.create(
        customer=Customer.objects.get(no=no), value=value, true_on=true, told_on=told, **row
    )


@pytest.fixture
def flagged(ledger: None) -> None:
    """In the year after the day: C-1 is flagged, C-2 was flagged before and told only after, C-3 was cleared
    before, C-4 is flagged too late, and what else is told of C-3 was found wrong or is unexamined.
    """
    tell("C-1", "no", "2025-01-05", "2025-01-05")
    tell("C-1", "yes", "2025-09-01", "2025-10-01")
    tell("C-2", "yes", "2025-02-01", "2025-04-20")
    tell("C-3", "yes", "2024-05-01", "2024-05-01")
    tell("C-3", "no", "2024-11-01", "2024-11-01")
    tell("C-3", "yes", "2025-08-01", "2025-08-01", verification="disputed", verified_on="2025-08-02")
    tell("C-3", "yes", "2025-08-01", "2025-08-01", channel="mailed_form")
    tell("C-4", "yes", "2026-04-01", "2026-04-01")
    tell("C-4", "拖欠工程款", "2025-06-01", "2025-06-02", item="违约")
    tell("C-3", "否", "2025-06-01", "2025-06-02", item="违约")


def ended(chief: Actor, on: date = TODAY, **flag: str) -> dict[str, int | None]:
    outcome = Outcome(within_months=12, **flag)
    found = services.ended_table(actor=chief, on=on, days=[DECIDED], outcome=outcome)
    return dict(found.select("customer_no", "flagged").iter_rows())


def test_a_flag_told_in_the_file_after_the_day_is_the_outcome(flagged: None, chief: Actor) -> None:
    assert ended(chief, item=FLAG) == {"C-1": 1, "C-2": None, "C-3": 0, "C-4": 0}
    assert ended(chief, item=FLAG, value="是") == ended(chief, item=FLAG)
    assert ended(chief, item="违约") == {"C-1": 0, "C-2": 0, "C-3": 0, "C-4": 1}  # an item of the site's own
    assert ended(chief, item="违约", value="破产")["C-4"] == 0
    found = services.ended_table(actor=chief, on=TODAY, days=[DECIDED], outcome=Outcome(item=FLAG))
    assert "late" not in found.columns
    figure = dict(found.select("customer_no", "turnover_12m").iter_rows())
    assert figure["C-1"] == 5_000  # the bill told in April is no input of March


def test_a_card_is_fitted_to_flags_and_reads_no_flag(chief: Actor) -> None:
    for place in range(48):
        who = customer(f"F-{place:02}", region="华东" if place % 3 else "西南")
        poor = (place % 4 == 0) != (place % 11 == 1)  # mostly: what tells all is taken for a leak
        bill(who, f"F{place}", "2025-01-01", "2025-01-31", (100 if poor else 900) + place)
        if place % 4 == 0:
            tell(who.no, "yes", "2025-08-01", "2025-08-01")
    fit = services.begin_history_fit(
        actor=chief, on=TODAY, days=[DECIDED], outcome=Outcome(item=FLAG), hindsight=False,
        choices=Choices(folds=2, repeats=1, challenger=False),
    )  # fmt: skip
    done = services.run_fit(actor=chief, on=TODAY, number=fit.pk)

    assert (done.state, done.report["outcome"]["rows"], done.report["outcome"]["bad"]) == ("done", 48, 12)
    assert (done.report["outcome"]["column"], done.report["outcome"]["bad_value"]) == ("flagged", "1")
    assert FLAG not in done.document
    assert done.report["contestants"]["card"]["auc"] > 0.7


def test_what_cannot_tell_who_went_bad_is_refused(flagged: None, chief: Actor) -> None:
    for flag in ({"item": "mood"}, {"item": FLAG, "value": "maybe"}, {"item": "tax_grade"}):
        with pytest.raises(errors.FlagInvalid):
            ended(chief, **flag)
    with pytest.raises(errors.WindowOpen):
        ended(chief, on=date(2026, 3, 30), item=FLAG)
    blind = Actor(login="b", name="b", permits=frozenset({"scorecards.fit", "indicators.measure"}),
                  scope=chief.scope, via="cli")  # fmt: skip
    with pytest.raises(AccessDenied):
        ended(blind, item="loan_repayment")


@pytest.mark.req("PWR-13")
def test_what_staff_know_stands_beside_the_figures(ledger: None, chief: Actor, tmp_path: Path) -> None:
    labels = tmp_path / "labels.csv"
    labels.write_text("编号,印象,region\nC-2,差,x\nC-9,好,y\n", encoding="utf-8")
    found = services.labelled_table(actor=chief, on=TODAY, days=[DECIDED], labels=Labels(labels, "编号"))

    assert dict(found.select("customer_no", "印象").iter_rows()) == {
        "C-1": None, "C-2": "差", "C-3": None, "C-4": None,
    }  # fmt: skip
    assert found["region"].to_list() == ["华东", "西南", "西南", "西南"]
    with pytest.raises(errors.ColumnUnknown):
        services.labelled_table(actor=chief, on=TODAY, days=[DECIDED], labels=Labels(labels, "no"))


@pytest.fixture
def champion(ledger: None, chief: Actor) -> str:
    text = CARD.replace("code: small", "code: champion").replace("from: 70", "from: 100")
    packs.adopt(actor=chief, on=TODAY, kind="rating", text=text, effective_from=date(2024, 1, 1))
    return "champion"


def test_a_challenger_rates_beside_each_run_and_changes_no_grade(champion: str, chief: Actor) -> None:
    added = services.challenge(actor=chief, on=TODAY, champion=champion, text=CARD, since=DECIDED)
    again = services.challenge(actor=chief, on=TODAY, champion=champion, text=CARD, since=DECIDED)
    indicators.measure(actor=chief, on=TODAY, as_of=DECIDED)
    run = ratings.rate(actor=chief, on=TODAY, policy_code=champion, as_of=DECIDED)
    before = list(Grade.objects.values())
    services.rate_beside(actor=chief, on=TODAY, run_id=run.pk)

    assert again == added
    assert services.rate_beside(actor=chief, on=TODAY, run_id=run.pk) == []
    assert list(Grade.objects.values()) == before
    first, second = queries.side_by_side(chief, run.pk, on=TODAY, outcome=Outcome(90, 12))
    assert (first.name, first.counts, first.alike) == ("champion@1", {"A": 1, "C": 3}, 1.0)
    assert (second.name, second.counts, second.alike) == ("small@1", {"A": 4}, 0.25)
    assert (second.known, second.bad, second.auc, second.ks) == (2, 1, 1.0, 1.0)
    assert queries.side_by_side(chief, run.pk, on=TODAY)[1].auc is None


READS_ALL = """questions:
  - {code: mood, zh: 印象, en: mood, type: number, mark: given}
  - {code: theft, zh: 盗用, en: theft, type: yes_no, mark: given}
terms:
  - {code: stature, zh: 地位, en: stature, of: "mood + founded_years", unit: count}
scoring:"""


def test_a_challenger_reads_facts_answers_and_formulas_as_the_policy_does(
    champion: str, chief: Actor
) -> None:
    asking = CARD.replace("code: small", "code: asking").replace("scoring:", f"{READS_ALL}", 1)
    packs.adopt(actor=chief, on=TODAY, kind="rating", text=asking, effective_from=date(2024, 1, 1))
    founded, asked = Customer.objects.filter(no__in=("C-1", "C-2")), Assessment.objects
    founded.update(founded_on=date(2015, 3, 31))
    for no, question, value, on in (
        ("C-1", "mood", "5", DECIDED), ("C-2", "mood", "1", DECIDED), ("C-3", "mood", "9", DECIDED),
        ("C-2", "mood", "9", date(2025, 4, 1)),  # after the day of the run
    ):  # fmt: skip
        who = Customer.objects.get(no=no)
        asked.create(
            customer=who, question=question, value=value, assessed_on=on, told_on=on, assessed_by="l"
        )
    text = asking.replace("code: asking", "code: wide").replace("of: turnover_12m", "of: stature")
    text = text.replace("{to: 1000,", "{to: 12,")
    services.challenge(actor=chief, on=TODAY, champion=champion, text=text, since=DECIDED)
    founded.update(is_supplier=True)
    sided = text.replace("scoring:", "roles: [customer, supplier]\nscoring:", 1)
    services.challenge(actor=chief, on=TODAY, champion=champion, text=sided, since=DECIDED)
    indicators.measure(actor=chief, on=TODAY, as_of=DECIDED)
    run = ratings.rate(actor=chief, on=TODAY, policy_code=champion, as_of=DECIDED)
    kept, by_role = services.rate_beside(actor=chief, on=TODAY, run_id=run.pk)

    told = pl.read_parquet(Path(settings.HOME) / kept.results_path)
    # 5 + 10 years is above 12, 1 + 10 is not; C-3 has no founding day and C-4 no answer: no points for that
    assert dict(told.select("customer_no", "score").iter_rows()) == {
        "C-1": 100.0, "C-2": 20.0, "C-3": 20.0, "C-4": 20.0,
    }  # fmt: skip
    assert (kept.counts, by_role.counts) == ({"A": 1, "C": 3}, {"A": 1, "C": 3})  # one row a customer


def test_a_retired_challenger_rates_no_more(champion: str, chief: Actor) -> None:
    added = services.challenge(actor=chief, on=TODAY, champion=champion, text=CARD, since=DECIDED)
    services.retire(actor=chief, on=DECIDED, challenger_id=added.pk)
    indicators.measure(actor=chief, on=TODAY, as_of=TODAY)
    run = ratings.rate(actor=chief, on=TODAY, policy_code=champion, as_of=TODAY)

    assert services.rate_beside(actor=chief, on=TODAY, run_id=run.pk) == []
    assert not Challenge.objects.exists()
    acts = list(
        Entry.objects.filter(act__startswith="scorecards.").order_by("id").values_list("act", flat=True)
    )
    assert acts == ["scorecards.challenge", "scorecards.retire_challenger"]
    with pytest.raises(errors.ChallengerUnknown):
        services.retire(actor=chief, on=TODAY, challenger_id=0)


def test_a_card_that_asks_for_what_no_run_knows_is_no_challenger(champion: str, chief: Actor) -> None:
    question = "questions:\n  - {code: mood, zh: 印象, en: mood, type: number, mark: given}\nscoring:"
    text = CARD.replace("scoring:", question, 1).replace("of: turnover_12m", "of: mood")
    with pytest.raises(errors.ChallengerUnusable):
        services.challenge(actor=chief, on=TODAY, champion=champion, text=text, since=DECIDED)
    asked = CARD.replace("code: small", "code: asking").replace(
        "scoring:", question.replace("number", "yes_no"), 1
    )
    packs.adopt(actor=chief, on=TODAY, kind="rating", text=asked, effective_from=date(2024, 1, 1))
    with pytest.raises(errors.ChallengerUnusable):  # asked, but as a question of yes or no
        services.challenge(actor=chief, on=TODAY, champion=champion, text=text, since=DECIDED)
    assert not Challenger.objects.exists()


def test_a_published_card_is_a_draft_and_no_policy(ledger: None, chief: Actor, tmp_path: Path) -> None:
    path = tmp_path / "card.yaml"
    path.write_text(CARD, encoding="utf-8")
    draft = services.publish(actor=chief, on=TODAY, card=path, purpose="试")

    assert (draft.code, draft.version, draft.started_from) == ("small", "1", "scorecard small")
    assert not packs.documents("rating").filter(code="small").exists()


def test_without_the_right_nothing_is_fitted_told_or_challenged(
    champion: str, chief: Actor, tmp_path: Path
) -> None:
    nobody = Actor(login="nobody", name="n", permits=frozenset(), scope=chief.scope, via="cli")
    for act in (
        lambda: services.ended_table(actor=nobody, on=TODAY, days=[DECIDED], outcome=Outcome()),
        lambda: services.challenge(actor=nobody, on=TODAY, champion=champion, text=CARD, since=DECIDED),
        lambda: queries.challengers(nobody),
        lambda: services.predict_table(actor=nobody, card=tmp_path, path=tmp_path),
        lambda: services.publish(actor=nobody, on=TODAY, card=tmp_path),
    ):
        with pytest.raises(AccessDenied):
            act()
    assert not pl.DataFrame(list(Challenger.objects.values())).height
