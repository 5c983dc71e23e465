"""Applications that an act is done to: found within reach, locked, in the state the act needs."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.applications import defining
from xinheng.judgements.applications.document import Rules
from xinheng.judgements.applications.errors import ApplicationNotOpen, ApplicationUnknown, NotYourApplication
from xinheng.judgements.applications.models import Application
from xinheng.judgements.applications.wording import STATES


def seen(actor: Actor, *, on: date) -> QuerySet[Application]:
    """The applications whose customers the actor reaches."""
    if actor.scope.reach == "everything":
        return Application.objects.all()
    return Application.objects.filter(customer__in=customers.visible(actor, on=on).order_by().values("pk"))


def get_application(actor: Actor, application_id: int, *, on: date) -> Application:
    """One application within reach. Refuses: ApplicationUnknown."""
    found = seen(actor, on=on).select_related("customer", "request").filter(pk=application_id).first()
    if found is None:
        raise ApplicationUnknown(application=application_id)
    return found


def held(actor: Actor, application_id: int, *states: str, on: date) -> tuple[Application, Rules]:
    """An application locked until the transaction ends, with its rules.

    Refuses: ApplicationUnknown, ApplicationNotOpen.
    """
    found = get_application(actor, application_id, on=on)
    rows = Application.objects.select_for_update(of=("self",)).select_related("customer", "request")
    locked = rows.get(pk=found.pk)
    if locked.state not in states:
        raise ApplicationNotOpen(application=application_id, state=str(STATES[locked.state]))
    return locked, defining.kept(locked.sha256)


def own(actor: Actor, application_id: int, *states: str, on: date) -> tuple[Application, Rules]:
    """An application of the actor's own. Refuses as `held` does, and: NotYourApplication."""
    locked, document = held(actor, application_id, *states, on=on)
    if locked.applied_by != actor.login:
        raise NotYourApplication(login=locked.applied_by)
    return locked, document
