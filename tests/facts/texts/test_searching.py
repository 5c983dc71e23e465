"""Papers are found by what they say, in parts of words, by those who may see them and nobody else."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.facts.texts import sheets
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry as Trail
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.folding import fold, needed, tokens
from xinheng.facts.dossiers import services as dossiers
from xinheng.facts.texts import indexing, queries, searching, services
from xinheng.facts.texts.errors import WordsMissing
from xinheng.facts.texts.folding import excerpt, marked, words_of
from xinheng.facts.texts.models import Entry, Page, Reading
from xinheng.facts.texts.stretch import keep_page
from xinheng.facts.texts.taking.page import Taken
from xinheng.facts.texts.values import Found, Wanted

DAY = date(2026, 6, 30)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    settings.HOME = tmp_path


@pytest.mark.any_database
def test_texts_are_folded_by_signs_and_words_need_few_tokens() -> None:
    assert fold("合 同\n号：ＸＨ-2025/0012") == "合同号xh20250012"
    assert fold("華信 Credit  Limit 1,234.50 元") == "华信credit limit 123450元"
    assert tokens(fold("信用A1")) == {"信", "用", "a", "1", "信用", "用a", "a1"}
    assert {"xh2", "h20", "202"} <= tokens("xh202")
    assert tokens("甲|乙") == {"甲", "乙"}  # no token reaches from one part of a head to the next
    assert needed("信用证") == ["信用", "用证"]
    assert needed("信") == ["信"]
    assert needed("ab") == ["ab"]
    assert needed("号xh2025年") == ["xh2", "h20", "202", "025", "号x", "5年"]
    assert set(needed("credit limit")) == {"cre", "red", "edi", "dit", "lim", "imi", "mit"}
    assert words_of(" 华信 “甲方 付款” 華信 ！").folded == ("华信", "甲方付款")
    assert words_of('"a b" c').folded == ("a b", "c")
    assert words_of("！，").folded == ()
    told = marked("甲方：蘇州華信\n建材，逾期<b>", ("华信建材", "逾期"))
    assert [piece.text for piece in told if piece.marked] == [
        "華信\n建材",
        "逾期",
    ]  # across the end of a line
    assert "".join(piece.text for piece in told) == "甲方：蘇州華信\n建材，逾期<b>"
    place = excerpt("前" * 200 + "违约金" + "后" * 300, ("违约金",))
    assert [piece.text[:1] for piece in place] == ["…", "前", "违", "后", "…"]
    assert len(place[1].text) == 60


@pytest.fixture
def world() -> dict[str, Any]:
    """Two customers' files; what the papers say is told, not read."""
    people = sheets.company()
    first, second = sheets.file_of("C-1", DAY), sheets.file_of("C-2", DAY)
    told = {
        "contract": (
            first,
            "购销合同XH-2025-0012.txt",
            ["甲方苏州华信建材，\n逾期违", "第二页：逾期违约金按日万分之五"],
            {},
        ),
        "letter": (
            first,
            "催款函.txt",
            ["蘇州華信建材逾期違約金已欠三月，違約金另計"],
            {"formed_on": date(2026, 5, 1)},
        ),
        "secret": (first, "授信底价.txt", ["内部违约金底线"], {"secrecy": "secret"}),
        "other": (second, "南京合同.txt", ["Credit Limit 1,234.50，违约金从轻"], {}),
    }
    papers: dict[str, Any] = {}
    for name, (dossier, file, pages, more) in told.items():
        papers[name] = sheets.put(dossier, DAY, file, name.encode(), **more)
        row = Reading.objects.get(document_id=papers[name].document_id)
        for no, text in enumerate(pages, 1):
            keep_page(row, Taken(no, text))
        Reading.objects.filter(pk=row.pk).update(state="read")
    papers["sheet"] = sheets.put(first, DAY, "营业执照.pdf", None)
    indexing.index([paper.pk for paper in papers.values()], DAY)
    return {"people": people, "papers": papers, "files": (first, second)}


def look(actor: Actor, text: str, **told: Any) -> Found:
    return services.search(actor=actor, on=DAY, wanted=Wanted(text, **told))


def names(world: dict[str, Any], found: Found) -> list[str]:
    by_label = {paper.label: name for name, paper in world["papers"].items()}
    return [by_label[hit.paper.label] for hit in found.hits]


