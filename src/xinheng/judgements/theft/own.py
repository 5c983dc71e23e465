"""The own consumers ranked by suspicion, and a ranking learned from what inspections found; both are kept."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import polars as pl
from django.conf import settings
from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.engine import engine
from xinheng.base.kernel.working_days import SHIPPED, SHIPPED_YEARS
from xinheng.facts.metering import queries as accounts
from xinheng.facts.metering import services as register
from xinheng.facts.metering import tables as metering
from xinheng.facts.metering.values import NewItem
from xinheng.judgements.theft import (
    detecting,
    gathering,
    judging,
    keeping,
    learning,
    measuring,
    policy,
    scoring,
    storing,
)
from xinheng.judgements.theft.beside import Tables
from xinheng.judgements.theft.errors import NoReadings, NotRanked, TooFewFindings
from xinheng.judgements.theft.gathering import Asked
from xinheng.judgements.theft.learning import Learnt, Tell, quiet
from xinheng.judgements.theft.models import Learned, Ranking, Suspect
from xinheng.judgements.theft.policy import TheftRules
from xinheng.judgements.theft.reducing import Window
from xinheng.judgements.theft.values import SUSPECT

DATASETS = ("readings", "events", "areas", "quarters", "bills")
BATCH = 2_000
FIGURES, RESULTS = "theft_figures", "theft_ranking"  # in the register of data items


def rank(*, actor: Actor, on: date, tell: Tell = quiet) -> Ranking:
    """Rank all consumers by what is known before a day; a new run each time, nothing of an old one changes.

    The last ranking that was learned is used; where there is none, detectors and unusual shapes decide.
    Refuses: AccessDenied, NoReadings, KeptFileAltered.
    """
    access.require(actor, "theft.run")
    rules, row = policy.in_force(on), Learned.objects.first()
    learnt = None if row is None else read(row).learnt
    with _work() as work:
        asked, paths = _measured(on, rules, work, tell)
        results = judging.judged(_frames(paths), rules, asked.window, learnt=learnt, tell=tell)
        return _keep(actor, on, rules, row, asked, paths, results, work)


def fit(*, actor: Actor, on: date, labels: pl.DataFrame, tell: Tell = quiet) -> Learned:
    """Learn a ranking from findings. labels: consumer, found (1 theft, 0 none), day; the last counts.

    What it is worth is measured on consumers it did not see. Refuses: AccessDenied, NoReadings,
    TooFewFindings.
    """
    access.require(actor, "theft.run")
    rules = policy.in_force(on)
    known = labels.filter(pl.col("day") <= on).sort("day", "found").unique("consumer", keep="last")
    enough(known["found"], rules.learning.least_found)
    with _work() as work:
        asked, paths = _measured(on, rules, work, tell)
        seen = pl.concat(
            [frame.join(known.select("consumer", "found"), on="consumer") for frame in _frames(paths)()]
        )
        days = asked.window.pieces * asked.window.step
        seen = seen.filter(scoring.why_not(seen, rules, days) == "").sort("consumer")
        enough(seen["found"], rules.learning.least_found)
        learnt, report = learned_from(seen.drop("found"), seen["found"], rules, tell=tell)
        made = work / "ranking.theft"
        made.write_bytes(storing.packed(storing.Kept(learnt, report, {})))
        path, digest = keeping.kept(made, f"learned-{on.isoformat()}")
    with transaction.atomic():
        row = Learned.objects.create(
            as_of=on, path=path, sha256=digest, policy=f"{rules.code}@{rules.version}",
            found=int(seen["found"].sum()), cleared=int((seen["found"] == 0).sum()), report=report,
            learned_by=actor.login, learned_on=on,
        )  # fmt: skip
        after = {"found": row.found, "cleared": row.cleared, "auc": report["learned"]["auc"]}
        audit.record(actor=actor, act="theft.fit", subject=f"learned:{row.pk}", on=on, after=after)
    return row


def replay(*, actor: Actor, number: int) -> bool:
    """Whether a run judged again from its kept figures and learned ranking is the same, row by row.

    Refuses: AccessDenied, NotRanked, KeptFileAltered.
    """
    access.require(actor, "theft.read")
    row = Ranking.objects.select_related("learned").filter(pk=number).first()
    if row is None:
        raise NotRanked(number=number)
    rules = policy.load(row.inputs["policy_text"])
    figures = keeping.proven(row.features_path, row.features_sha256)
    window = Window(row.since, row.as_of, int(row.inputs["step"]))
    learnt = None if row.learned is None else read(row.learned).learnt
    again = judging.judged(lambda: iter([pl.read_parquet(figures)]), rules, window, learnt=learnt, tell=quiet)
    return again.equals(pl.read_parquet(keeping.proven(row.results_path, row.results_sha256)))


def end_day(*, actor: Actor, on: date, tell: Tell = quiet) -> Ranking | None:
    """At the end of a day rank anew where readings came since the last run; else nothing is done."""
    access.require(actor, "theft.run")
    last = Ranking.objects.first()
    files = _files(on, policy.in_force(on).window_days)
    if not files["readings"] or (last is not None and last.inputs.get("files") == files):
        return None
    return rank(actor=actor, on=on, tell=tell)


def enough(found: pl.Series, least: int) -> None:
    """Refuses: TooFewFindings, where there are too few consumers with or without a finding."""
    with_one = int((found > 0).sum())
    if min(with_one, len(found) - with_one) < least:
        raise TooFewFindings(found=with_one, clean=len(found) - with_one, least=least)


def learned_from(
    figures: pl.DataFrame, found: pl.Series, rules: TheftRules, *, tell: Tell = quiet
) -> tuple[Learnt, dict[str, Any]]:
    """A ranking learned from figures of consumers with a finding, and its report beside naive rankings."""
    weight = detecting.weighed(detecting.spoken(figures, rules), rules)
    told = scoring.learnable(figures).with_columns(pl.Series("detector_score", weight))
    labels = (found > 0).cast(pl.Int8).to_numpy()
    consumers = figures["consumer"].to_list()
    learnt, crossed = learning.learn(consumers, told, labels, folds=rules.learning.folds, tell=tell)
    return learnt, measuring.report(figures, labels, crossed, weight, folds=rules.learning.folds)


def read(row: Learned) -> storing.Kept:
    """The ranking of a row. Refuses: KeptFileAltered, RankingUnreadable."""
    return storing.unpacked(keeping.proven(row.path, row.sha256).read_bytes(), file=row.path)


@contextmanager
def _work() -> Iterator[Path]:
    folder = Path(mkdtemp(dir=keeping.scratch()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _frames(paths: list[Path]) -> judging.Frames:
    return lambda: (pl.read_parquet(path) for path in paths)


def _measured(on: date, rules: TheftRules, work: Path, tell: Tell) -> tuple[Asked, list[Path]]:
    """The figures of all consumers in files of chunks. Refuses: NoReadings."""
    until = on - timedelta(days=1)
    since = until - timedelta(days=rules.window_days - 1)
    if not metering.files("readings", since=since, until=until):
        raise NoReadings(since=since, until=until)
    with engine(work) as backend:
        span = {"since": since, "until": until}
        files = {name: bool(metering.files(name, **span)) for name in DATASETS}
        found = {name: getattr(metering, name)(backend, **span) for name in DATASETS if files[name]}
        consumers = metering.consumers(backend, on=until)
        asked = gathering.asked(
            Tables(consumers=consumers, **found), rules, until=until, since=since,
            holidays=holidays(since, until),
        )  # fmt: skip
        paths = []
        for place, frame in enumerate(gathering.figures(asked, tell=tell)):
            paths.append(work / f"figures-{place:05d}.parquet")
            frame.write_parquet(paths[-1])
    return asked, paths


def holidays(since: date, until: date) -> list[date]:
    """The working days of the week on which nobody works."""
    days = pl.date_range(since, until, "1d", eager=True)
    return [day for day in days if day.weekday() < 5 and day.year in SHIPPED_YEARS and not SHIPPED.works(day)]


def _files(on: date, window_days: int) -> dict[str, list[list[str]]]:
    until = on - timedelta(days=1)
    since = until - timedelta(days=window_days - 1)
    return {name: [list(one) for one in metering.files(name, since=since, until=until)] for name in DATASETS}


def _keep(  # noqa: PLR0913, PLR0917 - what a run is made of
    actor: Actor, on: date, rules: TheftRules, learned: Learned | None, asked: Asked, paths: list[Path],
    results: pl.DataFrame, work: Path,
) -> Ranking:  # fmt: skip
    """The files and rows of a run."""
    figures, told = work / "figures.parquet", work / "results.parquet"
    pl.scan_parquet(paths).sink_parquet(figures, compression="zstd")
    results.write_parquet(told, compression="zstd")
    kept = [keeping.kept(path, f"{path.stem}-{on.isoformat()}") for path in (figures, told)]
    window = asked.window
    inputs = {
        "files": _files(on, rules.window_days), "step": window.step, "policy_text": rules.model_dump_json(),
    }  # fmt: skip
    suspects = results.filter(pl.col("level").is_in(SUSPECT))
    with transaction.atomic():
        row = Ranking.objects.create(
            as_of=window.until, since=window.since, learned=learned,
            policy=f"{rules.code}@{rules.version}", inputs=inputs, features_path=kept[0][0],
            features_sha256=kept[0][1], results_path=kept[1][0], results_sha256=kept[1][1],
            consumers=results.height, levels=judging.levels(results),
            industries=judging.industries(results), engine=settings.ENGINE, made_by=actor.login, made_on=on,
        )  # fmt: skip
        _keep_suspects(row, suspects.head(rules.kept_suspects))
        _register(actor, on, row)
        after = {"as_of": row.as_of, "consumers": row.consumers, "levels": row.levels}
        audit.record(actor=actor, act="theft.rank", subject=f"ranking:{row.pk}", on=on, after=after)
    return row


def _register(actor: Actor, on: date, row: Ranking) -> None:
    """Figures and ranking in the register of data items, with the raw items they come from."""
    raw = [one for name in DATASETS for one in accounts.raw_sources(name, since=row.since, until=row.as_of)]
    key = str(row.pk)
    title = f"{row.as_of.isoformat()} #{row.pk}"
    for data_class, code, digest, sources in (
        ("intermediate", FIGURES, row.features_sha256, tuple(dict.fromkeys(raw))),
        ("output", RESULTS, row.results_sha256, ((FIGURES, key),)),
    ):
        item = NewItem(data_class, code, key, title, ("theft",), sources, digest)
        register.keep_item(actor=actor, on=on, new=item)


def _keep_suspects(row: Ranking, suspects: pl.DataFrame) -> None:
    kept = suspects.with_columns(pl.col("name", "industry", "area").fill_null(""))
    Suspect.objects.bulk_create(
        (
            Suspect(
                ranking=row, rank=one["rank"], consumer_no=one["consumer"], name=one["name"][:200],
                industry=one["industry"], area=one["area"], score=one["score"], level=one["level"],
                detectors=one["detectors"][:600], evidence=json.loads(one["evidence"]),
            )
            for one in kept.iter_rows(named=True)
        ),
        batch_size=BATCH,
    )  # fmt: skip
