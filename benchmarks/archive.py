"""How fast papers are kept, proven and listed: ingest, fixity by rate, a catalogue of a million papers.

    python benchmarks/archive.py [--files 1000] [--kilobytes 400] [--papers 1000000]

Makes an archive of its own below a temporary folder (SQLite, or the empty database of DATABASE_URL). Scans
are PDFs of one picture of noise, of nobody. Prints what a second of keeping and of proving does, how long
100 GB would take at that rate, and the list of papers and dossiers by filter over many questions.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django
import polars as pl

ON = date(2026, 6, 30)
EACH = 10  # papers of a dossier
ASKED = 60  # questions of each kind


def main() -> None:
    """Keep, prove, list, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--kilobytes", type=int, default=400)
    parser.add_argument("--papers", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ.setdefault("XINHENG_HOME", home)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.wiring.settings")
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        kept_and_proven(asked.files, asked.kilobytes)
        listed(asked.papers)


def kept_and_proven(number: int, kilobytes: int) -> None:
    """Scans through the whole door (looked into, hashed, flushed), then read again; the disk alone beside."""
    from django.conf import settings

    from xinheng.base.kernel.actors import system_actor
    from xinheng.facts.archive import services
    from xinheng.facts.archive.values import Upload

    actor, scans = system_actor(), [scan(kilobytes, seed) for seed in range(number)]
    size = sum(map(len, scans))
    began = time.perf_counter()
    for place, content in enumerate(scans):
        services.keep(actor=actor, on=ON - timedelta(days=1), upload=Upload(f"{place}.pdf", content))
    kept = time.perf_counter() - began
    bare = Path(settings.HOME) / "bare"
    began = time.perf_counter()
    for content in scans:
        with bare.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    control = time.perf_counter() - began
    proven = services.check_fixity(actor=actor, on=ON)
    rate = proven.bytes / proven.seconds
    print(f"keep: {number / kept:.0f} files/s, {size / kept / 1e6:.0f} MB/s; written and flushed alone "
          f"{number / control:.0f} files/s")  # fmt: skip
    user = os.times().user
    services.check_fixity(actor=actor, on=ON)
    print(f"prove once more: {proven.bytes / max(os.times().user - user, 0.01) / 1e6:.0f} MB a CPU second")
    print(f"prove: {rate / 1e9:.2f} GB/s, {proven.documents / proven.seconds:.0f} files/s; "
          f"100 GB in {100e9 / rate / 60:.1f} min; faults {len(proven.faults)}")  # fmt: skip


def scan(kilobytes: int, seed: int) -> bytes:
    """A PDF of one page with a picture that does not pack."""
    from PIL import Image

    side = max(8, int((kilobytes * 1024) ** 0.5))
    picture = Image.frombytes("L", (side, side), random.Random(seed).randbytes(side * side))  # noqa: S311
    out = io.BytesIO()
    picture.save(out, "PDF", quality=90)
    return out.getvalue()


def listed(papers: int) -> None:
    """A catalogue in bulk, then what its pages ask."""
    from xinheng.base.kernel.actors import system_actor
    from xinheng.facts.dossiers import queries
    from xinheng.facts.dossiers.values import Wanted

    began = time.perf_counter()
    made(papers)
    print(f"{papers} papers in {papers // EACH} dossiers, made in {time.perf_counter() - began:.0f} s")
    actor, chance = system_actor(), random.Random(7)  # noqa: S311
    dossiers = papers // EACH
    day = ON - timedelta(days=30)

    def page(wanted: Wanted) -> list[Any]:
        return list(queries.dossiers(actor, wanted, ON)[:50])

    visible = queries.papers_visible
    timed("dossiers, a page by number", lambda: page(Wanted()))
    timed("dossiers of a text", lambda: page(Wanted(text=f"企业{chance.randrange(dossiers):07}")))
    timed(
        "papers of one dossier",
        lambda: list(visible(actor, ON).filter(dossier__no=f"ZY·2026-{chance.randrange(dossiers):07}")),
    )
    timed(
        "one paper by its label",
        lambda: list(visible(actor, ON).filter(label=f"B{chance.randrange(papers):09}")),
    )
    timed(
        "papers that run out in 30 days, a page",
        lambda: list(visible(actor, ON).filter(valid_until__range=(day, ON)).order_by("valid_until")[:50]),
    )
    timed(
        "completeness of a page of 50",
        lambda: queries.of_dossiers(
            [one.pk for one in page(Wanted(text=f"企业{chance.randrange(dossiers // 50):05}"))], ON
        ),
    )


def made(papers: int) -> None:
    """Dossiers and papers by columns."""
    from xinheng.base.access import services as access
    from xinheng.base.kernel import bulk
    from xinheng.base.kernel.actors import system_actor
    from xinheng.base.kernel.folding import tokens
    from xinheng.facts.dossiers import finding
    from xinheng.facts.dossiers.models import Dossier, Lookup, Paper

    unit = access.create_unit(actor=system_actor(), on=ON, code="HQ", name="公司", kind="group")
    number = max(1, papers // EACH)
    keys = pl.DataFrame({"key": pl.int_range(number, eager=True)})
    text = pl.col("key").cast(pl.String).str.zfill(7)
    dossiers = keys.select(
        no="ZY·2026-" + text, kind=pl.lit("general_customer"), subject="customer:" + text,
        single="general_customer|customer:" + text, title="企业" + text + "信用档案", unit_id=pl.lit(unit.pk),
        custodian=pl.lit("lin"), secrecy=pl.lit("internal"), facts=pl.lit("{}"), opened_on=pl.lit(ON),
        opened_by=pl.lit("lin"), confirmed_by=pl.lit(""),
    )  # fmt: skip
    bulk.append(Dossier, dossiers)
    told = Dossier.objects.order_by("pk").values_list("pk", "no", "title", "subject")
    heads = [(key, finding.head_of(*row, {})) for key, *row in told.iterator(5_000)]
    found_by = [Lookup(dossier_id=key, folded=head, tokens=" ".join(tokens(head))) for key, head in heads]
    Lookup.objects.bulk_create(found_by, batch_size=5_000)
    first = Dossier.objects.order_by("pk").values_list("pk", flat=True)[0]
    place = pl.col("key")
    rows = pl.DataFrame({"key": pl.int_range(number * EACH, eager=True)}).select(
        dossier_id=first + place // EACH, item=pl.lit("other"),
        label="B" + place.cast(pl.String).str.zfill(9),
        number=pl.lit(""), title="文件" + place.cast(pl.String), file_name=pl.lit("a.pdf"),
        copy_form=pl.lit("electronic"), has_original=pl.lit(value=True), secrecy=pl.lit("internal"),
        retention=pl.lit("D10"), formed_on=pl.lit(ON), received_on=pl.lit(ON),
        valid_until=pl.lit(ON) + pl.duration(days=place % 3650 - 365), version=pl.lit(1),
        state=pl.lit("in_force"), kept_by=pl.lit("lin"), note=pl.lit(""),
    )  # fmt: skip
    bulk.append(Paper, rows)


def timed(name: str, ask: Callable[[], Any]) -> None:
    """Median and 95 % of one question asked many times."""
    took = []
    for _turn in range(ASKED):
        began = time.perf_counter()
        ask()
        took.append(1000 * (time.perf_counter() - began))
    took.sort()
    print(f"{name}: median {statistics.median(took):.1f} ms, p95 {took[int(ASKED * 0.95)]:.1f} ms")


if __name__ == "__main__":
    main()
