"""What was sent to whom by which way, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Channel(models.Model):
    """How one way of sending is set up at this site; without a row the shipped figures hold.

    No secret is kept: that of a signed gateway is made again from the key of the installation and `salt`,
    that of a vendor's robot stands in the environment. secret_mark: its beginning hashed.
    """

    way = models.CharField(max_length=10, unique=True)
    form = models.CharField(max_length=10)
    url = models.CharField(max_length=500, blank=True)
    salt = models.CharField(max_length=40, blank=True)
    secret_mark = models.CharField(max_length=64, blank=True)
    is_on = models.BooleanField(default=True)
    quiet_from = models.TimeField(null=True, blank=True)  # nothing is sent from then …
    quiet_until = models.TimeField(null=True, blank=True)  # … until then, at the site
    gap_minutes = models.PositiveIntegerField(default=0)  # between two messages to one address
    changed_on = models.DateField()
    changed_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="channel_quiet_both_or_none",
            ),
        ]

    def __str__(self) -> str:
        return self.way


class Message(models.Model):
    """One letter, e-mail, short message, chat message or call to make.

    Written in the transaction of the act that wants it sent, and sent afterwards. due_at: not before then;
    who sends it first moves it on, so that nobody else sends it meanwhile.
    """

    message_id = models.CharField(max_length=40, unique=True)  # by which a receiver knows it again
    way = models.CharField(max_length=10)
    subject = models.CharField(max_length=200)  # whom it is about: "customer:C-7"
    about = models.CharField(max_length=200, blank=True)  # what it is about: "dunning_letter:12"
    recipient = models.CharField(max_length=120)
    address = models.CharField(max_length=254, blank=True)
    title = models.CharField(max_length=200)
    text = models.TextField()
    language = models.CharField(max_length=10, default="zh-hans")
    paper = models.CharField(max_length=120, blank=True)  # "archive:<hash>", or what makes it: "dunning:12"
    paper_name = models.CharField(max_length=120, blank=True)
    paper_sha256 = models.CharField(max_length=64, blank=True)  # of what went out, as the archive keeps it
    state = models.CharField(max_length=10, default="waiting")
    made_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "waiting",
                        "to_do",
                        "sent",
                        "delivered",
                        "opened",
                        "bounced",
                        "failed",
                        "withdrawn",
                    ]
                ),
                name="message_in_a_known_state",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="message_due"),
            models.Index(fields=["subject", "id"], name="message_subject"),
            models.Index(fields=["about"], name="message_about"),
            models.Index(fields=["state", "id"], name="message_state"),
            models.Index(fields=["way", "address", "sent_at"], name="message_last_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.subject}: {self.state}"


class Step(models.Model):
    """One thing that became of a message: tried, sent, told back, done by a person."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=10)  # a state, or "tried" where another try follows
    at = models.DateTimeField()
    by = models.CharField(max_length=150)  # a login, or "gateway"
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.message_id} {self.what}"
