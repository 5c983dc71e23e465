"""Contracts are audited by sample: drawn by a kept seed, tested one by one, concluded (FSP-06)."""

from __future__ import annotations

import math
import random
import secrets
from collections import Counter
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import Period
from xinheng.facts.contracts import errors, policy, selecting
from xinheng.facts.contracts.held import check_text
from xinheng.facts.contracts.models import Audit, Contract, Finding

VERDICTS = ("ok", "issue")


@transaction.atomic
def draw_audit(
    *, actor: Actor, on: date, period: Period, share: Decimal | None = None, seed: int | None = None
) -> Audit:
    """Draw a sample of the contracts signed in some days; the seed is kept, so it can be drawn again.

    share: of the population, 0 to 1; None: as the rules say. At least as many as the rules want, rounded up.
    Refuses: AccessDenied, ContractInvalid, NothingToAudit.
    """
    require(actor, "contracts.audit")
    rules = policy.general(on).audit
    share = rules.share if share is None else share
    if not 0 < share <= 1:
        raise errors.ContractInvalid(cause=_("The share lies above 0 and up to 1."), field="share")
    rows = selecting.visible(actor, on=on).filter(signed_on__range=(period.first, period.last))
    population = list(rows.order_by("pk").values_list("pk", flat=True))
    if not population:
        raise errors.NothingToAudit(first=period.first, last=period.last)
    seed = secrets.randbits(48) if seed is None else seed
    kept = Audit.objects.create(
        first_on=period.first, last_on=period.last, share=share, seed=seed, population=population,
        drawn_on=on, drawn_by=actor.login,
    )  # fmt: skip
    sample = drawn(population, share, rules.least, seed)
    kinds = dict(Contract.objects.filter(pk__in=sample).values_list("pk", "kind"))
    Finding.objects.bulk_create(
        Finding(audit=kept, contract_id=key, test=test.code)
        for key in sample
        for test in policy.held(kinds[key], on).audit.tests
    )
    after = {"population": len(population), "sample": len(sample), "share": share, "seed": seed}
    record(actor=actor, act="contracts.draw_audit", subject=f"contract_audit:{kept.pk}", on=on, after=after)
    return kept


@transaction.atomic
def find(*, actor: Actor, on: date, audit_id: int, finding_id: int, verdict: str, words: str = "") -> Finding:
    """Say how one test of one contract came out; an issue is told in words.

    Refuses: AccessDenied, AuditUnknown, AuditClosed, ContractInvalid.
    """
    require(actor, "contracts.audit", f"contract_audit:{audit_id}")
    audit = _open(actor, audit_id, on)
    finding = Finding.objects.filter(audit=audit, pk=finding_id).first()
    if finding is None or verdict not in VERDICTS:
        raise errors.ContractInvalid(cause=_("There is no such test or verdict."), field="verdict")
    finding.words = check_text("words", words, 500, needed=verdict == "issue")
    finding.verdict, finding.found_by, finding.found_on = verdict, actor.login, on
    finding.save(update_fields=["verdict", "words", "found_by", "found_on"])
    after = {"contract": finding.contract_id, "test": finding.test, "verdict": verdict}
    subject, reason = f"contract_audit:{audit_id}", finding.words
    record(actor=actor, act="contracts.find", subject=subject, on=on, after=after, reason=reason)
    return finding


@transaction.atomic
def conclude_audit(*, actor: Actor, on: date, audit_id: int, conclusion: str) -> Audit:
    """Close an audit of which every test has a verdict.

    Refuses: AccessDenied, AuditUnknown, AuditClosed, AuditUnfinished, ContractInvalid.
    """
    require(actor, "contracts.audit", f"contract_audit:{audit_id}")
    audit = _open(actor, audit_id, on)
    if left := Finding.objects.filter(audit=audit, verdict="open").count():
        raise errors.AuditUnfinished(audit=audit_id, count=left)
    audit.conclusion = check_text("conclusion", conclusion, 1000)
    audit.closed_on = on
    audit.save(update_fields=["conclusion", "closed_on"])
    subject = f"contract_audit:{audit_id}"
    reason = audit.conclusion
    record(actor=actor, act="contracts.conclude_audit", subject=subject, on=on, after={}, reason=reason)
    return audit


def drawn(population: list[int], share: Decimal, least: int, seed: int) -> list[int]:
    """Which of a population: a share, rounded up, and at least so many; the same seed draws the same."""
    size = min(len(population), max(least, math.ceil(len(population) * share)))
    again = random.Random(seed)  # noqa: S311 # nosec B311 - drawn again by the kept seed, no secret
    return sorted(again.sample(population, size))


def audits(actor: Actor) -> QuerySet[Audit]:
    """Every audit, the newest first, with tests, done and issues counted. Refuses: AccessDenied."""
    require(actor, "contracts.read")
    return Audit.objects.annotate(
        tests=_counted(Q()), done=_counted(~Q(verdict="open")), issues=_counted(Q(verdict="issue"))
    )


def get_audit(actor: Actor, audit_id: int, *, on: date) -> Audit:
    """One audit all of whose sample is within reach. Refuses: AccessDenied, AuditUnknown."""
    require(actor, "contracts.read", f"contract_audit:{audit_id}")
    audit = Audit.objects.filter(pk=audit_id).first()
    if audit is None:
        raise errors.AuditUnknown(audit=audit_id)
    hidden = Finding.objects.filter(audit=audit).exclude(
        contract__in=selecting.visible(actor, on=on).values("pk")
    )
    if hidden.exists():
        raise errors.AuditUnknown(audit=audit_id)
    return audit


def findings_of(audit: Audit) -> QuerySet[Finding]:
    """Every test of an audit with its contract; for callers that asked for the audit."""
    return Finding.objects.filter(audit=audit).select_related("contract__customer", "contract__unit")


def findings_per_test(audit: Audit) -> dict[str, Counter[str]]:
    """How the tests came out: test -> verdict -> number."""
    told: dict[str, Counter[str]] = {}
    for test, verdict in Finding.objects.filter(audit=audit).values_list("test", "verdict"):
        told.setdefault(test, Counter())[verdict] += 1
    return told


def _open(actor: Actor, audit_id: int, on: date) -> Audit:
    get_audit(actor, audit_id, on=on)
    audit = Audit.objects.select_for_update().get(pk=audit_id)
    if audit.closed_on:
        raise errors.AuditClosed(audit=audit_id, closed_on=audit.closed_on)
    return audit


def _counted(which: Q) -> Subquery:
    rows = Finding.objects.filter(which, audit=OuterRef("pk")).order_by().values("audit")
    return Subquery(rows.annotate(number=Count("pk")).values("number"))
