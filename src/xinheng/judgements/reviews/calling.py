"""What calls a review before its day: figures of a run, people, and other parts of the system."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import ibis
import polars as pl
from django.db import IntegrityError, transaction
from django.db.models import Q

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.engine import quoted
from xinheng.base.kernel.working_days import add_working_days
from xinheng.facts.customers import queries as customers
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Policy
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings import tables
from xinheng.judgements.ratings.errors import RunFilesMissing
from xinheng.judgements.reviews import lowering, standing, terms
from xinheng.judgements.reviews.errors import CalledAlready, CallUnknown, EventUnknown
from xinheng.judgements.reviews.models import ReviewCall
from xinheng.judgements.reviews.reviewing import reason_in

OPEN = {"answered_on__isnull": True, "lifted_on__isnull": True}
FIRED = {"customer_id": pl.Int64, "event": pl.String}


@transaction.atomic
def call_review(*, actor: Actor, on: date, customer_no: str, event: str, evidence: str) -> list[ReviewCall]:
    """Call for a customer's review because something happened: proven theft, a broken promise, a lawsuit.

    event: a code that policies in force list; each of them reviews the customer, and lowers the grade that
    stands where it says so, at once or once its chain approves. Refuses: AccessDenied, CustomerUnknown,
    EventUnknown, ReviewReasonMissing (evidence), CalledAlready, RoleUnmanned.
    """
    access.require(actor, "ratings.review", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    evidence = reason_in(evidence)
    in_force = terms.in_force(on)
    told = {code: by.events[event] for code, by in in_force.items() if event in by.events}
    if not told:
        raise EventUnknown(event=event[:48])
    called = []
    for code, one in told.items():
        call = ReviewCall(
            customer=customer,
            policy_code=code,
            event=event,
            evidence=evidence,
            called_by=actor.login,
            called_on=on,
            due_on=add_working_days(on, one.within_days).day,
        )
        try:
            with transaction.atomic():
                call.save()
        except IntegrityError:
            continue
        lowering.lower(call, in_force[code], actor=actor, on=on)
        called.append(call)
    if not called:
        raise CalledAlready(event=event, customer_no=customer_no)
    audit.record(
        actor=actor,
        act="ratings.call_review",
        subject=f"customer:{customer_no}",
        on=on,
        after={"event": event, "policies": [call.policy_code for call in called]},
        reason=evidence,
    )
    return called


@transaction.atomic
def lift_call(*, actor: Actor, on: date, call_id: int, reason: str) -> ReviewCall:
    """Take a call back because it turned out not to be so, as a finding that was overturned (PWR-26).

    The call stays on record. A grade that it lowered stands again as it was, unless a later one was approved.
    Refuses: AccessDenied, CallUnknown, ReviewReasonMissing.
    """
    access.require(actor, "ratings.review", f"call:{call_id}")
    reason = reason_in(reason)
    call = (
        ReviewCall.objects.select_for_update(of=("self",))
        .select_related("customer")
        .filter(pk=call_id, lifted_on__isnull=True)
        .first()
    )
    is_over = call is not None and call.answered_on is not None and not call.falls
    if call is None or is_over or not customers.visible(actor, on=on).filter(pk=call.customer_id).exists():
        raise CallUnknown(call=call_id)
    call.lifted_on, call.lifted_by, call.lifted_why = on, actor.login, reason
    call.save()
    lowering.give_back(call, actor=actor, on=on)
    audit.record(
        actor=actor,
        act="ratings.lift_call",
        subject=f"customer:{call.customer.no}",
        on=on,
        after={"event": call.event, "policy": call.policy_code},
        reason=reason,
    )
    return call


@transaction.atomic
def look_for_events(*, actor: Actor, on: date, run_id: int) -> int:
    """Call the reviews that a run's figures ask for; gives how many. Safe to repeat.

    Only of customers whose grade stands by the run's policy; an event that the run before showed already
    calls nobody again. Refuses: AccessDenied, RunUnknown, RunFilesMissing.
    """
    access.require(actor, "ratings.run", f"run:{run_id}")
    run = ratings.get_run(run_id)
    by = terms.of_run(run.policy_sha256)
    told = {code: event for code, event in by.events.items() if event.when is not None}
    standing_ids = standing.holders(run.policy_code, on=on) if told else []
    if not standing_ids:
        return 0
    now = _fired(by.policy, run)
    before = ratings.latest_run(run.policy_code, as_of=run.as_of - timedelta(days=1))
    if before is not None:
        now = now.join(_fired_before(before), on=["customer_id", "event"], how="anti")
    told_already = Q(**OPEN) | Q(run__as_of=run.as_of)
    open_calls = ReviewCall.objects.filter(told_already, policy_code=run.policy_code).order_by()
    known = pl.DataFrame(list(open_calls.values_list("customer_id", "event")), schema=FIRED, orient="row")
    new = now.join(known, on=["customer_id", "event"], how="anti").filter(
        pl.col("customer_id").is_in(standing_ids)
    )
    due = {code: add_working_days(on, event.within_days).day for code, event in told.items()}
    called = bulk.append(
        ReviewCall,
        new.with_columns(
            due_on=pl.col("event").replace_strict(due, return_dtype=pl.Date),
            policy_code=pl.lit(run.policy_code),
            run_id=pl.lit(run.pk),
            called_by=pl.lit(actor.login),
            called_on=pl.lit(on),
        ),
    )
    if called:
        counts = dict(new.group_by("event").len().sort("event").iter_rows())
        audit.record(actor=actor, act="ratings.call_review", subject=f"run:{run_id}", on=on, after=counts)
    return called


def _fired_before(run: object) -> pl.DataFrame:
    """What the run before showed by its own policy; nothing where its files are gone."""
    try:
        return _fired(terms.of_run(run.policy_sha256).policy, run)  # type: ignore[attr-defined]
    except RunFilesMissing:
        return pl.DataFrame(schema=FIRED)


def _fired(policy: Policy, run: object) -> pl.DataFrame:
    """The customers of a run and the events their figures show: customer_id, event."""
    path = tables.inputs(run)  # type: ignore[arg-type]
    table = policies.input_table(policy)
    sql = ibis.to_sql(policies.events_of(policy, table), dialect="duckdb")
    with duckdb.connect() as engine:
        have = {
            row[0]
            for row in engine.execute(f"DESCRIBE SELECT * FROM read_parquet({quoted(path)})").fetchall()
        }
        if not set(table.columns) <= have:
            return pl.DataFrame(schema=FIRED)
        engine.execute(f"CREATE VIEW inputs AS SELECT * FROM read_parquet({quoted(path)})")
        found = pl.DataFrame(engine.sql(sql).to_arrow_table())
    events = [name for name in found.columns if name.startswith("event_")]
    if not events:
        return pl.DataFrame(schema=FIRED)
    long = found.unpivot(events, index="customer_id", variable_name="event", value_name="fired")
    fired = long.filter(pl.col("fired").fill_null(value=False))
    return fired.select("customer_id", pl.col("event").str.strip_prefix("event_")).unique()
