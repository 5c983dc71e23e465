"""How fast papers are found by what they say, and how fast scans are read.

    .venv/bin/python -m benchmarks.texts search [--papers 1000000] [--database postgresql] [--home FOLDER]
    .venv/bin/python -m benchmarks.texts ocr [--pages 20] [--workers 1]
    .venv/bin/python -m benchmarks.texts ingest [--scans 200] [--workers 2]

search: papers of generated Chinese text, a tenth of them in reach of a clerk and all in reach of the keeper;
kinds of typed words, each asked by both; p50, p95 and worst. Beside it the bare query of the index, without
reach, proof, order and place; on SQLite also FTS5's own trigram index, which takes three signs or more.
ocr: pages printed by typst, drawn at 200 dots an inch, turned and noisy, recognised.
ingest: distinct scans put into a file and read in the background, with the memory that stays.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.credit_world import Database

DAY = date(2026, 6, 30)
CHUNK = 50_000
A_DOSSIER = 50  # papers
UNITS = 10
USUAL = [
    "公司", "合同", "付款", "货款", "客户", "信用", "逾期", "违约金", "甲方", "乙方", "发票", "银行",
    "对账", "质保金",
]  # fmt: skip
TEXTS = [
    "违约金", "华", "信用额度", "逾期 付款", '"甲方付款"', "对账 质保金 发票", "20250",
    "XH-2025-0012345", "没有的词句", "瀛洲",
]  # fmt: skip


def vocabulary(rng: random.Random) -> list[str]:
    """Four thousand made-up words of two to four common signs."""
    signs = ["华", *(chr(code) for code in range(0x4E00, 0x9FA5, 9))]
    return ["".join(rng.choices(signs, k=rng.choice((2, 2, 2, 3, 4)))) for _ in range(4_000)]


def texts(count: int) -> Iterator[tuple[str, str]]:
    """A title and a text of some 150 signs for each paper; usual words are in a tenth to a third of them."""
    rng = random.Random(7)  # noqa: S311 - a benchmark
    words = vocabulary(rng)
    summed = list(accumulate(1 / (place + 10) for place in range(len(words))))
    for at in range(count):
        said = rng.choices(words, cum_weights=summed, k=45) + rng.choices(USUAL, k=rng.randrange(2, 5))
        rng.shuffle(said)
        yield (
            f"购销合同XH-{2020 + at % 7}-{at:07}",
            "，".join("".join(said[n : n + 5]) for n in range(0, len(said), 5)),
        )


def main() -> None:
    """Build what is measured, and measure it."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("what", choices=["search", "ocr", "ingest"])
    given.add_argument("--papers", type=int, default=1_000_000)
    given.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    given.add_argument("--home", default="")
    given.add_argument("--rounds", type=int, default=9)
    given.add_argument("--pages", type=int, default=20)
    given.add_argument("--scans", type=int, default=200)
    given.add_argument("--workers", type=int, default=1)
    asked = given.parse_args()
    with tempfile.TemporaryDirectory(prefix="xinheng-bench-") as scratch:
        database = Database(asked.database, Path(asked.home or scratch))
        database.set_up()
        if asked.what == "search":
            build(asked.papers)
            ask(asked.rounds)
        elif asked.what == "ocr":
            recognise(asked.pages, asked.workers)
        else:
            ingest(asked.scans, asked.workers)


