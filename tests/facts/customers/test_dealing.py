"""Old, new and future customers, by dates alone."""

from __future__ import annotations

from datetime import date

import pytest

from xinheng.facts.customers.queries import dealing_class

pytestmark = pytest.mark.any_database
ON = date(2026, 6, 30)


@pytest.mark.req("LSE-02", "LSE-03")
@pytest.mark.parametrize(
    ("first", "last", "bound", "expected"),
    [
        (None, None, False, ("future", "about", True)),
        (date(2026, 7, 1), None, False, ("future", "about", True)),
        (None, None, True, ("new", "now", True)),
        (date(2026, 6, 30), date(2026, 6, 30), False, ("new", "now", True)),
        (date(2025, 7, 1), date(2025, 7, 1), False, ("new", "now", True)),
        (date(2025, 6, 30), date(2026, 1, 1), False, ("old", "now", False)),
        (date(2020, 1, 1), date(2025, 6, 30), False, ("old", "once", False)),
        (date(2020, 1, 1), date(2021, 1, 1), True, ("old", "now", False)),
    ],
)
def test_class_follows_from_the_dates(
    first: date | None,
    last: date | None,
    bound: bool,
    expected: tuple[str, str, bool],
) -> None:
    found = dealing_class(first, last, on=ON, bound=bound)
    assert (found.series, found.process, found.focus) == expected
