"""One day of a simulation: both policies over the same stored figures, set against each other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import ibis
import polars as pl
from django.utils import translation
from django.utils.translation import gettext

from xinheng.base.kernel.engine import quoted
from xinheng.base.kernel.spreads import stability_index
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Policy
from xinheng.judgements.ratings import inputs, simulating_causes
from xinheng.judgements.ratings.computing import MEMORY
from xinheng.judgements.ratings.simulated import Cause, GroupCount, MoveCount, SideName, SimulatedDay
from xinheng.judgements.ratings.simulating_causes import Rule, Side

COMPARED = ("state", "grade", "rank", "score_milli", "grade_before_caps")
MOST_EXPLAINED = 20_000  # movers of a day of whom all figures are kept
SIDES: tuple[SideName, SideName] = ("old", "new")


@dataclass(frozen=True)
class Pair:
    """The two policies of a simulation."""

    old: Policy
    new: Policy

    def of(self, side: SideName) -> Policy:
        """One of them."""
        return self.old if side == "old" else self.new

    @property
    def looks_alike(self) -> bool:
        """Whether both look at the same figures, so that these are gathered once."""
        same = policies.inputs_of(self.old) == policies.inputs_of(self.new)
        asked = (self.old.questions, self.old.roles) == (self.new.questions, self.new.roles)
        return same and asked


@dataclass(frozen=True)
class DayFiles:
    """Where the movers of a day are kept, and of some of them all figures and results of either policy."""

    folder: Path
    as_of: date

    @property
    def movers(self) -> Path:
        """A row a mover."""
        return self.folder / f"movers-{self.as_of}.parquet"

    def cases(self, side: SideName) -> Path:
        """A row a mover: what went in and what came out."""
        return self.folder / f"{side}-{self.as_of}.parquet"


def one_day(
    pair: Pair, sources: inputs.Sources, files: DayFiles, *, measured_on: date, seen: pl.Series | None
) -> SimulatedDay:
    """Rate every customer by both policies and keep who would move.

    seen: the ids of the customers to count, all of them where not given; all are rated either way, as
    a rule may compare a customer with the others.
    """
    with _engine(files.folder) as engine:
        engine.execute("CREATE TEMP TABLE moved (customer_id BIGINT)")
        for side in SIDES:
            shared = side == "new" and pair.looks_alike
            table = "inputs_old" if shared else f"inputs_{side}"
            if not shared:
                gathered = inputs.looked_at(pair.of(side), sources, as_of=files.as_of)
                engine.register(table, gathered.to_arrow())
            _rate(engine, pair.of(side), table, side)
        _pair(engine, sources, seen)
        moves = _moves(engine)
        causes = _movers(engine, pair, files)
        states = _states(engine)
        return SimulatedDay(
            as_of=files.as_of,
            measured_on=measured_on,
            customers=sum(move.customers for move in moves),
            moves=moves,
            groups=tuple(_groups(engine)),
            causes=tuple(causes),
            incomplete_old=states.get(("old", "incomplete"), 0),
            incomplete_new=states.get(("new", "incomplete"), 0),
            not_applicable_old=states.get(("old", "not_applicable"), 0),
            not_applicable_new=states.get(("new", "not_applicable"), 0),
            shifted=psi(*_sides(moves)),
        )


@contextmanager
def _engine(folder: Path) -> Iterator[Any]:
    limits: dict[str, Any] = {"memory_limit": MEMORY, "temp_directory": str(folder / "tmp")}
    with duckdb.connect(config=limits) as engine:
        engine.execute("SET preserve_insertion_order = false")
        yield engine


def _rate(engine: Any, policy: Policy, table: str, side: SideName) -> None:
    """A table `old` or `new`: a row a customer with its grade; and a view `ruled_…` with every outcome.

    The outcomes are looked at for the movers alone, so they are computed for them alone, unless a rule
    compares a customer with the others.
    """
    statement = _statement(policy, table, ())
    if "OVER (" in statement:
        engine.execute(f"CREATE TEMP TABLE {side} AS {_leading(policy, statement)}")
        engine.execute(
            f"CREATE TEMP VIEW ruled_{side} AS SELECT * FROM {side} SEMI JOIN moved USING (customer_id)"
        )
        return
    narrow = _leading(policy, _statement(policy, table, COMPARED))
    engine.execute(f"CREATE TEMP TABLE {side} AS {narrow}")
    engine.execute(
        f"CREATE TEMP VIEW moved_{side} AS SELECT * FROM {table} SEMI JOIN moved USING (customer_id)"
    )
    wide = _leading(policy, _statement(policy, f"moved_{side}", ()))
    engine.execute(f"CREATE TEMP VIEW ruled_{side} AS {wide}")


@lru_cache(maxsize=16)
def _statement(policy: Policy, table: str, columns: tuple[str, ...]) -> str:
    """The rating of a table of inputs; of some columns alone, where they are named, beside the keys."""
    rated = policies.rate_table(policy, policies.input_table(policy, table))
    if columns:
        rated = rated.select(*policies.keys_of(policy), *columns)
    return str(ibis.to_sql(rated, dialect="duckdb"))


def _leading(policy: Policy, statement: str) -> str:
    """Of a customer's roles the worse, as runs show it."""
    if not policy.roles:
        return statement
    order = "ORDER BY coalesce(rank, 0) DESC, role"
    return f"SELECT * FROM ({statement}) QUALIFY row_number() OVER (PARTITION BY customer_id {order}) = 1"


