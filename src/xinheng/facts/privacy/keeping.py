"""Whose term of keeping is over, and when the next clean-up is due."""

from __future__ import annotations

from datetime import date

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import add_days, add_months
from xinheng.facts.privacy import policy, rules
from xinheng.facts.privacy.documents import PrivacyRules
from xinheng.facts.privacy.erasing import OPEN
from xinheng.facts.privacy.holding import holds_of
from xinheng.facts.privacy.models import Erasure, PersonSubject
from xinheng.facts.privacy.selecting import within_reach
from xinheng.facts.privacy.values import Candidate

MOST = 500  # candidates shown at once


def candidates(actor: Actor, *, on: date, scheme: str = "") -> list[Candidate]:
    """Persons within reach whose data is kept past the term of their document, the oldest visit first.

    Those whose erasure is under way are left out; what holds one is told beside it. Refuses: AccessDenied.
    """
    seen = within_reach(actor, on=on)
    running = Erasure.objects.filter(state__in=OPEN).values("person")
    found: list[tuple[PersonSubject, PrivacyRules]] = []
    for document in policy.schemes(on):
        if scheme not in ("", document.code):
            continue
        about = add_days(add_months(on, -document.retention.months), 3)  # months end unevenly
        rows = seen.filter(scheme=document.code, state="kept", last_visit_on__lte=about).exclude(
            pk__in=running
        )
        some = rows.select_related("customer").order_by("last_visit_on", "pk")[:MOST]
        found += [(one, document) for one in some if rules.term_ends(document, one.last_visit_on) <= on]
    holds = holds_of([one for one, _document in found], on)
    return [
        Candidate(
            person=one, ended_on=rules.term_ends(document, one.last_visit_on),
            months=document.retention.months, is_assumed=document.retention.assumed, holds=holds[one.pk],
        )
        for one, document in found
    ]  # fmt: skip


def next_cleanups(on: date) -> list[tuple[PrivacyRules, date, date | None]]:
    """When each adopted document's data is cleaned up next, and when it was last: by its latest erasure.

    An erasure asked for because the term was over is a clean-up; where there was none, the first is due one
    interval after the document began to hold.
    """
    found = []
    for document, begun in policy.adopted(on):
        rows = Erasure.objects.filter(cause="retention", person__scheme=document.code, asked_on__lte=on)
        last = rows.order_by("-asked_on").values_list("asked_on", flat=True).first()
        found.append((document, add_months(last or begun, document.retention.cleanup_months), last))
    return found