@pytest.mark.django_db
@pytest.mark.req("PRP-02")
def test_parts_of_words_in_any_writing_are_found_with_their_place(world: dict[str, Any]) -> None:
    keeper = world["people"]["dang"]

    def found(text: str, **told: Any) -> list[str]:
        return sorted(names(world, look(keeper, text, **told)))

    assert found("违约金") == ["contract", "letter", "other", "secret"]
    assert found("違約") == ["contract", "letter", "other", "secret"]  # traditional, and a part
    assert found("约") == ["contract", "letter", "other", "secret"]  # a single sign
    assert found("违约金 华信") == ["contract", "letter", "secret"]  # the secret one by its dossier's title
    assert found("违约金 万分之五 甲方") == ["contract"]  # words on different pages
    assert found('"逾期违约金"') == ["contract", "letter"]
    assert found("期逾") == []  # both signs are there, in the other order
    assert found("ｘｈ-2025") == found("20250012") == found("0012") == ["contract"]
    assert found("1234.5") == found("credit") == found('"credit limit"') == found("EDIT") == ["other"]
    assert found("limitcredit") == []
    assert found("营业执照") == ["sheet"]  # on paper only
    assert found(world["papers"]["sheet"].label) == ["sheet"]
    assert found(world["files"][1].no) == ["other"]
    assert found("违约金", customer="C-2") == ["other"]
    assert found("违约金", since=date(2026, 6, 1), until=DAY) == ["contract", "other", "secret"]
    assert found("违约金", type="pdf") == []
    assert found("违约金", type="text", kind="general_customer") == ["contract", "letter", "other", "secret"]
    assert found("违约金", kind="prp_unit") == []
    assert names(world, look(keeper, "违约金", sort="day"))[-1] == "letter"
    assert names(world, look(keeper, "违约金 华信"))[0] == "letter"  # the words stand there more often
    assert names(world, look(keeper, "合同"))[0] in {"contract", "other"}

    hit = next(hit for hit in look(keeper, "违约金 万分之五").hits)
    assert (hit.page, hit.pages) == (2, (2,))
    assert [piece.text for piece in hit.excerpt if piece.marked] == ["违约金", "万分之五"]
    numbered = look(keeper, "xh2025").hits[0]
    assert (numbered.page, [piece.text for piece in numbered.title if piece.marked]) == (None, ["XH-2025"])
    with pytest.raises(WordsMissing):
        look(keeper, "，。！")


@pytest.mark.django_db
@pytest.mark.req("RR-14", "PRP-02")
def test_nobody_finds_or_counts_what_he_may_not_see(
    world: dict[str, Any], reader: Actor, monkeypatch: Any
) -> None:
    people = world["people"]

    def all_ways(actor: Actor) -> set[tuple[str, ...]]:
        """By the index alone, by looking at all that is in reach, and by walking the newest."""
        told = set()
        for most, few in ((1_000, 3_000), (1, 3_000), (2, 0)):
            monkeypatch.setattr(searching, "MOST", most)
            monkeypatch.setattr(searching, "FEW_IN_REACH", few)
            found = look(actor, "违约金")
            told.add((str(found.total), str(found.more), *sorted(names(world, found))))
        return told

    assert all_ways(people["wang"]) == {("2", "False", "contract", "letter"), ("1", "True", "letter")}
    assert all_ways(people["li"]) == {("1", "False", "other")}
    assert all_ways(people["zong"]) == {
        ("4", "False", "contract", "letter", "other", "secret"), ("1", "True", "letter"), ("2", "True", "letter", "other"),
    }  # fmt: skip
    monkeypatch.undo()
    assert names(world, look(people["wang"], "底线")) == []
    assert names(world, look(people["dang"], "底线")) == ["secret"]
    label = world["papers"]["secret"].label
    assert queries.pages_of(people["dang"], DAY, label).count() == 1
    for actor in (people["wang"], people["li"]):
        with pytest.raises(Exception, match=label):
            queries.pages_of(actor, DAY, label)
    noted = Trail.objects.filter(act="texts.search", actor_login="wang").order_by("id").last()
    assert noted is not None
    assert noted.after == {"words": ["底线"], "found": 0, "page": 1}
    with pytest.raises(AccessDenied):
        look(Actor("guest", "", permits=frozenset({"dossiers.read"})), "违约金")


@pytest.mark.django_db(transaction=True)
def test_what_is_gone_is_gone_from_the_index_and_from_the_disk(world: dict[str, Any]) -> None:
    people, papers = world["people"], world["papers"]
    assert names(world, look(people["dang"], "底线")) == ["secret"]

    dossiers.mark_destroyed(actor=sheets.SYSTEM, on=DAY, paper=papers["secret"], why="销毁清册")
    services.end_day(actor=sheets.SYSTEM, on=DAY)

    assert names(world, look(people["dang"], "底线")) == []
    assert Entry.objects.count() == 4
    assert not Page.objects.filter(folded__contains="底线").exists()
    assert not Reading.objects.filter(document_id=papers["secret"].document_id).exists()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":  # nothing of it is left in any part of the index
            cursor.execute(
                "SELECT count(*) FROM texts_search_data WHERE instr(block, %s) > 0", ["底线".encode()]
            )
            assert cursor.fetchone() == (0,)
            cursor.execute("INSERT INTO texts_search(texts_search) VALUES ('integrity-check')")
    told = services.index_anew(actor=sheets.SYSTEM, on=DAY)
    assert told == 4
    assert sorted(names(world, look(people["dang"], "违约金"))) == ["contract", "letter", "other"]
    Entry.objects.all().delete()
    services.end_day(actor=sheets.SYSTEM, on=DAY)  # papers without an entry are taken in
    assert sorted(names(world, look(people["dang"], "违约金"))) == ["contract", "letter", "other"]
