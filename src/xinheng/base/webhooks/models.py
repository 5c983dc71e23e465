"""Who outside is told of what, and how far each telling came."""

from __future__ import annotations

from django.db import models


class Subscription(models.Model):
    """An address of another system, and the events it is told of.

    Its secret is not kept: it is made again from the key of the installation and `salt`. secret_mark: its
    beginning hashed, so that a changed key is noticed before a wrong signature goes out.
    """

    name = models.CharField(max_length=60)
    url = models.CharField(max_length=500)
    events = models.JSONField(default=list)  # codes of events, "*" for all
    salt = models.CharField(max_length=40)
    secret_mark = models.CharField(max_length=64)
    is_on = models.BooleanField(default=True)
    made_on = models.DateField()
    made_by = models.CharField(max_length=150)
    failing_since = models.DateTimeField(null=True, blank=True)  # since when nothing got through
    answered_at = models.DateTimeField(null=True, blank=True)  # when something last did
    rest_until = models.DateTimeField(null=True, blank=True)  # nothing is sent before, as nobody answered

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Event(models.Model):
    """Something that happened, as it is told outside: written in the transaction of what happened."""

    message_id = models.CharField(max_length=40, unique=True)  # by which a receiver knows it again
    event = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    on = models.DateField()
    at = models.DateTimeField()
    payload = models.JSONField()

    def __str__(self) -> str:
        return f"{self.event} {self.subject}"


class Delivery(models.Model):
    """One event to one subscription, until it answers or is given up.

    due_at: not before then; who sends it first moves it on, so that nobody else sends it meanwhile.
    """

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=200)  # of the event: order is kept within it
    state = models.CharField(
        max_length=10,
        default="waiting",
        choices=[("waiting", "waiting"), ("delivered", "delivered"), ("dead", "dead")],
    )
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)
    answer = models.PositiveSmallIntegerField(null=True, blank=True)  # HTTP status; none: no answer
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "event"], name="event_told_once"),
        ]
        indexes = [
            models.Index(
                fields=["subscription", "subject", "id"],
                condition=models.Q(state="waiting"),
                name="delivery_waiting",
            ),
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["state", "id"], name="delivery_state"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.subscription_id}: {self.state}"
