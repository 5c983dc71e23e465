"""Doing a stored run again from what it kept, and comparing everything."""

from __future__ import annotations

import tempfile
from hashlib import sha256
from pathlib import Path

import polars as pl
import pyarrow as pa
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.kernel import columns
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.base.packs.errors import PolicyUnknown
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Policy
from xinheng.judgements.ratings import stored
from xinheng.judgements.ratings.computing import compute, sha256_of
from xinheng.judgements.ratings.errors import RunUnknown
from xinheng.judgements.ratings.models import Run
from xinheng.judgements.ratings.rating import led, tally
from xinheng.judgements.ratings.values import Replay

SHOWN = 20
KEPT = pa.schema(
    [("customer_id", pa.int64()), ("role", pa.string()), ("state", pa.string()), ("grade", pa.string()),
     ("rank", pa.int64()), ("score_milli", pa.int64())]
)  # fmt: skip


def replay(*, actor: Actor, run_id: int) -> Replay:
    """Compute a run again from its stored inputs and policy text, and compare with all it kept.

    Names the altered file, policy text or customers whose result differs. Changes nothing.
    Refuses: AccessDenied, RunUnknown.
    """
    access.require(actor, "ratings.read", f"run:{run_id}")
    run = Run.objects.filter(pk=run_id, state="done").first()
    if run is None:
        raise RunUnknown(run_id=run_id)
    policy, cause = _policy_of(run)
    cause = cause or _altered(run, "inputs")
    if policy is None or cause:
        return Replay(run_id, same=False, customers=0, differences=(), cause=cause)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "results.parquet"
        compute(policy, stored.path_of(run, "inputs"), path)
        again = pl.read_parquet(path)
    cause = _altered(run, "results")
    differences = _against_grades(run, again)
    if not cause:
        differences = sorted({*differences, *_against_file(run, again)})
        cause = _("The results differ from those kept.") if differences else _counts(run, policy, again)
    customers = again["customer_no"].n_unique()
    return Replay(run_id, not cause, customers, tuple(differences[:SHOWN]), cause)


def _policy_of(run: Run) -> tuple[Policy | None, str]:
    told = {"policy": f"{run.policy_code}@{run.policy_version}"}
    try:
        document = packs.document(run.policy_sha256)
    except PolicyUnknown:
        return None, _("The text of the policy %(policy)s is gone or its hash was altered.") % told
    if sha256(document.text.encode()).hexdigest() != run.policy_sha256:
        return None, _("The text of the policy %(policy)s was altered.") % told
    return policies.load(document.text), ""


def _altered(run: Run, file: str) -> str:
    path = stored.path_of(run, file)
    kept = run.inputs_sha256 if file == "inputs" else run.results_sha256
    if not path.is_file():
        return _("The file %(file)s is missing.") % {"file": path.name}
    if sha256_of(path) != kept:
        return _("The file %(file)s was altered.") % {"file": path.name}
    return ""


def _counts(run: Run, policy: Policy, again: pl.DataFrame) -> str:
    rows = again if "role" in again.columns else again.with_columns(role=pl.lit(""))
    leading = led(rows).filter(pl.col("leads"))
    same = tally(leading, policy) == (run.customers, run.graded, run.counts)
    return "" if same else _("The counts kept with the run were altered.")


def _against_file(run: Run, again: pl.DataFrame) -> list[str]:
    kept = pl.read_parquet(stored.path_of(run, "results"))
    if kept.columns != again.columns or kept.height != again.height:
        return sorted(set(kept["customer_no"]) ^ set(again["customer_no"])) or ["*"]
    different = pl.any_horizontal(kept[name].ne_missing(again[name]).alias(name) for name in kept.columns)
    return again.filter(pl.select(different).to_series())["customer_no"].unique().sort().to_list()


def _against_grades(run: Run, again: pl.DataFrame) -> list[str]:
    """The customers whose kept grade is another, is missing, or stands there without a result."""
    kept = columns.frame(
        f"SELECT {', '.join(KEPT.names)} FROM ratings_grade WHERE run_id = {run.pk}",
        KEPT,
    ).with_columns(kept=pl.lit(value=True))
    if "role" not in again.columns:
        again = again.with_columns(role=pl.lit(""))
    both = again.join(kept, on=["customer_id", "role"], how="full", suffix="_kept", coalesce=True)
    different = pl.any_horizontal(
        pl.col("kept").is_null(),
        pl.col("customer_no").is_null(),
        *(
            pl.col(name).ne_missing(pl.col(f"{name}_kept"))
            for name in ("state", "grade", "rank", "score_milli")
        ),
    )
    found = both.filter(different).select(
        pl.coalesce("customer_no", pl.format("id {}", "customer_id")).alias("no")
    )
    return found["no"].unique().sort().to_list()
