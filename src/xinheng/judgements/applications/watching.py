"""Key papers of the file out of date: credit is suspended or shrunk by rule, and comes back with them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.dossiers import queries as dossiers
from xinheng.judgements.applications import defining, rules
from xinheng.judgements.applications.document import KeyPaper, Rules
from xinheng.judgements.applications.models import PaperHold
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.values import NewLimit, NewProfile


@transaction.atomic
def watch_papers(*, actor: Actor, on: date) -> tuple[int, int]:
    """Suspend or shrink credit whose key papers went out of date, once a cause; give it back once renewed.

    Gives how many were held and how many given back. Only customers of whom a limit was told are looked at.
    Refuses: AccessDenied.
    """
    access.require(actor, "limits.write", "papers:")
    held, ended = 0, 0
    for document, _sha256 in defining.in_force(on).values():
        for paper in document.key_papers:
            _lapse(document, paper, on=on)
            ended += _give_back(document, paper, actor=actor, on=on)
            held += sum(
                _hold(customer, paper_on, document, paper, actor=actor, on=on)
                for customer, paper_on in _outdated(document, paper, on=on)
            )
    audit.record(
        actor=actor, act="applications.watch_papers", subject="papers:", on=on,
        after={"held": held, "given_back": ended},
    )  # fmt: skip
    return held, ended


def _lapse(document: Rules, paper: KeyPaper, *, on: date) -> None:
    """A shrunk limit whose time is over is no hold any more: what is still out of date shrinks it anew."""
    rows = PaperHold.objects.filter(ended_on__isnull=True, rules=document.code, item=paper.key)
    rows.filter(effect="shrink", since__lt=on - timedelta(paper.for_days)).update(ended_on=on)


def _dated(paper: KeyPaper, *, on: date) -> QuerySet[Any]:
    """The customers with a limit, each with the day its newest undisputed paper of the item was true."""
    told = customers.told_facts(OuterRef("pk"), known_on=on).filter(item=paper.item)
    newest = told.exclude(verification="disputed").order_by("-true_on", "-pk").values("true_on")[:1]
    rows: QuerySet[Any] = _with_limit(on).annotate(paper_on=Subquery(newest))
    return rows


def _with_limit(on: date) -> QuerySet[Any]:
    everybody = customers.visible(system_actor(), on=on).filter(status="active")
    return everybody.filter(pk__in=credit.given_limits())


def _outdated(document: Rules, paper: KeyPaper, *, on: date) -> list[tuple[Any, date]]:
    """The customers whose paper is out of date and not yet felt, each with the day of the paper."""
    open_holds = PaperHold.objects.filter(ended_on__isnull=True, rules=document.code, item=paper.key)
    if not paper.line:
        rows = _dated(paper, on=on).filter(paper_on__lt=_fresh_since(paper, on=on))
        free = rows.exclude(pk__in=open_holds.values("customer_id")).order_by("no")
        return [(customer, customer.paper_on) for customer in free]
    last = _run_out(paper, on=on)
    free = _with_limit(on).filter(pk__in=list(last)).exclude(pk__in=open_holds.values("customer_id"))
    return [(customer, last[customer.pk]) for customer in free.order_by("no")]


def _run_out(paper: KeyPaper, *, on: date) -> dict[int, date]:
    """The last day of papers that ran out on a line of customers' dossiers, by the customers' keys."""
    kind, _dot, line = paper.line.partition(".")
    late = dossiers.run_out_papers(on).filter(
        pl.col("kind") == kind, pl.col("line") == line, pl.col("until") < on - timedelta(paper.after_days)
    )
    return dict(late.group_by("customer_id").agg(pl.col("until").max()).iter_rows())


def _hold(customer: Any, paper_on: date, document: Rules, paper: KeyPaper, *, actor: Actor, on: date) -> bool:
    """Suspend or shrink one customer's credit; not where there is none, or nothing left to take."""
    head = credit.headroom(customer, on=on)
    if head.limit.state not in ("limited", "unlimited"):
        return False
    reason = f"{_name(paper)}已过期（{paper_on:%Y-%m-%d}），按规则处理"
    kept = PaperHold(
        customer=customer, rules=document.code, item=paper.key, paper_on=paper_on,
        effect=paper.effect, since=on,
    )  # fmt: skip
    if paper.effect == "suspend" or head.limit.state == "unlimited":
        kept.effect, kept.before_status = "suspend", credit.status_of(customer)
        if kept.before_status in ("hold", "stop"):
            return False
        profile = NewProfile(reason, status="hold")
        limits.set_profile(actor=actor, on=on, customer_no=customer.no, profile=profile)
    else:
        cover = head.limit.insured_minor + head.limit.guaranteed_minor
        kept.before_minor = head.limit.minor - cover
        kept.after_minor = rules.shrunk(kept.before_minor, paper, document.amounts.round_to)
        amount = Money(kept.after_minor, head.exposure.currency)
        until = on + timedelta(paper.for_days)
        told = NewLimit(reason, amount, kind="temporary", until_on=until)
        limits.set_limit(actor=actor, on=on, customer_no=customer.no, limit=told)
    kept.save()
    return True


def _give_back(document: Rules, paper: KeyPaper, *, actor: Actor, on: date) -> int:
    """End the holds whose paper was renewed: orders are taken as before, the full limit holds again."""
    rows = PaperHold.objects.select_for_update(of=("self",)).filter(
        ended_on__isnull=True, rules=document.code, item=paper.key
    )
    found = list(rows.filter(customer__in=_renewed(rows, paper, on=on)).select_related("customer"))
    for kept in found:
        customer, reason = kept.customer, f"{_name(paper)}已更新"
        others = PaperHold.objects.filter(customer=customer, effect=kept.effect, ended_on__isnull=True)
        kept.ended_on = on
        kept.save(update_fields=["ended_on"])
        if others.exists():
            continue
        if kept.effect == "suspend":
            if credit.status_of(customer) == "hold":
                profile = NewProfile(reason, status=kept.before_status or "open")
                limits.set_profile(actor=actor, on=on, customer_no=customer.no, profile=profile)
        else:
            told = NewLimit(reason, state="withdrawn", kind="temporary")
            limits.set_limit(actor=actor, on=on, customer_no=customer.no, limit=told)
    return len(found)


def _renewed(rows: QuerySet[PaperHold], paper: KeyPaper, *, on: date) -> Any:
    """The keys of the customers held whose paper is there again."""
    if not paper.line:
        fresh = _dated(paper, on=on).filter(paper_on__gte=_fresh_since(paper, on=on))
        return fresh.order_by().values("pk")
    kind, _dot, line = paper.line.partition(".")
    return dossiers.customers_with_paper(list(rows.values_list("customer_id", flat=True)), kind, line, on)


def _fresh_since(paper: KeyPaper, *, on: date) -> date:
    """The oldest day on which a paper of the item still counts: its age limit, and the days after it."""
    item = customers.catalogue()[paper.item]
    return customers.fresh_since(item, on=on - timedelta(paper.after_days))


def _name(paper: KeyPaper) -> str:
    return str(paper.zh)
