"""Cases begin: for one customer, or for many at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

import polars as pl
from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers.errors import CustomerUnknown
from xinheng.judgements.processes import defining, standing
from xinheng.judgements.processes.errors import CaseRunning, NobodyToStart, TooManyToStart
from xinheng.judgements.processes.models import Case, CaseAct
from xinheng.judgements.processes.values import Process, Started

MOST = 50_000  # customers that one act starts
AT_ONCE = 5_000  # in one question to the database
WHO = {"customer_id": pl.Int64, "no": pl.String, "status": pl.String}


@dataclass(frozen=True)
class Beginning:
    """A process about to begin, by whom and on which day."""

    process: Process
    sha256: str
    actor: Actor
    on: date


@transaction.atomic
def start_case(*, actor: Actor, on: date, process: str, customer_no: str) -> Case:
    """Begin a process for one customer, at its first step, by the definition in force.

    Refuses: AccessDenied, PolicyNotInForce, CustomerUnknown, CustomerClosed, CaseRunning.
    """
    access.require(actor, "processes.start", f"customer:{customer_no}")
    beginning = _beginning(process, actor, on)
    customer = customers.open_customer(actor, customer_no, on=on, lock=True)
    if running := Case.objects.filter(process=process, customer=customer, state="open").first():
        raise CaseRunning(customer_no=customer_no, process=process, case=running.pk)
    _keep(beginning, [customer.pk])
    case = Case.objects.select_related("customer").get(process=process, customer=customer, state="open")
    told = {"case": case.pk, "process": process, "version": case.version, "step": 1, "due_on": case.due_on}
    audit.record(actor=actor, act="processes.start", subject=f"customer:{customer.no}", on=on, after=told)
    return case


@transaction.atomic
def start_cases(*, actor: Actor, on: date, process: str, customer_nos: Iterable[str]) -> Started:
    """Begin a process for many customers; those in it already, and closed files, are left out and counted.

    One that is unknown, or out of reach, stops it all. Refuses: AccessDenied, PolicyNotInForce,
    CustomerUnknown, TooManyToStart, NobodyToStart.
    """
    access.require(actor, "processes.start", f"process:{process}")
    beginning = _beginning(process, actor, on)
    wanted = list(dict.fromkeys(no.strip() for no in customer_nos if no.strip()))
    if len(wanted) > MOST:
        raise TooManyToStart(customers=len(wanted), most=MOST)
    found = _who(actor, wanted, on)
    known = set(found["no"])
    if unknown := next((no for no in wanted if no not in known), None):
        raise CustomerUnknown(no=unknown)
    running = set(
        Case.objects.filter(process=process, state="open").order_by().values_list("customer_id", flat=True)
    )
    alive = found.filter(pl.col("status") != "closed")
    fresh = alive.filter(~pl.col("customer_id").is_in(list(running)))
    told = Started(fresh.height, alive.height - fresh.height, found.height - alive.height)
    if fresh.is_empty():
        raise NobodyToStart(running=told.running, closed=told.closed)
    _keep(beginning, fresh["customer_id"].to_list())
    audit.record(
        actor=actor,
        act="processes.start",
        subject=f"process:{process}@{beginning.process.version}",
        on=on,
        after={"begun": told.begun, "running": told.running, "closed": told.closed},
    )
    return told


def _beginning(code: str, actor: Actor, on: date) -> Beginning:
    document = packs.in_force(defining.KIND, code, on=on)
    return Beginning(defining.load(document.text), document.sha256, actor, on)


def _who(actor: Actor, wanted: Sequence[str], on: date) -> pl.DataFrame:
    """The customers of these numbers within reach: customer_id, no, status."""
    seen, left = customers.visible(actor, on=on).order_by(), iter(wanted)
    rows: list[tuple[int, str, str]] = []
    while some := list(islice(left, AT_ONCE)):
        rows += seen.filter(no__in=some).values_list("pk", "no", "status")
    return pl.DataFrame(rows, schema=WHO, orient="row")


def _keep(beginning: Beginning, customer_ids: list[int]) -> None:
    """A case for each customer, and the first line of its minutes."""
    process, on, by = beginning.process, beginning.on, beginning.actor.login
    frame = pl.DataFrame({"customer_id": customer_ids}).with_columns(
        process=pl.lit(process.code),
        version=pl.lit(process.version),
        sha256=pl.lit(beginning.sha256),
        steps=pl.lit(len(process.steps)),
        lane=pl.lit(process.step(1).lane),
        since=pl.lit(on),
        due_on=pl.lit(standing.due_on(process.step(1), on), dtype=pl.Date),
        started_by=pl.lit(by),
        started_on=pl.lit(on),
    )
    bulk.append(Case, frame)
    begun: list[int] = []
    left = iter(customer_ids)
    while some := list(islice(left, AT_ONCE)):
        here = Case.objects.filter(process=process.code, state="open", customer_id__in=some)
        begun += here.order_by("pk").values_list("pk", flat=True)
    minutes = pl.DataFrame({"case_id": begun}).with_columns(
        act=pl.lit("start"), step=pl.lit(1), to_step=pl.lit(1), by=pl.lit(by), on=pl.lit(on)
    )
    bulk.append(CaseAct, minutes)
