"""What the commands of late payment may be told."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Table = Annotated[Path, typer.Argument(help="A table of bills: .csv, .xlsx or .parquet.")]
Day = Annotated[str, typer.Option("--as-of", help="Nothing of this day or later is known: 2026-06-30.")]
MaybeDay = Annotated[
    str | None, typer.Option("--as-of", help="Bills open as of this day; each on its own day if not given.")
]
Customer = Annotated[str, typer.Option(help="The column of the customer.")]
Billed = Annotated[str, typer.Option(help="The column of the day on the bill.")]
Amount = Annotated[str, typer.Option(help="The column of the amount.")]
Bill = Annotated[str, typer.Option(help="The column of the bill's number.")]
Due = Annotated[str, typer.Option(help="The column of the due day; billed day and --terms if not given.")]
Terms = Annotated[int, typer.Option(min=0, max=3650, help="Days to pay, where there is no due day.")]
Paid = Annotated[str, typer.Option(help="The column of the day it was paid, empty while open.")]
Took = Annotated[str, typer.Option(help="Instead: the column of days from the billed day to payment.")]
Known = Annotated[str, typer.Option(help="The column of the day it came into the books, if later.")]
Group = Annotated[str, typer.Option("--class", help="The column of the class, such as segment or voltage.")]
Currency = Annotated[str, typer.Option(help="The column of the currency.")]
Marks = Annotated[
    list[str] | None, typer.Option("--mark", help="A column known on the bill's day; may be repeated.")
]
Tolerance = Annotated[int, typer.Option(min=0, max=365, help="Days after the due day that are not late yet.")]
ModelOut = Annotated[
    Path | None, typer.Option("--model", help="Where the model is written; by the table if not given.")
]
ModelIn = Annotated[Path, typer.Argument(help="The model that `fit` wrote.", exists=True, dir_okay=False)]
Out = Annotated[
    Path, typer.Option(help="The file to write: .csv, .xlsx or .parquet; - for CSV on standard output.")
]
CustomersOut = Annotated[
    Path | None, typer.Option("--customers", help="Also write expected late amounts by customer here.")
]
Least = Annotated[
    int, typer.Option(min=0, max=1000, help="Payments below which a customer is not assessable.")
]
Level = Annotated[str, typer.Option(help="Only of this level: high, risk, none or not_assessable.")]
OwnGroup = Annotated[str, typer.Option("--class", help="Only of this class.")]
