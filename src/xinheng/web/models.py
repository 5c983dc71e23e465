"""What the edge remembers."""

from __future__ import annotations

from django.db import models


class AnsweredRequest(models.Model):
    """A write that a program asked for with an idempotency key, and the answer it got.

    The row is written in the transaction of the act itself, so a retry finds either both or neither.
    """

    login = models.CharField(max_length=150)
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)  # of method, path and body: the same key asks the same thing
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["login", "key"], name="request_answered_once")]

    def __str__(self) -> str:
        return f"{self.login} {self.key}"
