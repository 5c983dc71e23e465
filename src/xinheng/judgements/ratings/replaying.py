"""Doing a stored run again from what it kept, and comparing everything."""

from __future__ import annotations

import tempfile
from datetime import date
from hashlib import sha256
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
from django.utils.translation import gettext as _
from ibis.common.exceptions import IbisError

from xinheng.base.access import services as access
from xinheng.base.kernel import columns
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.base.packs.errors import PolicyUnknown
from xinheng.facts.customers import queries as customers
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Policy
from xinheng.judgements.ratings import stored, wording
from xinheng.judgements.ratings.computing import compute, sha256_of
from xinheng.judgements.ratings.errors import NotRated, RunUnknown
from xinheng.judgements.ratings.models import Grade, Run
from xinheng.judgements.ratings.rating import led, tally
from xinheng.judgements.ratings.rerating import compares
from xinheng.judgements.ratings.values import Difference, Replay, ReplayedDecision

SHOWN = 20
UNREADABLE = (duckdb.Error, pl.exceptions.PolarsError, pa.ArrowException, IbisError)
MOST_DETAILS = 500
DETAILS = pl.Schema(dict.fromkeys(("customer_no", "what", "kept", "again", "kept_in"), pl.String()))
KEPT = pa.schema(
    [("customer_id", pa.int64()), ("role", pa.string()), ("state", pa.string()), ("grade", pa.string()),
     ("rank", pa.int64()), ("score_milli", pa.int64())]
)  # fmt: skip


def replay(*, actor: Actor, run_id: int) -> Replay:
    """Compute a run again from its stored inputs and policy text, and compare with all it kept.

    Names the altered file or policy text, the customers whose result differs, and of each the results that
    differ: kept and computed again. Changes nothing. Refuses: AccessDenied, RunUnknown.
    """
    access.require(actor, "ratings.read", f"run:{run_id}")
    run = _done(run_id)
    policy, causes = _policy_of(run)
    again = None if policy is None else _again(run, policy, causes)
    if policy is None or again is None:
        return Replay(run_id, same=False, customers=0, differences=(), cause=wording.sentences(causes))
    causes += _altered(run, "results")
    kept = _kept_file(run)
    details = pl.concat([_against_grades(run, again), _against_file(kept, again)])
    if details.height and not causes:
        causes.append(_("The results differ from those kept."))
    elif not causes:
        causes += _counts(run, policy, again)
    return Replay(
        run_id,
        same=not causes,
        customers=again["customer_no"].n_unique(),
        differences=tuple(numbers := details["customer_no"].unique().sort().to_list()[:SHOWN]),
        cause=wording.sentences(causes),
        details=_told(details.filter(pl.col("customer_no").is_in(numbers))),
    )


