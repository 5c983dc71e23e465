"""What the commands of suspected theft may be told."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Table = Annotated[
    Path, typer.Argument(help="Readings (long or wide), bills or figures: .csv, .xlsx or .parquet.")
]
Consumers = Annotated[
    Path | None, typer.Option("--consumers", help="A table of consumers beside it: industry, area, class.")
]
Labels = Annotated[
    Path | None, typer.Option("--labels", help="A table of findings beside it: consumer and found.")
]
Consumer = Annotated[str, typer.Option(help="The column of the consumer's number.")]
Day = Annotated[str, typer.Option(help="The column of the day, or of the day of the bill.")]
Use = Annotated[
    list[str] | None,
    typer.Option("--use", help="The column of use in kWh; of bills with levels each of them."),
]
Found = Annotated[str, typer.Option(help="The column that says whether theft was found: 1 or 0.")]
Mark = Annotated[str, typer.Option(help="The column of marks of quality.")]
Months = Annotated[str, typer.Option(help="Of bills: the column of the months they are for.")]
Kind = Annotated[str, typer.Option(help="Of bills: the column of the kind of supply.")]
Meter = Annotated[str, typer.Option(help="Of bills: the column of the number of the meter.")]
IndexFrom = Annotated[str, typer.Option(help="Of bills: the column of the earlier index.")]
IndexTo = Annotated[str, typer.Option(help="Of bills: the column of the later index.")]
Start = Annotated[
    str | None, typer.Option("--start", help="The first day of a wide table with numbered columns.")
]
Shape = Annotated[
    str, typer.Option(help="What the table is, if not told by itself: long, wide, bills, figures.")
]
Without = Annotated[str, typer.Option(help="Columns not to be looked at, with commas between.")]
OnlyActive = Annotated[
    bool, typer.Option("--only-active", help="Only consumers billed in the last year, or with use of late.")
]
ModelOut = Annotated[
    Path | None, typer.Option("--model", help="Where the ranking is written; by the table if not given.")
]
ModelIn = Annotated[
    Path | None,
    typer.Option("--model", help="The ranking that `fit` wrote; detectors alone if not given.", exists=True),
]
Out = Annotated[
    Path, typer.Option(help="The file to write: .csv, .xlsx or .parquet; - for CSV on standard output.")
]
One = Annotated[str, typer.Argument(help="The number of the consumer.")]
Run = Annotated[int | None, typer.Option("--run", help="The ranking; the last one if not given.")]
Level = Annotated[str, typer.Option(help="Only of this level: high, medium or low.")]
Industry = Annotated[str | None, typer.Option(help="Only of this industry; empty is unknown.")]
Area = Annotated[str, typer.Option(help="Only of this area.")]
