"""What scorecards hand to pages, API and command line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Columns:
    """Which column of a table is what; all the others may tell something of the outcome.

    time: the decision day (or year) of a row. group: rows that belong together, such as a firm's; a row
    by itself where not said. grade: a grade people know, never a figure of the card. bad: the value of
    the outcome that is bad. leave_out: columns not to be used. keep: to be used in spite of a warning.
    naive: the column whose rule the card is compared with; the best single one where not said.
    ordered: the outcome is a grade, one of these, the best first: the card learns to give it.
    """

    outcome: str
    id: str = ""
    time: str = ""
    group: str = ""
    grade: str = ""
    bad: str = ""
    naive: str = ""
    leave_out: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    ordered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choices:
    """How a card is fitted. monotonic: every number's points only rise or only fall."""

    code: str = "scorecard"
    version: str = "1"
    name: str = ""
    monotonic: bool = False
    bands: int = 12  # most of one item, beside missing
    items: int = 40  # most of the card
    pairs: int = 20  # most figures made of two columns; fewer rows allow fewer
    points_to_double_odds: int = 50
    grades: tuple[str, ...] = ("A", "B", "C", "D")
    shares: tuple[float, ...] = (0.2, 0.3, 0.3, 0.2)  # of the rows, best grade first; of no known grade
    special: tuple[float, ...] = ()  # values that are codes, not amounts: bins of their own
    unseen: str = "average"  # points of missing data where none was missing: average, lowest, incomplete
    folds: int = 5
    repeats: int = 0  # 0: as many as the size of the table asks for
    seed: int = 1
    since: date | None = (
        None  # rows from this day on are tested, by cards of earlier rows; where there is time
    )
    fresh_share: float = 0.3  # share of the rows that are tested where there is time and no day is said
    challenger: bool = True  # gradient boosting beside it
    rivals: bool = False  # and logistic regression on the raw columns, and the binning library as it comes
    own_names: bool = False  # columns are the product's own indicators and facts
    money: frozenset[str] = frozenset()  # of those, the amounts


@dataclass(frozen=True)
class LeftOut:
    """A column that no card sees, and why."""

    column: str
    cause: str  # constant, empty, same_as, date, names, row_number, leak, leak_missing, named, asked
    detail: str = ""


@dataclass(frozen=True)
class Fitted:
    """A card and how it did: the policy document, and the report as plain values."""

    document: str
    report: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What counts as bad within so many months: a bill more than so many days late, or a flag in the file.

    item: of the customer file; what it was told counts then, and no bill. value: which of its values is bad;
    where not said, yes, and of a text anything but no.
    """

    late_days: int = 90
    within_months: int = 12
    item: str = ""
    value: str = ""

    @property
    def column(self) -> str:
        """The column of a table that says how it ended: 1 is bad."""
        return "flagged" if self.item else "late"


@dataclass(frozen=True)
class Agreed:
    """How many customers have one grade by the policy in force and one by the card; "" is not graded."""

    champion: str
    challenger: str
    customers: int


@dataclass(frozen=True)
class SideBySide:
    """A policy or a card on one run. alike: the share of those graded by both that have the same grade.

    shifted: PSI of the card's grades against the champion's, of those graded by both; None where the scales
    differ. scale: its grades, best first.
    """

    name: str
    counts: dict[str, int]
    graded_by_both: int
    alike: float | None
    known: int  # customers whose end is known
    bad: int
    auc: float | None
    ks: float | None
    shifted: float | None = None
    agreed: tuple[Agreed, ...] = ()
    scale: tuple[str, ...] = ()
    challenger_id: int | None = None  # None: the policy in force


@dataclass(frozen=True)
class Challenged:
    """One run a card rated on; the figures are None for those who do not see every customer."""

    run_id: int
    as_of: date
    champion: str
    counts: dict[str, int] | None
    unstable: float | None  # PSI of its grades against its run before; None for the first


@dataclass(frozen=True)
class Labels:
    """A file that says something of customers. number: its column of customer numbers."""

    path: Path
    number: str
