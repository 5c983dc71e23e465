"""Letters to customers: the decision and its reasons in plain words, and never the grade."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import docx
import pytest
from django.core.management import call_command

from tests.web import credit_world as world
from xinheng.base.access import services as access
from xinheng.base.access.errors import AccessDenied
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers.errors import CustomerUnknown
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings.models import Grade
from xinheng.reports import services
from xinheng.reports.errors import GradeNotDisclosed, LetterIncomplete, NothingToSend
from xinheng.reports.values import LetterWanted

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
        call_command("flush", interactive=False, verbosity=0)


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
@pytest.mark.parametrize(
    "terms", ["贵方被评为C级", "您的信用等级为 AAA", "Your grade: C", "rated CCC by us", "属于 BB 类客户"]
)
def test_a_grade_in_anybodys_words_stops_the_letter(run: int, terms: str) -> None:
    with pytest.raises(GradeNotDisclosed):
        written(run, replace(WANTED, decision="conditional", terms=terms))
    with pytest.raises(GradeNotDisclosed):
        written(run, replace(WANTED, tell_grade=True))
    assert not Entry.objects.filter(act="ratings.write_letters").exists()


@pytest.mark.parametrize(
    "terms", ["预付30%，A座仓库自提", "Class of goods: B-12 steel", "月结30天，额度50万元"]
)
def test_words_that_are_no_grade_pass(run: int, terms: str) -> None:
    assert terms in written(run, replace(WANTED, decision="conditional", terms=terms))


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
