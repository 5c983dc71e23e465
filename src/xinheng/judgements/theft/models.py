"""Rankings that were learned, runs that were made, and the suspects each run found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from xinheng.judgements.theft.values import LEVELS, Evidence, Suspicion


class Learned(models.Model):
    """A ranking learned from what inspections found, with what it was worth on consumers it had not seen."""

    as_of = models.DateField()
    path = models.CharField(max_length=300)  # below HOME
    sha256 = models.CharField(max_length=64)
    policy = models.CharField(max_length=80)  # code@version
    found = models.IntegerField()  # consumers with a finding of theft or breach it learned from
    cleared = models.IntegerField()  # consumers inspected without one
    report = models.JSONField(default=dict)
    learned_by = models.CharField(max_length=150)
    learned_on = models.DateField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.as_of} {self.sha256[:8]}"


class Ranking(models.Model):
    """One run over all consumers; never changed, a correction is a new run.

    inputs: the files of readings it read, by path, with their hashes. features and results are Parquet, a row
    a consumer. levels: consumers by level. industries: suspects by industry and level.
    """

    as_of = models.DateField()
    since = models.DateField()  # first day of the window
    learned = models.ForeignKey(Learned, null=True, on_delete=models.PROTECT, related_name="+")
    policy = models.CharField(max_length=80)
    inputs = models.JSONField(default=dict)
    features_path = models.CharField(max_length=300)
    features_sha256 = models.CharField(max_length=64)
    results_path = models.CharField(max_length=300)
    results_sha256 = models.CharField(max_length=64)
    consumers = models.IntegerField()
    levels = models.JSONField(default=dict)
    industries = models.JSONField(default=list)
    engine = models.CharField(max_length=80)
    made_by = models.CharField(max_length=150)
    made_on = models.DateField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.as_of} #{self.pk}"


class Suspect(models.Model):
    """A consumer one run suspects, as pages and lists show it; all consumers stand in the run's results."""

    ranking = models.ForeignKey(Ranking, on_delete=models.CASCADE, related_name="+")
    rank = models.IntegerField()
    consumer_no = models.CharField(max_length=40)
    name = models.CharField(max_length=200, blank=True)
    industry = models.CharField(max_length=20, blank=True)  # "" unknown
    area = models.CharField(max_length=40, blank=True)
    score = models.FloatField()  # 0 to 1
    level = models.CharField(max_length=14)
    detectors = models.CharField(max_length=600, blank=True)  # codes between spaces: " drop zero_run "
    evidence = models.JSONField(default=list)

    class Meta:
        ordering = ["ranking", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["ranking", "consumer_no"], name="suspect_once_a_run"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=1), name="suspicion_is_a_share"),
            models.CheckConstraint(condition=Q(level__in=LEVELS[:3]), name="suspicion_has_a_level"),
        ]
        indexes = [
            models.Index(fields=["ranking", "rank"], name="suspects_in_order"),
            models.Index(fields=["consumer_no"], name="suspects_of_a_consumer"),
        ]

    def __str__(self) -> str:
        return f"{self.consumer_no} {self.level}"

    @property
    def suspicion(self) -> Suspicion:
        """The row as a value."""
        evidence = tuple(Evidence.of(one) for one in self.evidence)
        return Suspicion(
            self.ranking_id, self.consumer_no, self.score, self.level, evidence, "", self.rank, self.name,
            self.industry, self.area,
        )  # fmt: skip
