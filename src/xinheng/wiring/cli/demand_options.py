"""What the commands of demand forecasts may be told."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Table = Annotated[Path, typer.Argument(help="A long table of series: .csv, .xlsx or .parquet.")]
Horizon = Annotated[int, typer.Option(min=1, max=100_000, help="Steps ahead.")]
Series = Annotated[str, typer.Option(help="The column of the series; guessed, or one series, if not given.")]
Time = Annotated[str, typer.Option(help="The column of the time; guessed if not given.")]
Value = Annotated[str, typer.Option(help="The column of the value; guessed if not given.")]
Factors = Annotated[
    list[str] | None, typer.Option("--factor", help="A column of an outside factor; may be repeated.")
]
Known = Annotated[
    list[str] | None,
    typer.Option("--known", help="A factor that is known ahead, such as a holiday; may be repeated."),
]
Frequency = Annotated[
    str, typer.Option(help="quarter_hour, half_hour, hour, day or month; guessed if not given.")
]
Zone = Annotated[str, typer.Option(help="Where days are lived, if times are in UTC: Asia/Shanghai.")]
NoHolidays = Annotated[bool, typer.Option("--no-holidays", help="The Chinese calendar is not felt.")]
Months = Annotated[
    int, typer.Option("--least-months", min=0, max=600, help="Of history, below which only simple ways.")
]
Band = Annotated[float, typer.Option(min=0.02, max=0.98, help="Share of later values the band is to hold.")]
Windows = Annotated[int, typer.Option(min=0, max=60, help="Windows of the past to test on; 0: as usual.")]
Candidates = Annotated[
    list[str] | None, typer.Option("--candidate", help="Only this way to forecast; may be repeated.")
]
ModelOut = Annotated[
    Path | None, typer.Option("--model", help="Where what was fitted is written; by the table if not given.")
]
ModelIn = Annotated[Path, typer.Argument(help="What `fit` wrote.", exists=True, dir_okay=False)]
Newer = Annotated[
    Path | None, typer.Option("--history", help="A newer table of the same series to forecast from.")
]
Future = Annotated[Path | None, typer.Option("--future", help="A table of factors over the steps ahead.")]
Quantiles = Annotated[bool, typer.Option("--quantiles", help="Also the quantiles 0.01 to 0.99.")]
Out = Annotated[
    Path, typer.Option(help="The file to write: .csv, .xlsx or .parquet; - for CSV on standard output.")
]
