"""The figures of the published power case: loaded, checked, and every printed rate come to again."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from xinheng.judgements.consumers import casefile, casetables
from xinheng.judgements.consumers.errors import FigureNegative, FiguresDoNotAddUp, FiguresUnreadable
from xinheng.judgements.consumers.values import FigureTable

pytestmark = pytest.mark.any_database
SHIPPED = Path(settings.PACKS_DIR) / "pwr" / "case.csv"


@pytest.fixture(scope="module")
def tables() -> dict[str, FigureTable]:
    with override("en"):
        return {one.code: one for one in casetables.tables(casefile.read(SHIPPED)[1])}


def line(table: FigureTable, name: str) -> tuple[str, ...]:
    return next(row.values for row in table.rows if row.name == name)


@pytest.mark.req("PWR-38", "PWR-19")
def test_the_printed_accuracies_and_why_no_other_formula_gives_them(tables: dict[str, FigureTable]) -> None:
    amounts, formulas = tables["accuracy"], tables["formulas"]

    assert line(amounts, "High voltage") == ("10,936,086.00", "12,480,164.06", "-1,544,078.06", "87.6 %")
    assert line(amounts, "Low voltage") == ("858,728.00", "538,545.58", "320,182.42", "62.7 %")
    assert line(amounts, "Both classes") == ("11,794,814.00", "13,018,709.64", "-1,223,895.64", "90.6 %")
    assert {row.name: row.values for row in formulas.rows} == {
        "a ÷ b": ("87.6 %", "159.5 %"), "b ÷ a": ("114.1 %", "62.7 %"),
        "1 − |a − b| ÷ b": ("87.6 %", "40.5 %"), "1 − |a − b| ÷ a": ("85.9 %", "62.7 %"),
        "min ÷ max": ("87.6 %", "62.7 %"),
    }  # fmt: skip
    assert line(tables["number"], "High voltage")[3:] == ("85.5 %", "31.6 %")
    assert line(tables["number"], "Low voltage")[3:] == ("43.7 %", "87.4 %")


@pytest.mark.req("PWR-38", "PWR-12")
def test_the_six_grades_of_the_quarter_with_their_shares(tables: dict[str, FigureTable]) -> None:
    assert [(row.name, *row.values) for row in tables["grades"].rows] == [
        ("AAA", "648", "16.5 %", "648", "16.5 %"), ("AA", "760", "19.4 %", "1,408", "35.9 %"),
        ("A", "156", "4.0 %", "1,564", "39.9 %"), ("B", "1,488", "38.0 %", "3,052", "77.9 %"),
        ("C", "814", "20.8 %", "3,866", "98.7 %"), ("D", "52", "1.3 %", "3,918", "100.0 %"),
        ("All", "3,918", "100.0 %", "—", "—"),
    ]  # fmt: skip


@pytest.mark.req("PWR-38", "PWR-16")
def test_the_population_at_risk_and_its_means(tables: dict[str, FigureTable]) -> None:
    assert line(tables["population"], "Low voltage") == ("1,972", "753", "38.2 %", "862", "435.46", "624.76")
    assert line(tables["population"], "High voltage") == (
        "65", "24", "36.9 %", "76", "168,247.48", "164,212.69",
    )  # fmt: skip
    assert line(tables["population"], "Both classes")[:4] == ("2,037", "777", "38.1 %", "938")


@pytest.mark.req("PWR-38", "PWR-25", "PWR-27")
def test_suspects_and_what_inspections_found(tables: dict[str, FigureTable]) -> None:
    assert [row.values for row in tables["suspects"].rows] == [
        ("34", "11.0 %"), ("138", "44.8 %"), ("136", "44.2 %"), ("308", "100.0 %"),
    ]  # fmt: skip
    assert [row.values for row in tables["usefulness"].rows] == [
        ("4", "1.3 %"), ("6", "1.9 %"), ("10", "3.2 %"), ("3,652.45", "—"), ("8,524.26", "—"),
        ("12,176.71", "—"), ("1,217.67", "—"), ("2.33", "—"),
    ]  # fmt: skip


@pytest.mark.req("PWR-38")
@pytest.mark.parametrize(
    ("item", "value", "summed"),
    [("suspects.total", "309", "308"), ("found.total_amount", "12176.70", "12176.71"), ("grades.total", "3900", "3918")],
)  # fmt: skip
def test_a_total_that_its_parts_do_not_add_up_to_is_refused(
    tmp_path: Path, item: str, value: str, summed: str
) -> None:
    lines = [one for one in SHIPPED.read_text("utf-8").splitlines() if not one.startswith(f"{item},")]
    wrong = tmp_path / "case.csv"
    wrong.write_text("\n".join([*lines, f"{item},{value}"]), encoding="utf-8")

    with pytest.raises(FiguresDoNotAddUp) as caught:
        casefile.read(wrong)

    assert (str(caught.value.params["total"]), str(caught.value.params["sum"])) == (value, summed)


@pytest.mark.req("PWR-38")
def test_a_missing_total_is_summed_and_bad_lines_are_named(tmp_path: Path) -> None:
    some = tmp_path / "case.csv"
    some.write_text("item,value\nsuspects.high,34\nsuspects.medium,138\nsuspects.low,136\n", encoding="utf-8")
    title, figures = casefile.read(some)
    assert (title, figures["suspects.total"]) == ("case", Decimal(308))
    assert [one.code for one in casetables.tables(figures)] == ["suspects"]

    with pytest.raises(FigureNegative):
        casefile.checked({"low.late": Decimal(-1)})
    some.write_text("item,value\nlow.late,many\n", encoding="utf-8")
    with pytest.raises(FiguresUnreadable) as caught:
        casefile.read(some)
    assert (caught.value.params["row"], caught.value.params["item"]) == (2, "low.late")
