"""Questions to messages: what was sent to whom, and what became of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.messages import rules
from xinheng.base.messages.channels import channel, channels
from xinheng.base.messages.errors import MessageUnknown
from xinheng.base.messages.models import Message, Step
from xinheng.base.messages.values import FORMS, STATES, WAYS, Wanted

__all__ = [
    "FAULTS", "FORMS", "STATES", "STEPS", "WAYS", "about", "address_shown", "channel", "channels", "counts",
    "fault_of", "message", "messages", "steps",
]  # fmt: skip

FAULTS: dict[str, str | Promise] = {
    "off": _("This way is switched off."),
    "smtp_unset": _("No mail server is set: XINHENG_SMTP_HOST."),
    "url_unset": _("No gateway is set up for this way."),
    "secret_lost": _("The key of the installation has changed: give this gateway a new secret."),
    "host": _("The installation does not allow this host."),
    "scheme": _("The installation does not allow this host."),
    "host_refused": _("The installation does not allow this host."),
}
STEPS: dict[str, str | Promise] = {**STATES, "tried": _("tried in vain"), "again": _("sent again")}


def messages(actor: Actor, wanted: Wanted, customers: QuerySet[Any] | None) -> QuerySet[Message]:
    """Messages, the newest first.

    customers: the rows of customers.queries.visible of the actor: only messages about these are given; None
    only where the actor reaches everything. Refuses: AccessDenied.
    """
    access.require(actor, "messages.read")
    rows = Message.objects.order_by("-pk")
    if actor.scope.reach != "everything":
        assert customers is not None
        subjects = customers.order_by().annotate(subject=Concat(Value("customer:"), "no"))
        rows = rows.filter(subject__in=subjects.values("subject"))
    if wanted.way in WAYS:
        rows = rows.filter(way=wanted.way)
    if wanted.state in STATES:
        rows = rows.filter(state=wanted.state)
    if wanted.about:
        rows = rows.filter(about=wanted.about)
    if wanted.subject:
        rows = rows.filter(subject=wanted.subject)
    if text := wanted.text.strip():
        found = Q(recipient__contains=text) | Q(title__contains=text) | Q(subject__contains=text)
        rows = rows.filter(found | Q(message_id=text))
    if wanted.after:
        rows = rows.filter(pk__lt=wanted.after)
    return rows


def message(actor: Actor, message_id: int, customers: QuerySet[Any] | None) -> Message:
    """One message. Refuses: AccessDenied; MessageUnknown, also when out of reach."""
    found = messages(actor, Wanted(), customers).filter(pk=message_id).first()
    if found is None:
        raise MessageUnknown(message=message_id)
    return found


def steps(message_id: int) -> QuerySet[Step]:
    """What became of a message, the first first. For callers that asked for the message."""
    return Step.objects.filter(message_id=message_id)


def about(things: Collection[str]) -> QuerySet[Message]:
    """The messages about some things, the first first. For callers that may see those."""
    return Message.objects.filter(about__in=list(things)).order_by("pk")


def counts(about_prefix: str) -> dict[str, int]:
    """How many messages about things of a kind stand how, as of "dunning_letter:"."""
    rows = Message.objects.filter(about__startswith=about_prefix).order_by().values_list("state")
    return dict(rows.annotate(Count("pk")))


def address_shown(actor: Actor, row: Message) -> str:
    """The address of a message, masked but for who sees sensitive fields."""
    return row.address if actor.may("sensitive.read") else rules.mask(row.address)


def fault_of(row: Message) -> str:
    """Why the last try failed, in words; what a server said is given as it said it."""
    return str(FAULTS.get(row.fault, row.fault))
