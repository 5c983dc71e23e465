"""Measured values as files, for ratings and exports."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from xinheng.indicators.models import Measurement


def values(measurement: Measurement) -> Path:
    """The measurement's Parquet file: a row a customer in the order of customer_no.

    Columns: customer_no, currency (of the money), and one an indicator code; null is not measured.
    Money is int64 in minor units, counts and months are int64, all else is float64.
    """
    return Path(settings.HOME) / measurement.values_path


def customers(measurement: Measurement) -> Path:
    """The customers of the snapshot the measurement read: a row a customer, in the order of customer_no.

    Columns: customer_id, customer_no, kind, is_customer, is_supplier, industry_section, region,
    size_class, founded_on, status, is_guarantor (true where the file of another names it as guarantor that
    day, else null), currency.
    """
    return Path(settings.HOME) / measurement.snapshot_path / "customers.parquet"


def facts(measurement: Measurement, kind: str) -> Path:
    """The rows of one kind of fact that the measurement read: bills, invoices or statements.

    Sorted by customer_no, which is a column of each; amounts are int64 in minor units.
    """
    return Path(settings.HOME) / measurement.snapshot_path / f"{kind}.parquet"
