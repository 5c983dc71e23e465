"""What privacy waits for, as dues, and how many of everything there are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.dues import Due
from xinheng.facts.privacy.caring import next_checks
from xinheng.facts.privacy.keeping import next_cleanups
from xinheng.facts.privacy.models import Partner
from xinheng.facts.privacy.selecting import alerts, erasures, measures, partners, requests
from xinheng.facts.privacy.values import REQUESTS


def dues(actor: Actor, *, since: date, until: date) -> list[Due]:
    """Requests, erasures to carry out, checks, clean-ups, measures and agreements that end, of some days.

    Open ones that are due by the last day, and those done within the days. Refuses: AccessDenied.
    """
    found = [*_requests(actor, since, until), *_measures(actor, since, until)]
    found += [*_checks(until), *_cleanups(until), *_agreements(actor, since, until)]
    return sorted(found, key=lambda one: (one.due_on, one.kind, one.subject))


def counts(actor: Actor, *, on: date) -> dict[str, int]:
    """How many wait: open and late requests, erasures to decide, alerts, measures. Refuses: AccessDenied."""
    return {
        "requests": requests(actor, on=on, state="open").count(),
        "late_requests": requests(actor, on=on, late=True).count(),
        "erasures": erasures(actor, on=on, state="asked").count(),
        "approved": erasures(actor, on=on, state="approved").count(),
        "alerts": alerts(actor, is_open=True).count(),
        "late_measures": measures(actor, is_open=True).filter(due_on__lt=on).count(),
        "late_checks": sum(due < on for _document, _rule, _done, due in next_checks(on)),
    }


def _requests(actor: Actor, since: date, until: date) -> Iterator[Due]:
    waiting = Q(state="open", due_on__lte=until) | Q(answered_on__gte=since, answered_on__lte=until)
    for one in requests(actor, on=until).filter(waiting):
        words = _("Answer person %(person)s: %(kind)s") % {
            "person": one.person.no,
            "kind": REQUESTS[one.kind],
        }
        yield Due(
            "privacy.request", f"request:{one.pk}", words, one.due_on, owner=one.told_by,
            done_on=one.answered_on, is_assumed=one.is_assumed,
        )  # fmt: skip


def _measures(actor: Actor, since: date, until: date) -> Iterator[Due]:
    waiting = Q(done_on__isnull=True, due_on__lte=until) | Q(done_on__gte=since, done_on__lte=until)
    for one in measures(actor).filter(waiting):
        yield Due(
            "privacy.measure", f"measure:{one.pk}", one.what, one.due_on, owner=one.owner, done_on=one.done_on
        )


def _checks(until: date) -> Iterator[Due]:
    for document, rule, _done, due in next_checks(until):
        if due <= until:
            subject = f"scheme:{document.code}:{rule.code}"
            words = f"{rule.words} ({document.name.words})"
            yield Due("privacy.check", subject, words, due, is_assumed=rule.assumed)


def _cleanups(until: date) -> Iterator[Due]:
    for document, due, _last in next_cleanups(until):
        if due <= until:
            words = _("Clean up personal data (%(scheme)s)") % {"scheme": document.name.words}
            subject, assumed = f"scheme:{document.code}", document.retention.assumed
            yield Due("privacy.cleanup", subject, words, due, is_assumed=assumed)


def _agreements(actor: Actor, since: date, until: date) -> Iterator[Due]:
    rows = partners(actor, on=until).filter(until_on__gte=since, until_on__lte=until, ended_on__isnull=True)
    for one in rows:
        yield Due("privacy.agreement", f"partner:{one.pk}", _ends(one), one.until_on, owner=one.told_by)


def _ends(one: Partner) -> str:
    told = {"number": one.agreement_no, "partner": one.name}
    return _("Agreement %(number)s with %(partner)s ends") % told
