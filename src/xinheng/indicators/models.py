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


class Standing(models.Model):
    """What lists show and sort by of each customer, by the latest measurement; null is not measured."""

    customer = models.OneToOneField(
        "customers.Customer", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    measurement = models.ForeignKey(Measurement, on_delete=models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(max_length=3, default="CNY")
    balance_minor = models.BigIntegerField(null=True)
    overdue_minor = models.BigIntegerField(null=True)
    turnover_12m_minor = models.BigIntegerField(null=True)
    sales_12m_minor = models.BigIntegerField(null=True)  # the customer's own sales, by its trade invoices
    longest_overdue_days = models.IntegerField(null=True)
    dbt = models.FloatField(null=True)  # days beyond terms, weighted

    class Meta:
        indexes = [
            models.Index(fields=[column, "customer"], name=f"standing_{name}")
            for column, name in (
                ("balance_minor", "balance"),
                ("overdue_minor", "overdue"),
                ("turnover_12m_minor", "turnover"),
                ("sales_12m_minor", "sales"),
                ("longest_overdue_days", "oldest"),
                ("dbt", "dbt"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}"
