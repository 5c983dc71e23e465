"""What the commands of scorecards may be told."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Table = Annotated[Path, typer.Argument(help="A table: .csv, .xlsx or .parquet.")]
Names = list[str] | None
Outcome = Annotated[str, typer.Option(help="The column that says how it ended.")]
RowId = Annotated[str, typer.Option("--id", help="The column that names a row.")]
Time = Annotated[str, typer.Option(help="The column of the decision day or year: later rows are tested.")]
Group = Annotated[str, typer.Option(help="The column of rows that belong together, such as a firm's.")]
Grade = Annotated[str, typer.Option(help="Grades people know: compared with, never used.")]
Bad = Annotated[str, typer.Option(help="The value of the outcome that is bad, where it is not plain.")]
Naive = Annotated[str, typer.Option(help="The column whose rule the card is compared with.")]
Ordered = Annotated[
    str, typer.Option(help="The outcome is a grade, one of these, best first: A,B,C,D. The card learns it.")
]
LeaveOut = Annotated[Names, typer.Option(help="A column not to be used; may be repeated.")]
Keep = Annotated[Names, typer.Option(help="A column to be used in spite of a warning; may be repeated.")]
Special = Annotated[str, typer.Option(help="Values that are codes, not amounts: -7,-8,-9.")]
Monotonic = Annotated[
    bool, typer.Option("--monotonic", help="The points of a number only rise or only fall.")
]
Bands = Annotated[int, typer.Option(min=2, max=50, help="At most so many bands an item.")]
Items = Annotated[int, typer.Option(min=1, max=200, help="At most so many items.")]
Pairs = Annotated[int, typer.Option(min=0, max=50, help="At most so many figures made of two columns.")]
Doubling = Annotated[int, typer.Option("--pdo", min=10, max=1000, help="Points that double the odds.")]
Grades = Annotated[str, typer.Option(help="Grades and their shares, best first: A=0.2,B=0.3,C=0.3,D=0.2.")]
Unseen = Annotated[
    Literal["average", "lowest", "incomplete"],
    typer.Option(help="What missing data get where none was missing before."),
]
Since = Annotated[str | None, typer.Option(help="With --time: rows from this day on are tested.")]
Folds = Annotated[int, typer.Option(min=2, max=20, help="So many parts, each tested by the others.")]
Repeats = Annotated[int, typer.Option(min=0, max=50, help="0: as many as the size of the table asks for.")]
Seed = Annotated[int, typer.Option(min=0, max=2**31 - 1, help="The lot by which parts are dealt.")]
Rivals = Annotated[
    bool, typer.Option("--rivals", help="Compare with plain logistic regression and library defaults too.")
]
Code = Annotated[str, typer.Option(help="The code of the policy document.")]
Version = Annotated[str, typer.Option(help="The version of the policy document.")]
Name = Annotated[str, typer.Option(help="The name of the policy document.")]
Out = Annotated[
    Path | None, typer.Option(help="Where the card is written; named after the table if not given.")
]
Report = Annotated[Path | None, typer.Option(help="Where the report is written: .md, .xlsx or .json.")]
Card = Annotated[Path, typer.Argument(help="The card as YAML.", exists=True, dir_okay=False, readable=True)]
Kept = Annotated[Names, typer.Option("--id", help="A column to be kept beside the score; may be repeated.")]
Points = Annotated[bool, typer.Option("--points", help="The points of every item too.")]
Scores = Annotated[
    Path, typer.Option(help="The file to write: .csv, .xlsx or .parquet; - for CSV on standard output.")
]
Own = Annotated[
    bool, typer.Option("--own", help="The columns are our own indicators and facts, by their codes.")
]
Target = Annotated[Path, typer.Argument(help="The file to write: .csv, .xlsx or .parquet.")]
Days = Annotated[list[str], typer.Option("--day", help="A decision day; may be repeated.")]
LateDays = Annotated[int, typer.Option(min=0, max=3650, help="Bad is a bill more than so many days late.")]
Within = Annotated[
    int, typer.Option("--within-months", min=1, max=120, help="So long after the decision day.")
]
Flag = Annotated[
    str, typer.Option(help="An item of the customer file: bad is who was told to be flagged after the day.")
]
FlagValue = Annotated[str, typer.Option(help="Which of its values is bad, where it is not plain.")]
LabelFile = Annotated[
    Path | None, typer.Option("--labels", help="A file with a default flag or a grade of each customer.")
]
LabelNumber = Annotated[str, typer.Option("--number", help="The file's column of customer numbers.")]
Hindsight = Annotated[
    bool, typer.Option("--hindsight", help="What was told after the day counts too, as after a first load.")
]
Champion = Annotated[str, typer.Argument(help="The code of the policy in force.")]
Begins = Annotated[
    str | None, typer.Option("--from", help="The day from which it rates; today if not given.")
]
Purpose = Annotated[str, typer.Option(help="What the change is for.")]
Ended = Annotated[
    bool, typer.Option("--ended", help="Beside how it ended: who was late after the day of the run.")
]
