"""The credit line of a customer, the check policy and rates on pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.web.pages import test_holds_pages as desk
from tests.web.pages.test_holds_pages import act, limited, ordered, part, sent, signed_in, text
from xinheng.base.packs.models import PolicyDocument, PolicyDraft
from xinheng.judgements.limits.models import Account, Limit, OrderCredit, Rate
from xinheng.runs.services import business_day

pytestmark = pytest.mark.django_db
_company = desk._company  # the same people and customers
LINE = "/customers/file/C-1/?tab=credit_line"


def test_a_limit_below_what_is_owed_asks_once_more_and_takes_nothing_back() -> None:
    ana, wang = signed_in("ana"), signed_in("wang")
    assert "Nothing was ever said of a limit" in part(ana, LINE)
    told = {"state": "limited", "kind": "fixed", "reach": "own", "component": "", "reason": "年度授信"}
    assert "A limit is an amount" in sent(ana, act("C-1", "limit"), 422, **told)
    sent(ana, act("C-1", "limit"), **told, amount="1,000")
    ordered("C-1", "O-1", "800")
    ordered("C-1", "O-2", "300")  # held
    page = sent(ana, act("C-1", "limit"), 422, **told, amount="500")
    assert "The customer owes more than that" in page
    assert "1 held order stays held" in page
    assert Limit.objects.count() == 1
    sent(ana, act("C-1", "limit"), **told, amount="500", below="on")
    assert Limit.objects.count() == 2
    assert set(OrderCredit.objects.values_list("order_no", "state")) == {("O-1", "passed"), ("O-2", "held")}
    until = business_day() + timedelta(days=9)
    temporary = {**told, "kind": "temporary", "amount": "2000", "until_on": until}
    assert "A temporary limit has a last day" in sent(
        ana, act("C-1", "limit"), 422, **{**temporary, "until_on": ""}
    )
    sent(ana, act("C-1", "limit"), **temporary)
    sent(ana, act("C-1", "limit"), **{**told, "component": "ordered", "amount": "900"})
    page = part(ana, f"{LINE}&part=ordered")
    assert "2,000.00 CNY (temporary limit)" in page
    assert '<b class="">40%</b>' in page  # 800 of 2,000
    for said in (
        "年度授信",
        "Sub-limit",
        "undelivered orders",
        "in force",
        "past",
        "O-1",
        "O-2",
        until.isoformat(),
    ):
        assert said in page, said
    text(wang, act("C-1", "limit"), 403)


def test_status_and_terms_are_kept_and_shown() -> None:
    ana = signed_in("ana")
    limited("C-1", "100")
    told = {"status": "hold", "payment": "credit", "terms_days": "45", "risk_class": "Ｂ", "reason": "停一停"}
    assert "This field is required" in sent(ana, act("C-1", "credit-profile"), 422, **{**told, "reason": ""})
    sent(ana, act("C-1", "credit-profile"), **told)
    account = Account.objects.get(customer__no="C-1", segment="")
    assert (account.status, account.payment, account.terms_days, account.risk_class) == (
        "hold",
        "credit",
        45,
        "B",
    )
    page = part(ana, LINE)
    assert "orders are held" in page
    assert "45" in page


def test_the_check_policy_is_read_in_words_and_changed_through_its_chain() -> None:
    boss, wang = signed_in("max"), signed_in("wang")
    page = text(boss, "/limits/policy/")
    for said in ("exposure with the document is at most the limit", "the manager", "Credit manager",
                 "up to 100 yuan over the limit", "keeps it back"):  # fmt: skip
        assert said in page, said
    kept = PolicyDocument.objects.get(kind="checks")
    address, day = "/limits/policy/change/", business_day() + timedelta(days=30)
    wrong = kept.text.replace("check: limit", "check: nonsense")
    assert "xh-code" in sent(boss, address, 422, text=wrong, purpose="x", effective_from=day)
    other = kept.text.replace("code: checks", "code: others").replace('"1"', '"2"')
    assert "not of checks" in sent(boss, address, 422, text=other, purpose="x", effective_from=day)
    assert not PolicyDraft.objects.exists()
    better = kept.text.replace('version: "1"', 'version: "2"').replace(
        "check: limit,", "check: limit, over_percent: 5,"
    )
    here = sent(boss, address, text=better, purpose="放宽 5%", effective_from=day)
    page = text(boss, here)
    assert "an excess of 5 percent is let pass" in page
    assert "waiting for approval" in page
    text(wang, address, 403)


def test_without_a_policy_the_shipped_one_is_read_and_adopted() -> None:
    PolicyDocument.objects.all().delete()
    boss = signed_in("max")
    assert "every order is held as not checked" in text(boss, "/limits/policy/")
    assert "the oldest open bill is at most 90 days past due" in text(boss, "/limits/policy/adopt/")
    assert sent(boss, "/limits/policy/adopt/", effective_from=business_day()) == "/limits/policy/"
    assert "share of bad arrears" in text(boss, "/limits/policy/")
    text(boss, "/limits/policy/adopt/", 404)


def test_rates_are_told_once_a_day_and_listed() -> None:
    boss, wang = signed_in("max"), signed_in("wang")
    assert "No rate was told yet" in text(wang, "/limits/rates/")
    told: dict[str, Any] = {"currency": "usd", "rate": "7.2", "from_on": date(2026, 1, 1)}
    sent(boss, "/limits/rates/", **told)
    assert "A rate of that day is told already" in sent(boss, "/limits/rates/", 422, **told)
    assert "There is no such currency" in sent(boss, "/limits/rates/", 422, **{**told, "currency": "xxq"})
    assert [(one.currency, str(one.rate)) for one in Rate.objects.all()] == [("USD", "7.20000000")]
    assert "7.2" in text(wang, "/limits/rates/")
    sent(wang, "/limits/rates/", 403, **told)
