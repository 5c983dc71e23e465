"""What is typed about one rating: why, what raises it, the same again, its papers, a letter, what goes outside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import openpyxl
import polars as pl
import pytest

from tests.web import credit_world as world
from tests.wiring.conftest import Typed
from xinheng.base.audit.models import Entry
from xinheng.judgements.ratings.models import Run
from xinheng.wiring.cli import output

pytestmark = pytest.mark.django_db(transaction=True)
WEAK = "C-0005"  # pays late; C by the general policy
SENDER = ("--company", "信衡贸易公司", "--contact", "林晓", "--phone", "021-5555 0101")
DAY = ("--as-of", str(world.DAYS[-1]))


@pytest.fixture
def rated(transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """The company of credit_world, rated by the general policy."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for console in (output.screen, output.complaints):
        monkeypatch.setattr(console, "_width", 250)
    world.found(count=6, policy="general")
    return Typed(Path(settings.HOME))


@pytest.mark.req("RR-10", "S1", "LOA-03", "LOA-04")
def test_a_decision_is_explained_computed_again_printed_and_told_as_far_as_it_may_be(
    rated: Typed, tmp_path: Path
) -> None:
    run = Run.objects.latest("pk")
    whole, one = why_and_again(rated, run)
    assert (whole["same"], whole["customers"], one["same"], one["differences"]) == (True, 6, True, [])
    assert (one["policy"], one["compared"] > 20) == ("general@1", True)
    altered_results_are_found(rated, run)
    papers_and_letter(rated, tmp_path)
    outside(rated, tmp_path)


def why_and_again(rated: Typed, run: Run) -> tuple[Any, Any]:
    told = rated.json("explain", WEAK, "--policy", "general", "--ways", *DAY)
    assert (told["grade"], told["kind"], told["run_id"]) == ("C", "internal", run.pk)
    assert told["outlook"]["state"] == "open"
    assert "近12个月最长拖欠天数：30 天（现为40 天）" in rated.run("explain", WEAK, "--ways", *DAY).stdout
    assert rated.json("explain", "C-9", code=1)["refused"] == "customer_unknown"
    return rated.json("replay", str(run.pk)), rated.json("replay", str(run.pk), "--customer", WEAK)


def altered_results_are_found(rated: Typed, run: Run) -> None:
    path = rated.home / run.results_path
    kept = path.read_bytes()
    changed = pl.when(pl.col("customer_no") == WEAK).then(pl.lit("AAA")).otherwise("grade")
    pl.read_parquet(path).with_columns(grade=changed).write_parquet(path)
    try:
        for words in (("replay", str(run.pk)), ("replay", str(run.pk), "--customer", WEAK)):
            told = rated.json(*words, code=3)
            assert told["same"] is False
            (different,) = told.get("details") or told["differences"]
            assert (different["what"], different["kept"], different["again"]) == ("grade", "AAA", "C")
    finally:
        path.write_bytes(kept)


def papers_and_letter(rated: Typed, folder: Path) -> None:
    rated.run("papers", str(folder / "run.xlsx"), *DAY)
    rated.run("papers", str(folder / "sheet.pdf"), "--customer", WEAK, *DAY)
    rated.run("papers", str(folder / "run.txt"), *DAY, code=2)
    book = openpyxl.load_workbook(folder / "run.xlsx")
    assert book.worksheets[0]["A1"].value == "客户信用等级汇总表"
    assert (folder / "sheet.pdf").read_bytes().startswith(b"%PDF-")
    letter = ("letter", WEAK, str(folder / "letter.docx"), "--decision", "conditional", *SENDER, *DAY)
    rated.run(*letter, "--payment-days", "30", "--limit", "50000")
    text = "\n".join(one.text for one in docx.Document(str(folder / "letter.docx")).paragraphs)
    assert "自开票之日起30天内付款；未结余额任何时候不超过50,000.00元" in text
    assert rated.json(*letter, code=1)["refused"] == "letter_incomplete"  # under which conditions?
    rated.run(*letter, "--limit", "lots", code=2)
    assert rated.json(*letter, "--prepaid", "20", "--tell-grade", code=1)["refused"] == "grade_not_disclosed"
    noted = Entry.objects.latest("pk")
    assert (noted.act, noted.outcome) == ("ratings.write_letters", "refused")


def outside(rated: Typed, folder: Path) -> None:
    paper, target = folder / "consent.pdf", folder / "out.xlsx"
    paper.write_bytes(b"%PDF-1.4 signed")
    disclose = ("consents", "disclose", WEAK, str(target), "--recipient", "某银行", *DAY)
    assert rated.json(*disclose, code=1)["refused"] == "not_consented"
    assert not target.exists()
    last = ("--from", "2026-01-01", "--until", "2199-12-31")
    tell = ("consents", "tell", WEAK, "material", "--source", "授权书", "--recipient", "某银行", *last)
    assert rated.json(*tell, code=1)["refused"] == "consent_invalid"  # the paper is missing
    kept = rated.json(*tell, "--paper", str(paper))
    assert (kept["state"], len(kept["sha256"])) == ("running", 64)
    rated.run(*disclose)
    assert "最长拖欠" in str(
        [[cell.value for cell in row] for row in openpyxl.load_workbook(target).worksheets[0]]
    )
    assert rated.json(*disclose, "--what", "result", code=1)["refused"] == "grade_not_disclosed"
    assert [one["id"] for one in rated.json("consents", "list", "某银行")] == [kept["id"]]
    ended = rated.json("consents", "withdraw", str(kept["id"]), "--reason", "来函")
    assert ended["state"] == "withdrawn"
    assert rated.json(*disclose, code=1)["refused"] == "consent_expired"
    assert rated.json("consents", "list", "--state", "running") == []