def _pair(engine: Any, sources: inputs.Sources, seen: pl.Series | None) -> None:
    """A table `pair`: a row a customer with what both policies give, and its industry."""
    columns = ", ".join(f"{side}.{name} AS {side}_{name}" for side in SIDES for name in COMPARED)
    narrowed = ""
    if seen is not None:
        engine.register("seen", pl.DataFrame({"customer_id": seen.cast(pl.Int64)}).to_arrow())
        narrowed = "SEMI JOIN seen ON seen.customer_id = old.customer_id"
    engine.execute(
        f"""
        CREATE TEMP TABLE pair AS
        SELECT old.customer_id, old.customer_no, coalesce(told.industry_section, '') AS section, {columns}
        FROM old JOIN new ON new.customer_id = old.customer_id
        LEFT JOIN read_parquet({quoted(sources.customers)}) AS told ON told.customer_id = old.customer_id
        {narrowed}
        """
    )


def _moves(engine: Any) -> tuple[MoveCount, ...]:
    rows = engine.execute(
        "SELECT old_grade, new_grade, count(*) FROM pair GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return tuple(MoveCount(*row) for row in rows)


def _groups(engine: Any) -> Iterator[GroupCount]:
    for side in SIDES:
        rows = engine.execute(
            f"SELECT section, '{side}', {side}_grade, count(*) FROM pair GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        yield from (GroupCount(*row) for row in rows)


def _states(engine: Any) -> dict[tuple[str, str], int]:
    return {
        (side, state): number
        for side in SIDES
        for state, number in engine.execute(
            f"SELECT {side}_state, count(*) FROM pair GROUP BY ALL"
        ).fetchall()
    }


def _movers(engine: Any, pair: Pair, files: DayFiles) -> list[Cause]:
    """Keep the movers with the rule that decides for each; gives the rules with how many they decide for."""
    engine.execute("INSERT INTO moved SELECT customer_id FROM pair WHERE old_grade <> new_grade")
    for side in SIDES:
        engine.execute(f"CREATE TEMP TABLE told_{side} AS SELECT * FROM ruled_{side}")
    ruled = [f"told_{side}.{name} AS {side}_{name}" for side in SIDES for name in _outcomes(engine, side)]
    columns = ", ".join(["pair.*", *ruled])
    told = engine.sql(
        f"SELECT {columns} FROM pair JOIN told_old USING (customer_id) JOIN told_new USING (customer_id)"
    )
    movers = pl.DataFrame(told.to_arrow_table())
    sides = Side("old", pair.old), Side("new", pair.new)
    movers = movers.with_columns(turn=simulating_causes.turned(*sides))
    found = simulating_causes.rules(*sides)
    movers = simulating_causes.decided(movers, sides, found).sort("customer_no")
    _keep_movers(movers, found, files.movers)
    for side in SIDES:
        _keep_cases(engine, pair, side, files)
    return _causes(movers, found)


def _outcomes(engine: Any, side: SideName) -> list[str]:
    told = engine.sql(f"SELECT column_name FROM duckdb_columns() WHERE table_name = 'told_{side}'").fetchall()
    kept = ("condition_", "points_", "counts_", "cap_", "veto_", "exclusion_")
    return [name for (name,) in told if name.startswith(kept)]


def _keep_movers(movers: pl.DataFrame, found: list[Rule], path: Path) -> None:
    ruled = pl.DataFrame(
        {
            "rule": range(len(found)),
            "kind": [rule.kind for rule in found],
            "code": [rule.code for rule in found],
            "zh": [_words(rule)[0] for rule in found],
            "en": [_words(rule)[1] for rule in found],
        },
        schema_overrides={"rule": pl.Int32},
    )
    named = ["old_grade", "new_grade", "turn", "old_score_milli", "new_score_milli"]
    kept = movers.select("customer_id", "customer_no", "section", *named, "rule")
    kept.join(ruled, on="rule", how="left", maintain_order="left").write_parquet(
        path, row_group_size=inputs.ROW_GROUP
    )


def _keep_cases(engine: Any, pair: Pair, side: SideName, files: DayFiles) -> None:
    """All figures and results of the first movers, so that each can be explained."""
    table = "inputs_old" if side == "new" and pair.looks_alike else f"inputs_{side}"
    keys = "customer_id, customer_no" + (", role" if pair.of(side).roles else "")
    engine.execute(
        f"""
        COPY (
            SELECT * FROM told_{side} JOIN {table} USING ({keys}) ORDER BY customer_no LIMIT {MOST_EXPLAINED}
        ) TO {quoted(files.cases(side))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {inputs.ROW_GROUP})
        """
    )


def _causes(movers: pl.DataFrame, found: list[Rule]) -> list[Cause]:
    """The rules that decide for somebody, those with most customers first."""
    counted: dict[int, dict[str, int]] = {}
    for rule, turn, number in movers.group_by("rule", "turn").len().iter_rows():
        counted.setdefault(rule, {})[turn] = number
    causes = [
        Cause(
            kind=found[place].kind,
            code=found[place].code,
            side=found[place].side,
            zh=_words(found[place])[0],
            en=_words(found[place])[1],
            worse=turns.get("worse", 0),
            better=turns.get("better", 0),
            other=turns.get("other", 0),
        )
        for place, turns in counted.items()
    ]
    return sorted(causes, key=lambda one: (-one.customers, one.kind, one.code, one.side))


def _words(rule: Rule) -> tuple[str, str]:
    """The words of a rule in Chinese and in English."""
    if not isinstance(rule.words, str):
        return rule.words.zh, rule.words.en
    with translation.override("zh-hans"):
        return gettext(rule.words), rule.words


def _sides(moves: tuple[MoveCount, ...]) -> tuple[dict[str, int], dict[str, int]]:
    before: dict[str, int] = {}
    after: dict[str, int] = {}
    for move in moves:
        before[move.old] = before.get(move.old, 0) + move.customers
        after[move.new] = after.get(move.new, 0) + move.customers
    return before, after


def psi(before: dict[str, int], after: dict[str, int]) -> float:
    """The population stability index of two spreads over grades: the sum of (a - b) ln(a / b).

    a and b are shares; those without a grade are a class; an empty class counts half a customer.
    Nothing on either side gives 0.
    """
    grades = sorted({*before, *after})
    return stability_index(*([side.get(grade, 0) for grade in grades] for side in (before, after)))
