"""The trail: what was done and what was refused, in the order it was told."""

from __future__ import annotations

from django.db import models

from xinheng.base.audit.fields import CanonicalJSON


class Entry(models.Model):
    """One act or one refused act. Written once; the sealer adds its seal afterwards."""

    at = models.DateTimeField(db_index=True)  # UTC
    business_day = models.DateField(db_index=True)
    actor_login = models.CharField(max_length=150, db_index=True)
    actor_name = models.CharField(max_length=150)
    via = models.CharField(max_length=10)  # page, api, cli, run
    act = models.CharField(max_length=80, db_index=True)  # "customers.register"
    subject = models.CharField(max_length=200, blank=True, db_index=True)  # "customer:C-7"
    outcome = models.CharField(max_length=10, choices=[("done", "done"), ("refused", "refused")])
    reason = models.TextField(blank=True)  # a refusal's code and words, or the reason a person gave
    before = CanonicalJSON(null=True)
    after = CanonicalJSON(null=True)
    # proves that the application wrote the entry: see base.audit.sealing
    mark = models.CharField(max_length=80, null=True, blank=True, unique=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor_login} {self.act} {self.subject} {self.outcome}"


class Seal(models.Model):
    """The place of one entry in the chain; only the sealer writes it."""

    position = models.BigIntegerField(primary_key=True)  # 1, 2, 3 … without a gap
    entry_id = models.BigIntegerField(unique=True)  # not a key: a deleted entry must stay provable
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.position} {self.hash[:12]}"
