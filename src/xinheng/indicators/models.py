"""What was measured, when, from which facts."""

from __future__ import annotations

from django.db import models


class Measurement(models.Model):
    """One measuring of all customers as of a day: the snapshot it read and the values it gave.

    The values themselves are a Parquet file, a row a customer and a column an indicator.
    """

    as_of = models.DateField(db_index=True)
    snapshot_path = models.CharField(max_length=300)  # folder below the data directory
    snapshot_sha256 = models.CharField(max_length=64)
    values_path = models.CharField(max_length=300)  # below the data directory
    values_sha256 = models.CharField(max_length=64)
    catalogue_sha256 = models.CharField(max_length=64)  # of the formulas used
    customers = models.BigIntegerField()
    measured_at = models.DateTimeField()
    measured_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-as_of", "-id"]

    def __str__(self) -> str:
        return f"{self.as_of} {self.values_sha256[:12]}"
