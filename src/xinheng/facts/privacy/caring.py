"""How we look after personal data: trainings, checks at intervals, and what failed put right."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import add_days, add_months
from xinheng.facts.privacy import errors, policy
from xinheng.facts.privacy.documents import CheckRule, PrivacyRules
from xinheng.facts.privacy.models import Measure, SafetyCheck, Training
from xinheng.facts.privacy.registering import checked_text
from xinheng.facts.privacy.selecting import measures, one_of
from xinheng.facts.privacy.values import NewCheck


@transaction.atomic
def tell_training(*, actor: Actor, on: date, login: str, topic: str, trained_on: date) -> Training:
    """Note that one of our people was trained; it counts as long as the site's document says.

    Refuses: AccessDenied, PersonUnknown (of our people), PrivacyInvalid.
    """
    require(actor, "privacy.write", f"person:{login}")
    people.person_by_login(login)
    if trained_on > on:
        raise errors.PrivacyInvalid(
            cause=_("The day %(day)s lies ahead.") % {"day": trained_on}, field="trained_on"
        )
    months = min(
        [one.training.months for one in policy.demanding_training(on)]
        or [policy.of_the_site(on).training.months]
    )
    kept, is_new = Training.objects.get_or_create(
        login=login, topic=checked_text("topic", topic, 200), on=trained_on,
        defaults={"until_on": add_months(trained_on, months), "told_by": actor.login},
    )  # fmt: skip
    if is_new:
        after = {"topic": kept.topic, "on": kept.on, "until_on": kept.until_on}
        record(actor=actor, act="privacy.tell_training", subject=f"person:{login}", on=on, after=after)
    return kept


def is_trained(login: str, on: date) -> bool:
    """Whether a training of one of our people counts on a day, or none is demanded."""
    if not policy.demanding_training(on):
        return True
    return Training.objects.filter(login=login, on__lte=on, until_on__gte=on).exists()


def is_untrained(login: str, on: date) -> bool:
    """Whether sensitive fields are kept from one of our people on a day: the rule the access room asks."""
    return not is_trained(login, on)


def require_trained(actor: Actor, on: date) -> None:
    """Let only who was trained at personal data where a document demands it. Refuses: NotTrained."""
    if actor.person_id is not None and not is_trained(actor.login, on):
        raise errors.NotTrained(login=actor.login, on=on)


@transaction.atomic
def tell_check(*, actor: Actor, on: date, new: NewCheck) -> SafetyCheck:
    """Keep a check with what each point came to; each failed point becomes a measure with its day.

    Refuses: AccessDenied, SchemeUnknown, PrivacyInvalid (check, point, day, no owner for what failed).
    """
    require(actor, "privacy.write", f"scheme:{new.scheme}")
    document = policy.in_force(new.scheme, on)
    rule = document.check_rule(new.code)
    if rule is None or new.on > on:
        raise errors.PrivacyInvalid(cause=_("There is no such check, or its day lies ahead."), field="code")
    points = {point.code for point in rule.points}
    if unknown := set(new.failed) - points:
        raise errors.PrivacyInvalid(
            cause=_("There is no point %(point)s.") % {"point": min(unknown)}, field="failed"
        )
    if SafetyCheck.objects.filter(scheme=document.code, code=rule.code, on=new.on).exists():
        raise errors.PrivacyInvalid(cause=_("This check of that day is kept already."), field="on")
    if new.failed:
        people.person_by_login(checked_text("owner", new.owner, 150))
    findings = {
        point: {"passes": point not in new.failed, "note": new.failed.get(point, "")}
        for point in sorted(points)
    }
    kept = SafetyCheck.objects.create(
        scheme=document.code,
        code=rule.code,
        on=new.on,
        findings=findings,
        note=new.note.strip()[:500],
        told_by=actor.login,
    )
    due_on = add_days(new.on, rule.measure_days)
    for point, what in new.failed.items():
        Measure.objects.create(
            check_of=kept, point=point, what=checked_text("failed", what, 300), owner=new.owner, due_on=due_on
        )
    after = {"check": rule.code, "on": new.on, "failed": sorted(new.failed), "due_on": due_on}
    record(actor=actor, act="privacy.tell_check", subject=f"scheme:{document.code}", on=on, after=after)
    return kept


@transaction.atomic
def finish_measure(*, actor: Actor, on: date, measure_id: int, outcome: str) -> Measure:
    """Note what came of a measure. Refuses: AccessDenied, EntryUnknown, PrivacyInvalid."""
    require(actor, "privacy.write", f"measure:{measure_id}")
    measure: Measure = one_of(measures(actor), measure_id)
    if measure.done_on is not None:
        raise errors.PrivacyInvalid(cause=_("The measure is done already."), field="outcome")
    measure.done_on, measure.outcome = on, checked_text("outcome", outcome, 300)
    measure.save(update_fields=["done_on", "outcome"])
    after = {"done_on": on, "due_on": measure.due_on, "outcome": measure.outcome}
    record(actor=actor, act="privacy.finish_measure", subject=f"measure:{measure_id}", on=on, after=after)
    return measure


def next_checks(on: date) -> list[tuple[PrivacyRules, CheckRule, date | None, date]]:
    """Each check of each adopted document: document, check, when it was last done, when it is due.

    One that was never done is due from the day the document holds.
    """
    found = []
    last: dict[tuple[str, str], date] = {}
    for scheme, code, day in (
        SafetyCheck.objects.filter(on__lte=on).order_by("on").values_list("scheme", "code", "on")
    ):
        last[scheme, code] = day
    for document, begun in policy.adopted(on):
        for rule in document.checks:
            done = last.get((document.code, rule.code))
            due = add_months(done, rule.months) if done else begun
            found.append((document, rule, done, due))
    return found