def build(count: int) -> None:
    """Fill the tables, once."""
    from django.db import connection

    from xinheng.base.access import services as access
    from xinheng.base.kernel import bulk
    from xinheng.base.kernel.actors import system_actor
    from xinheng.base.kernel.folding import PART, fold, tokens
    from xinheng.facts.archive.models import Document
    from xinheng.facts.dossiers.models import Dossier, Paper
    from xinheng.facts.texts.models import Entry, Page, Reading

    if Paper.objects.exists():
        return
    start = time.perf_counter()
    system = system_actor()
    access.load_shipped_roles(actor=system, on=DAY)
    units = [access.create_unit(actor=system, on=DAY, code="HQ", name="总部", kind="company")]
    for at in range(UNITS - 1):
        told = {"code": f"U{at}", "name": f"部门{at}", "kind": "department", "parent": "HQ"}
        units.append(access.create_unit(actor=system, on=DAY, **told))
    for login, role, unit in (("keeper", "archivist", "HQ"), ("clerk", "archivist", "U1")):
        told = {"login": login, "name": login, "password": "长江-river-2026", "role": role, "unit": unit}
        access.create_person(actor=system, on=DAY, **told)
    row = pl.int_range(1, count // A_DOSSIER + 2, eager=True)
    bulk.append(Dossier, pl.DataFrame({
        "id": row, "no": "D-" + row.cast(pl.String).str.zfill(7), "kind": "general_customer",
        "subject": "project:" + row.cast(pl.String), "title": "项目" + row.cast(pl.String),
        "unit_id": [units[at % UNITS].pk for at in range(len(row))], "secrecy": "internal",
    }).with_columns(opened_on=pl.lit(DAY), opened_by=pl.lit("keeper"), facts=pl.lit("{}")))  # fmt: skip
    made = texts(count)
    for first in range(0, count, CHUNK):
        said = [next(made) for _ in range(min(CHUNK, count - first))]
        ids = pl.int_range(first + 1, first + len(said) + 1, eager=True)
        titles, bodies = [one for one, _ in said], [text for _, text in said]
        folded = [fold(text) for text in bodies]
        heads = [PART.join((fold(title), f"p{at}")) for at, title in enumerate(titles, first + 1)]
        held = [
            " ".join(sorted(tokens(head) | tokens(text))) for head, text in zip(heads, folded, strict=True)
        ]
        label, day = "P-" + ids.cast(pl.String).str.zfill(8), pl.lit(DAY)
        bulk.append(Document, pl.DataFrame({
            "id": ids, "sha256": ids.cast(pl.String).str.zfill(64), "size": 1000,
            "content_type": "text/plain",
        }).with_columns(kept_by=pl.lit("keeper"), kept_on=day))  # fmt: skip
        days = [DAY - timedelta(days=at * 3 % 2_500) for at in range(len(said))]
        bulk.append(Paper, pl.DataFrame({
            "id": ids, "dossier_id": (ids - 1) // A_DOSSIER + 1, "label": label, "title": titles,
            "formed_on": days,
            "document_id": ids,
        }).with_columns(
            copy_form=pl.lit("copy"), secrecy=pl.lit("internal"), retention=pl.lit("D10"), received_on=day,
            kept_by=pl.lit("keeper"),
        ))  # fmt: skip
        bulk.append(
            Reading, pl.DataFrame({"document_id": ids}).with_columns(state=pl.lit("read"), queued_on=day)
        )
        bulk.append(
            Page,
            pl.DataFrame({"document_id": ids, "text": bodies, "folded": folded}).with_columns(no=pl.lit(1)),
        )
        bulk.append(Entry, pl.DataFrame({"paper_id": ids, "document_id": ids, "head": heads, "tokens": held}))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    seconds = time.perf_counter() - start
    print(f"{count:,} papers catalogued and indexed in {seconds:.0f} s, {count / seconds:,.0f} a second")


def ask(rounds: int) -> None:
    """Each text by each reader, in turn with the bare query of the index."""
    from django.db import connection

    from xinheng.base.access import services as access
    from xinheng.base.access.models import Person
    from xinheng.base.kernel.folding import needed
    from xinheng.facts.texts import searching, services
    from xinheng.facts.texts.folding import words_of
    from xinheng.facts.texts.values import Wanted

    readers = {
        login: access.actor_of(Person.objects.get(login=login), on=DAY) for login in ("keeper", "clerk")
    }
    every: list[float] = []
    peer = _trigrams() if connection.vendor == "sqlite" else None
    for text in TEXTS:
        told = []
        tokens = [token for word in words_of(text).folded for token in needed(word)]
        for login, actor in readers.items():
            taken = []
            for _ in range(rounds + 1):
                start = time.perf_counter()
                found = services.search(actor=actor, on=DAY, wanted=Wanted(text))
                taken.append(1000 * (time.perf_counter() - start))
            every += taken[1:]
            told.append(
                f"{login} {found.total}{'+' if found.more else ''} {statistics.median(taken[1:]):.0f} ms"
            )
        told.append(f"bare {_median(partial(searching._indexed, tokens), rounds):.0f} ms")
        if peer and len(text) >= 3 and " " not in text and '"' not in text:
            told.append(f"trigram {_median(partial(_peer, text), rounds):.0f} ms")
        print(f"{text:18} " + " · ".join(told))
    every.sort()
    p95 = every[int(0.95 * len(every))]
    print(
        f"all: p50 {statistics.median(every):.0f} ms, p95 {p95:.0f} ms, worst {every[-1]:.0f} ms; "
        "budget 300 ms"
    )


def _median(act: Any, rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        taken.append(1000 * (time.perf_counter() - start))
    return statistics.median(taken)


def _trigrams() -> bool:
    """FTS5 as it comes, over the same folded texts."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = 'peer'")
        if cursor.fetchone()[0] == 0:
            cursor.execute(
                "CREATE VIRTUAL TABLE peer USING fts5("
                "folded, content='texts_page', content_rowid='id', tokenize='trigram')"
            )
            cursor.execute("INSERT INTO peer(peer) VALUES ('rebuild')")
    return True


def _peer(text: str) -> None:
    from django.db import connection

    from xinheng.base.kernel.folding import fold

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rowid FROM peer WHERE peer MATCH %s ORDER BY rank LIMIT 20", [f'"{fold(text)}"']
        )
        cursor.fetchall()


def scans(count: int) -> Iterator[bytes]:
    """Pages of a contract as a scanner gives them, each another."""
    import pypdfium2 as pdfium
    import typst
    from PIL import Image

    from xinheng.base.kernel.fonts import font_folder

    for at in range(count):
        lines = "\n\n".join(
            f"第{n}条 甲方应于2026年{n}月{at % 28 + 1}日前付清货款人民币壹拾贰万元整，"
            f"逾期按日万分之五计收违约金，编号XH-{at:05}-{n}。"
            for n in range(1, 13)
        )  # fmt: skip
        head = '#set page(paper: "a4", margin: 2cm)\n'
        head += '#set text(font: "Noto Sans CJK SC", size: 11pt)\n= 购销合同\n'
        page = pdfium.PdfDocument(typst.compile((head + lines).encode(), font_paths=[str(font_folder())]))[0]
        grey = page.render(scale=200 / 72, grayscale=True).to_pil().rotate(at % 5 / 5, fillcolor=255)
        dots = np.asarray(grey).astype(int) + np.random.default_rng(at).normal(
            0, 14, (grey.height, grey.width)
        )
        file = io.BytesIO()
        Image.fromarray(np.clip(dots, 0, 255).astype("uint8")).save(file, "JPEG", quality=85)
        yield file.getvalue()


def recognise(count: int, threads: int) -> None:
    """Pages a second of one process with so many threads."""
    from xinheng.facts.texts.apart import Reader

    taken, signs = [], 0
    with Reader(threads) as reader:
        for at, scan in enumerate(scans(count + 1)):
            start = time.perf_counter()
            page = next(iter(list(reader.read(scan, "image/jpeg", first=1))))
            signs += len(page.text) if at else 0
            taken.append(time.perf_counter() - start)
    seconds = sum(taken[1:])
    print(
        f"{count} pages of A4 in {seconds:.1f} s: {count / seconds:.2f} a second, "
        f"{signs / count:.0f} signs a page"
    )


def ingest(count: int, workers: int) -> None:
    """Scans put into a file, then read in the background."""
    from xinheng.base.access import services as access
    from xinheng.base.kernel.actors import system_actor
    from xinheng.facts.archive.values import Upload
    from xinheng.facts.dossiers import services as dossiers
    from xinheng.facts.texts import services

    system = system_actor()
    access.load_shipped_roles(actor=system, on=DAY)
    unit = access.create_unit(actor=system, on=DAY, code="HQ", name="总部", kind="company")
    told: dict[str, Any] = {"actor": system, "on": DAY}
    about = {"kind": "general_visit", "subject": "visit:1", "title": "扫描件", "unit": unit}
    from xinheng.facts.dossiers import queries

    kind = next(one for one in queries.kinds(DAY).values() if one.subject == "project")
    about |= {"kind": kind.code, "subject": "project:1"}
    dossier = dossiers.open_dossier(**told, **about)
    start = time.perf_counter()
    for at, scan in enumerate(scans(count)):
        asked = {"item": "", "title": f"扫描{at}", "copy_form": "copy"}
        dossiers.add_paper(**told, dossier=dossier, upload=Upload(f"{at}.jpg", scan), **asked)
    print(f"{count} scans kept and queued in {time.perf_counter() - start:.1f} s (making them included)")
    start = time.perf_counter()
    outcome = services.read_waiting(**told, workers=workers)
    seconds = time.perf_counter() - start
    own, apart = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(
        f"{outcome.documents} read in {seconds:.1f} s, {outcome.documents / seconds:.2f} a second, "
        f"{outcome.failed} failed; "
        f"memory {own:,.0f} MB and {apart:,.0f} MB apart"
    )


if __name__ == "__main__":
    os.environ.setdefault("XINHENG_TEXTS_THREADS", "1")
    main()