def replay_decision(
    *, actor: Actor, run_id: int, customer_no: str, on: date, role: str = ""
) -> ReplayedDecision:
    """Compute the decision on one customer of a stored run again and compare every result it kept.

    Names the altered file or policy text, and each result that differs. Changes nothing.
    Refuses: AccessDenied, CustomerUnknown (also out of scope), RunUnknown, NotRated.
    """
    access.require(actor, "ratings.read", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    run = _done(run_id)
    graded = Grade.objects.filter(run=run, customer=customer)
    if not (graded.filter(role=role) if role else graded).exists():
        raise NotRated(run_id=run_id, customer_no=customer_no)
    policy, causes = _policy_of(run)
    again = None if policy is None else _again(run, policy, causes, customer_no=customer.no)
    details = pl.DataFrame(schema=DETAILS)
    if again is not None:
        causes += _altered(run, "results")
        kept = _kept_file(run, customer_no=customer.no)
        details = pl.concat(
            [_against_grades(run, again, customer_id=customer.pk), _against_file(kept, again)]
        )
    if details.height and not causes:
        causes.append(_("The results differ from those kept."))
    return ReplayedDecision(
        run_id=run_id,
        customer_no=customer.no,
        as_of=run.as_of,
        policy=f"{run.policy_code}@{run.policy_version}",
        same=not causes,
        compared=0 if again is None else again.height * (len(again.columns) - 2),
        cause=wording.sentences(causes),
        differences=_told(details),
    )


def _done(run_id: int) -> Run:
    run = Run.objects.filter(pk=run_id, state="done").first()
    if run is None:
        raise RunUnknown(run_id=run_id)
    return run


def _again(run: Run, policy: Policy, causes: list[str], *, customer_no: str = "") -> pl.DataFrame | None:
    """The results computed again, of all or of one; none where the inputs cannot be read."""
    causes += _altered(run, "inputs")
    source = stored.path_of(run, "inputs")
    if not source.is_file():
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "results.parquet"
        try:
            if customer_no and not compares(policy):  # nobody else has a say: the one row is enough
                one = Path(folder) / "inputs.parquet"
                pl.scan_parquet(source).filter(pl.col("customer_no") == customer_no).collect().write_parquet(
                    one
                )
                source = one
            compute(policy, source, path)
        except UNREADABLE:  # the altered file is no Parquet any more, or another one
            if not causes:
                raise
            return None
        found = pl.scan_parquet(path)
        return (found.filter(pl.col("customer_no") == customer_no) if customer_no else found).collect()


def _kept_file(run: Run, *, customer_no: str = "") -> pl.DataFrame | None:
    """The results kept as a file; none where it is gone or cannot be read, which is told before."""
    try:
        found = pl.scan_parquet(stored.path_of(run, "results"))
        return (found.filter(pl.col("customer_no") == customer_no) if customer_no else found).collect()
    except (OSError, pl.exceptions.PolarsError):
        return None


def _policy_of(run: Run) -> tuple[Policy | None, list[str]]:
    told = {"policy": f"{run.policy_code}@{run.policy_version}"}
    try:
        document = packs.document(run.policy_sha256)
    except PolicyUnknown:
        return None, [_("The text of the policy %(policy)s is gone or its hash was altered.") % told]
    if sha256(document.text.encode()).hexdigest() != run.policy_sha256:
        return None, [_("The text of the policy %(policy)s was altered.") % told]
    return policies.load(document.text), []


def _altered(run: Run, file: str) -> list[str]:
    path = stored.path_of(run, file)
    kept = run.inputs_sha256 if file == "inputs" else run.results_sha256
    if not path.is_file():
        return [_("The file %(file)s is missing.") % {"file": path.name}]
    if sha256_of(path) != kept:
        return [_("The file %(file)s was altered.") % {"file": path.name}]
    return []


def _counts(run: Run, policy: Policy, again: pl.DataFrame) -> list[str]:
    leading = led(_with_role(again)).filter(pl.col("leads"))
    same = tally(leading, policy) == (run.customers, run.graded, run.counts)
    return [] if same else [_("The counts kept with the run were altered.")]


def _with_role(rows: pl.DataFrame) -> pl.DataFrame:
    return rows if "role" in rows.columns else rows.with_columns(role=pl.lit(""))


def _against_file(kept: pl.DataFrame | None, again: pl.DataFrame) -> pl.DataFrame:
    """Each result of the file that computing again gave otherwise; a row on one side only is one, too."""
    if kept is None:
        return pl.DataFrame(schema=DETAILS)
    names = [name for name in again.columns if name not in ("customer_no", "customer_id", "role")]
    return _compared(_with_role(kept), _with_role(again), names, on=["customer_no", "role"], where="file")


def _against_grades(run: Run, again: pl.DataFrame, *, customer_id: int | None = None) -> pl.DataFrame:
    """The kept grades that are others, are missing, or stand there without a result."""
    of_one = "" if customer_id is None else f" AND customer_id = {int(customer_id)}"
    kept = columns.frame(
        f"SELECT {', '.join(KEPT.names)} FROM ratings_grade WHERE run_id = {run.pk}{of_one}", KEPT
    )
    numbers = again.select("customer_id", "customer_no").unique()
    kept = kept.join(numbers, on="customer_id", how="left").with_columns(
        pl.coalesce("customer_no", pl.format("id {}", "customer_id")).alias("customer_no")
    )
    names = ["state", "grade", "rank", "score_milli"]
    return _compared(kept, _with_role(again), names, on=["customer_no", "role"], where="table")


def _compared(
    kept: pl.DataFrame, again: pl.DataFrame, names: list[str], *, on: list[str], where: str
) -> pl.DataFrame:
    """A row for each value that differs, as text."""
    found = [name for name in names if name in kept.columns]
    left = kept.select(*on, *found, is_kept=pl.lit(value=True))
    right = again.select(*on, *names, is_again=pl.lit(value=True))
    both = left.join(right, on=on, how="full", suffix="_again", coalesce=True)
    both = both.sort(on)
    parts = [_lone(both, "is_kept", where), _lone(both, "is_again", where)]
    matched = both.filter(pl.col("is_kept").is_not_null() & pl.col("is_again").is_not_null())
    for name in found:
        now, then = pl.col(f"{name}_again"), pl.col(name)
        differing = matched.filter(then.cast(pl.String).ne_missing(now.cast(pl.String)))
        parts.append(
            differing.select(
                "customer_no",
                what=pl.lit(name),
                kept=then.cast(pl.String).fill_null("—"),
                again=now.cast(pl.String).fill_null("—"),
                kept_in=pl.lit(where),
            )
        )
    return pl.concat([part.cast(DETAILS) for part in parts])


def _lone(both: pl.DataFrame, side: str, where: str) -> pl.DataFrame:
    """The rows that this side lacks."""
    held, lacking = _("a result"), _("no result")
    kept, again = (lacking, held) if side == "is_kept" else (held, lacking)
    return both.filter(pl.col(side).is_null()).select(
        "customer_no",
        what=pl.lit("row"),
        kept=pl.lit(kept),
        again=pl.lit(again),
        kept_in=pl.lit(where),
    )


def _told(details: pl.DataFrame) -> tuple[Difference, ...]:
    listed = details.unique(maintain_order=True).sort("customer_no", maintain_order=True).head(MOST_DETAILS)
    return tuple(Difference(*row) for row in listed.iter_rows())
