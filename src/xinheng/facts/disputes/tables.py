"""What is contested and when clocks stood still, as Arrow columns, for snapshots."""

from __future__ import annotations

import pyarrow as pa

from xinheng.base.kernel import columns

PAUSES = pa.schema(
    [
        ("bill_id", pa.int64()),
        ("from_on", pa.date32()),
        ("until_on", pa.date32()),
        ("told_on", pa.date32()),
        ("ended_told_on", pa.date32()),
        ("annulled_told_on", pa.date32()),
    ]
)
DISPUTES = pa.schema(
    [
        ("bill_id", pa.int64()),
        ("amount_minor", pa.int64()),
        ("opened_on", pa.date32()),
        ("told_on", pa.date32()),
        ("closed_on", pa.date32()),
        ("closed_told_on", pa.date32()),
        ("our_fault", pa.bool_()),
    ]
)


def read_pauses() -> pa.RecordBatchReader:
    """Every pause of a clock, annulled ones too; until_on is the first day it ran again, null: it stands."""
    return columns.read(
        "SELECT bill_id, from_on, until_on, told_on, ended_told_on, annulled_told_on FROM disputes_pause",
        PAUSES,
    )


def read_disputes() -> pa.RecordBatchReader:
    """Every dispute with what is contested, in minor units, and whether it was found our own fault."""
    return columns.read(
        """
        SELECT bill_id, amount_minor, opened_on, told_on, closed_on, closed_told_on, our_fault
        FROM disputes_dispute
        """,
        DISPUTES,
    )
