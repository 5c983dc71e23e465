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
