"""Letters to customers: the decision and its reasons in plain words, and never the grade."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import docx
import openpyxl
import pytest

from tests import worlds
from tests.web import credit_world as world
from xinheng.base.access import services as access
from xinheng.base.access.errors import AccessDenied
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive.models import Document
from xinheng.facts.archive.values import Upload
from xinheng.facts.consents import queries as asked
from xinheng.facts.consents import services as consents
from xinheng.facts.consents.errors import (
    ConsentEnded,
    ConsentExpired,
    ConsentInvalid,
    ConsentUnknown,
    NotConsented,
)
from xinheng.facts.consents.models import Consent
from xinheng.facts.consents.values import NewConsent
from xinheng.facts.customers.errors import CustomerUnknown
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings.models import Grade
from xinheng.reports import services
from xinheng.reports.errors import GradeNotDisclosed, LetterIncomplete, NothingToSend
from xinheng.reports.values import DisclosureWanted, LetterWanted

pytestmark = pytest.mark.django_db
TODAY = world.DAYS[-1]
WANTED = LetterWanted("declined", "信衡贸易公司", "林晓", "021-5555 0101", address="上海市世纪大道1号")
WEAK = "C-0005"  # pays late; C by the general policy


@pytest.fixture(scope="module")
def run(django_db_setup: None, django_db_blocker: Any) -> Iterator[int]:
    """The company of credit_world, rated by the general policy; gives the newest run."""
    with django_db_blocker.unblock():
        world.found(count=24, policy="general")
        newest = ratings.newest_run("general").pk
    yield newest
    with django_db_blocker.unblock():
        worlds.empty()


def named(login: str) -> Actor:
    return access.actor_of(Person.objects.get(login=login), on=TODAY)


def written(run: int, wanted: LetterWanted = WANTED, no: str = WEAK) -> str:
    content = services.export_letter(
        actor=named("credit"), on=TODAY, run_id=run, customer_no=no, wanted=wanted, form="docx"
    )
    document = docx.Document(io.BytesIO(content))
    return "\n".join(one.text for one in (*document.paragraphs, *document.sections[0].footer.paragraphs))


@pytest.mark.req("LOA-03", "S1")
def test_the_letter_tells_decision_reasons_and_what_helps_and_never_the_grade(run: int) -> None:
    found = ratings.explanation(named("credit"), run, WEAK, on=TODAY)
    chinese, english = written(run), written(run, replace(WANTED, language="en"))

    assert found.grade == "C"
    assert "致：" + found.customer_name in chinese
    assert "很遗憾，我方目前不能给予信用条件" in chinese
    assert "主要理由" in chinese
    assert "近12个月最长拖欠天数: 40 天" in chinese
    assert "以下任何一项得到改善，我方即可重新考虑" in chinese
    assert "近12个月最长拖欠天数：30 天（现为40 天）" in chinese
    assert "林晓，电话：021-5555 0101" in chinese
    assert "2026年06月30日" in chinese
    assert "We regret that we cannot grant credit terms at present." in english
    for text in (chinese, english):
        assert not re.search(r"(?<![A-Z])(AAA|AA|BBB|BB|CCC|CC|[ABCD])\s*级", text)
        assert not re.search(r"[Gg]rade\W+[A-D]", text)
        assert "27.5" not in text  # nor the points


def test_a_letter_that_grants_gives_no_reasons_against_the_customer(run: int) -> None:
    text = written(run, replace(WANTED, decision="granted"))

    assert "我方同意贵方所申请的信用条件" in text
    assert "主要理由：" not in text


@pytest.mark.req("LOA-03")
def test_a_letter_takes_nothing_but_what_is_on_the_list(run: int) -> None:
    for field, told in (
        ("company", "AAA级信衡贸易公司"), ("contact", "您的信用等级为 AAA"), ("phone", "rated CCC by us"),
        ("security", "属于 BB 类客户"),
    ):  # fmt: skip
        with pytest.raises(LetterIncomplete):
            written(run, replace(WANTED, **{field: told}))
    for address in ("贵方被评为C级", "Your grade: C", "rated CCC by us", "属于 BB 类客户"):
        with pytest.raises(GradeNotDisclosed):
            written(run, replace(WANTED, address=address))
    assert not hasattr(WANTED, "terms")
    assert not Entry.objects.filter(act="ratings.write_letters").exists()


def test_terms_are_numbers_and_choices_in_words(run: int) -> None:
    wanted = replace(
        WANTED, decision="conditional", payment_days=30, prepaid_percent=20, limit=Decimal("500000"),
        security="guarantee", address="A座仓库, lot B-12",
    )  # fmt: skip
    chinese, english = written(run, wanted), written(run, replace(wanted, language="en"))

    assert (
        "自开票之日起30天内付款；每笔订单预付20%；未结余额任何时候不超过500,000.00元；担保方式：第三方保证"
        in chinese
    )
    assert "payment within 30 days of the bill; 20 % of each order paid in advance" in english
    assert "A座仓库" in chinese
    for field, wrong in (("payment_days", 0), ("prepaid_percent", 101), ("limit", Decimal("-1"))):
        with pytest.raises(LetterIncomplete):
            written(run, replace(wanted, **{field: wrong}))


def test_what_is_missing_is_named_and_nothing_is_written(run: int) -> None:
    before = Entry.objects.filter(act="ratings.write_letters").count()
    with pytest.raises(LetterIncomplete, match="联系人"):
        written(run, replace(WANTED, contact=" "))
    with pytest.raises(LetterIncomplete, match="必须写明条件"):
        written(run, replace(WANTED, decision="conditional"))
    assert Entry.objects.filter(act="ratings.write_letters").count() == before


def test_a_letter_needs_the_right_and_the_customer_within_reach(run: int) -> None:
    wang, li = named("wang"), named("li")
    with pytest.raises(AccessDenied):
        services.export_letter(actor=wang, on=TODAY, run_id=run, customer_no=WEAK, wanted=WANTED)
    writer = replace(li, permits=li.permits | {"ratings.write_letters"})
    with pytest.raises(CustomerUnknown):
        services.export_letter(actor=writer, on=TODAY, run_id=run, customer_no=WEAK, wanted=WANTED)


def test_a_customer_without_a_grade_gets_no_letter(run: int) -> None:
    lacking = Grade.objects.filter(run=run, state="incomplete").first()
    assert lacking is not None
    with pytest.raises(NothingToSend):
        written(run, no=lacking.customer.no)


def test_the_letter_is_on_the_trail_with_who_and_what(run: int) -> None:
    written(run)

    entry = Entry.objects.filter(act="ratings.write_letters", outcome="done").latest("pk")
    assert (entry.actor_login, entry.subject) == ("credit", f"customer:{WEAK}")
    assert (entry.after["decision"], entry.after["form"], entry.after["run"]) == ("declined", "docx", run)


PAPER = Upload("授权书.pdf", b"%PDF-1.4 signed by the customer")
FROM, UNTIL = date(2026, 1, 1), TODAY
BANK = "上海某银行"
AGENCY = "诚信评级有限公司"


def permit(purpose: str, recipient: str = "", **told: Any) -> Any:
    """A consent of the weak customer, signed, from the new year to today."""
    new = NewConsent(purpose, "2026年授权书", FROM, UNTIL, recipient=recipient)  # type: ignore[arg-type]
    return consents.tell_consent(
        actor=named("credit"), on=TODAY, customer_no=WEAK, new=replace(new, **told), paper=PAPER
    )


def given_out(
    run: int, recipient: str, what: Any = "material", on: date = TODAY, login: str = "credit"
) -> str:
    content = services.export_disclosed(
        actor=named(login), on=on, run_id=run, customer_no=WEAK, wanted=DisclosureWanted(recipient, what),
        form="xlsx",
    )  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(content))
    return "\n".join(str(cell.value) for sheet in book for row in sheet for cell in row if cell.value)


@pytest.mark.req("LOA-04")
def test_material_goes_out_by_consent_to_whom_it_names_until_its_last_day(run: int) -> None:
    with pytest.raises(NotConsented, match=BANK):
        given_out(run, BANK)
    held = permit("material", BANK)

    told = given_out(run, " 上海某 银行")
    entry = Entry.objects.filter(act="ratings.disclose", outcome="done").latest("pk")

    assert "近12个月最长拖欠天数" in told
    assert "40 天" in told
    assert not re.search(
        r"(?<![A-Z])(AAA|AA|BBB|BB|CCC|CC|[ABCD])\s*级|得分|27\.5", told
    )  # no grade, no points
    assert (entry.after["consent"], entry.after["recipient"], entry.after["paper"]) == (
        held.id, "上海某 银行", sha256(PAPER.content).hexdigest(),
    )  # fmt: skip
    with pytest.raises(NotConsented):
        given_out(run, "另一家银行")
    with pytest.raises(ConsentExpired, match=str(UNTIL)):
        given_out(run, BANK, on=UNTIL + timedelta(days=1))
    assert Entry.objects.filter(act="ratings.disclose").count() == 1


@pytest.mark.req("LOA-04")
def test_a_withdrawn_consent_lets_nothing_out_and_a_rule_of_the_state_does(run: int) -> None:
    held = permit("material", BANK)
    consents.withdraw_consent(actor=named("credit"), on=TODAY, consent_id=held.id, reason="客户来函")
    with pytest.raises(ConsentExpired):
        given_out(run, BANK)
    with pytest.raises(ConsentEnded):
        consents.withdraw_consent(actor=named("credit"), on=TODAY, consent_id=held.id, reason="再次")

    rule = NewConsent("material", "《征信业管理条例》第二十九条", FROM, basis="law", recipient="人民银行")
    consents.tell_consent(actor=named("credit"), on=TODAY, customer_no=WEAK, new=rule)
    assert "《征信业管理条例》第二十九条" in given_out(run, "人民银行")
    assert "近12个月最长拖欠天数" in given_out(run, "人民银行", on=date(2030, 1, 1))


@pytest.mark.req("LOA-03")
def test_an_internal_result_is_told_to_nobody_whatever_was_signed(run: int) -> None:
    permit("publication")
    permit("commission", AGENCY, policy_code="adv")  # of another policy

    assert ratings.explanation(named("credit"), run, WEAK, on=TODAY).kind == "internal"
    with pytest.raises(GradeNotDisclosed):
        given_out(run, BANK, "result")
    with pytest.raises(GradeNotDisclosed):
        written(run, replace(WANTED, tell_grade=True))
    assert not Entry.objects.filter(act__in=("ratings.disclose", "ratings.write_letters")).exists()


@pytest.mark.req("LOA-03")
def test_a_commissioned_result_is_told_on_the_customers_application(run: int) -> None:
    permit("commission", AGENCY, policy_code="general")
    found = ratings.explanation(named("credit"), run, WEAK, on=TODAY)
    assert (found.kind, found.agency) == ("commissioned", AGENCY)
    with pytest.raises(NotConsented):  # rated on application, but nobody applied for it to be told
        given_out(run, BANK, "result")
    with pytest.raises(NotConsented):
        written(run, replace(WANTED, tell_grade=True))
    assert "评定贵方" not in written(run)

    permit("publication")
    told = given_out(run, BANK, "result")

    assert f"{AGENCY}按《" in written(run, replace(WANTED, tell_grade=True))
    assert "评定贵方为C" in written(run, replace(WANTED, tell_grade=True))
    assert "评定贵方" not in written(run)  # unless asked for
    assert f"等级\nC\n截至\n{TODAY}\n评级机构\n{AGENCY}" in told


def test_giving_out_needs_the_right_and_the_customer_within_reach(run: int) -> None:
    permit("material", BANK)
    with pytest.raises(AccessDenied):
        given_out(run, BANK, login="wang")
    with pytest.raises(AccessDenied):
        consents.tell_consent(
            actor=named("wang"), on=TODAY, customer_no=WEAK, new=NewConsent("material", "x", FROM, UNTIL)
        )
    far = replace(named("li"), permits=frozenset({"ratings.*", "customers.read", "consents.*", "archive.*"}))
    with pytest.raises(CustomerUnknown):
        services.export_disclosed(
            actor=far, on=TODAY, run_id=run, customer_no=WEAK, wanted=DisclosureWanted(BANK)
        )
    with pytest.raises(ConsentUnknown):
        consents.withdraw_consent(actor=far, on=TODAY, consent_id=Consent.objects.latest("pk").pk, reason="x")


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"source": " "}, "依据"), ({"until_on": None}, "截止"), ({"until_on": date(2025, 1, 1)}, "截止"),
        ({"from_on": date(2026, 12, 31), "until_on": date(2027, 1, 1)}, "自"), ({"purpose": "gossip"}, "用途"),
        ({"basis": "rumour"}, "依据类别"), ({"purpose": "publication", "basis": "law"}, "依据类别"),
        ({"purpose": "commission"}, "接收方"), ({"policy_code": "general"}, "政策"),
        ({"recipient": "长" * 201}, "接收方"),
    ],
)  # fmt: skip
def test_a_consent_that_cannot_be_names_its_field_and_nothing_is_kept(
    run: int, told: dict[str, Any], field: str
) -> None:
    documents = Document.objects.count()
    with pytest.raises(ConsentInvalid, match=field):
        permit(**{"purpose": "material", **told})
    with pytest.raises(ConsentInvalid, match="文件"):
        consents.tell_consent(
            actor=named("credit"), on=TODAY, customer_no=WEAK, new=NewConsent("material", "x", FROM, UNTIL)
        )
    assert not Consent.objects.exists()
    assert Document.objects.count() == documents


def test_the_list_of_consents_is_narrowed_by_state_purpose_and_text(run: int) -> None:
    permit("material", BANK)
    permit("commission", AGENCY)
    credit = named("credit")

    def listed(on: date = TODAY, **wanted: Any) -> list[str]:
        return [one.purpose for one in asked.found(credit, asked.Wanted(**wanted), on=on)]

    assert listed() == ["commission", "material"]
    assert listed(state="running", text=BANK) == ["material"]
    assert listed(state="expired", on=UNTIL + timedelta(days=1)) == ["commission", "material"]
    assert listed(state="not_yet") == listed(state="withdrawn") == listed(text="nobody") == []
    assert listed(purpose="commission", ends_by=UNTIL) == ["commission"]
    assert listed(ends_by=UNTIL - timedelta(days=1)) == []
    assert list(asked.found(named("li"), asked.Wanted(), on=TODAY)) == []
