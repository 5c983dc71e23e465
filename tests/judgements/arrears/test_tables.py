"""Any table of bills: fitted as known on a day, foretold, back-tested; what cannot be read is named."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.judgements.arrears.conftest import TODAY, person
from xinheng.base.access.errors import AccessDenied
from xinheng.judgements.arrears import services as arrears
from xinheng.judgements.arrears.errors import (
    LedgerCellInvalid,
    LedgerColumnMissing,
    LedgerUnreadable,
    ModelUnreadable,
    TooFewBills,
)
from xinheng.judgements.arrears.values import Columns
from xinheng.wiring.cli import arrears as commands

pytestmark = pytest.mark.any_database
NAMED = Columns("客户", "开票", "金额", bill="单号", due="到期", paid="付款", group="方式", marks=("方式",))
FIT, READ = person("arrears.fit"), person("arrears.read")


@pytest.fixture(scope="module")
def fitted(table: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, arrears.Kept]:
    """A model of the drawn ledger as known on the day, in a file."""
    folder = tmp_path_factory.mktemp("late")
    table.write_parquet(folder / "ledger.parquet")
    kept = arrears.fit_table(actor=FIT, path=folder / "ledger.parquet", columns=NAMED, as_of=TODAY)
    (folder / "late.arrears").write_bytes(arrears.packed(kept))
    return folder / "late.arrears", kept


def test_a_model_tells_late_payers_apart_on_bills_it_never_saw(fitted: tuple[Path, arrears.Kept]) -> None:
    report = fitted[1].report

    assert report["beats"]
    assert report["auc"] > 0.95
    assert report["auc"] > report["naive"]["past_rate"]["auc"]
    assert report["mae"] < 4.5 < report["naive"]["past_rate"]["mae"] + 1
    assert len(report["calibration"]) == 10
    assert {one["group"] for one in report["groups"]} == {"纸质", "电子"}
    assert all(0 <= one["accuracy"] <= 1 for one in report["groups"])


def coming(folder: Path) -> Path:
    """Later bills, nothing known of their payment: of the quickest, the slowest and a new customer."""
    rows = [
        {"客户": name, "单号": f"N-{name}", "开票": TODAY + timedelta(days=9), "到期": TODAY + timedelta(days=39),
         "金额": 100.0, "方式": "电子"}
        for name in ("C-0", "C-9", "C-new")
    ]  # fmt: skip
    path = folder / "later.csv"
    pl.DataFrame(rows).write_csv(path)
    return path


def test_later_bills_are_foretold_with_day_chance_and_reasons(
    fitted: tuple[Path, arrears.Kept], tmp_path: Path
) -> None:
    told = arrears.predict_table(actor=READ, model=fitted[0], path=coming(tmp_path))

    quick, slow, new = told.to_dicts()
    assert quick["chance"] < 0.1
    assert slow["chance"] > 0.9
    assert quick["chance"] < new["chance"] < slow["chance"]
    assert abs((quick["settle"] - quick["billed"]).days - 5) <= 4
    assert abs((slow["settle"] - slow["billed"]).days - 48) <= 5
    assert slow["settle_early"] <= slow["settle"] <= slow["settle_late"]
    assert (quick["payments"] > 30, new["payments"]) == (True, 0)
    assert slow["reasons"].startswith("↑")
    whole = arrears.by_customer(told, least=3)
    assert dict(whole.select("customer", "assessable").rows()) == {"C-0": True, "C-9": True, "C-new": False}
    assert whole.filter(pl.col("customer") == "C-9")["expected_late"].item() == round(100 * slow["chance"], 2)


def test_a_bill_open_for_long_is_foretold_from_what_is_left(
    fitted: tuple[Path, arrears.Kept], table: pl.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "open.parquet"
    table.filter(pl.col("付款").is_null()).write_parquet(path)

    told = arrears.predict_table(actor=READ, model=fitted[0], path=path, as_of=TODAY)

    assert told.height == table.filter(pl.col("付款").is_null() & (pl.col("开票") < TODAY)).height
    assert told["settle"].min() >= TODAY  # type: ignore[operator]
    over = told.filter(pl.col("due") < TODAY)
    assert over.height
    assert over["chance"].to_list() == [1.0] * over.height


def test_the_outcome_of_a_bill_does_not_change_its_own_forecast(
    fitted: tuple[Path, arrears.Kept], tmp_path: Path
) -> None:
    bare = pl.read_csv(coming(tmp_path), try_parse_dates=True)
    known = bare.with_columns((pl.col("开票") + pl.duration(days=90)).alias("付款"))
    known.write_parquet(tmp_path / "known.parquet")

    told = [arrears.predict_table(actor=READ, model=fitted[0], path=tmp_path / name)["chance"].to_list()
            for name in ("later.csv", "known.parquet")]  # fmt: skip

    assert told[0][0] < 0.1
    assert told[1][0] < 0.1
    assert told[1][1] > 0.9


def test_the_same_ledger_gives_the_same_file_and_an_altered_one_is_refused(
    fitted: tuple[Path, arrears.Kept], tmp_path: Path
) -> None:
    path, kept = fitted
    assert arrears.packed(kept) == path.read_bytes()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    (tmp_path / "bad.arrears").write_bytes(content)

    with pytest.raises(ModelUnreadable):
        arrears.predict_table(actor=READ, model=tmp_path / "bad.arrears", path=coming(tmp_path))


def test_what_came_after_the_day_is_not_learned_from(table: pl.DataFrame, tmp_path: Path) -> None:
    early = date(2023, 7, 1)
    table.write_parquet(tmp_path / "whole.parquet")
    table.filter(pl.col("开票") < early).with_columns(
        pl.when(pl.col("付款") < early).then(pl.col("付款")).alias("付款")
    ).write_parquet(tmp_path / "known.parquet")

    whole, known = (
        arrears.packed(arrears.fit_table(actor=FIT, path=tmp_path / name, columns=NAMED, as_of=early))
        for name in ("whole.parquet", "known.parquet")
    )

    first, second = (parts_without_rows(content) for content in (whole, known))
    assert first == second


def parts_without_rows(content: bytes) -> dict[str, bytes]:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as held:
        return {
            name: held.read(name) for name in held.namelist() if name.startswith(("late", "after", "from"))
        }


def test_a_cell_that_is_no_day_is_named_by_file_row_and_column(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(
        "客户,单号,开票,到期,付款,金额,方式\nA,1,2024-01-02,2024-02-01,,12.5,纸\nA,2,昨天,2024-02-01,,3,纸\n",
        "utf-8",
    )

    with pytest.raises(LedgerCellInvalid) as caught:
        arrears.fit_table(actor=FIT, path=path, columns=NAMED, as_of=TODAY)

    told = caught.value.params
    assert (told["file"], told["row"], told["column"], told["value"]) == ("bad.csv", 2, "开票", "'昨天'")


def test_tables_that_cannot_be_used_are_refused(table: pl.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(LedgerUnreadable):
        arrears.fit_table(actor=FIT, path=tmp_path / "none.csv", columns=NAMED, as_of=TODAY)
    table.head(30).write_excel(tmp_path / "few.xlsx")
    with pytest.raises(TooFewBills):
        arrears.fit_table(actor=FIT, path=tmp_path / "few.xlsx", columns=NAMED, as_of=TODAY)
    with pytest.raises(LedgerColumnMissing):
        arrears.fit_table(
            actor=FIT, path=tmp_path / "few.xlsx", columns=Columns("谁", "开票", "金额"), as_of=TODAY
        )
    with pytest.raises(AccessDenied):
        arrears.fit_table(actor=READ, path=tmp_path / "few.xlsx", columns=NAMED, as_of=TODAY)


@pytest.mark.django_db
def test_the_commands_write_what_is_foretold(
    fitted: tuple[Path, arrears.Kept], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, customers = tmp_path / "told.xlsx", tmp_path / "customers.parquet"
    with pytest.raises(SystemExit) as ended:
        commands.predict(model=fitted[0], table=coming(tmp_path), out=out, customers=customers)
    assert ended.value.code == 0
    told = pl.read_excel(out, engine="calamine")
    assert told["customer"].to_list() == ["C-0", "C-9", "C-new"]
    assert pl.read_parquet(customers)["customer"].to_list() == ["C-0", "C-9", "C-new"]
    (tmp_path / "bad.csv").write_text("客户,开票,金额\nA,2024-13-01,1\n", "utf-8")
    with pytest.raises(SystemExit) as ended:
        commands.backtest(
            table=tmp_path / "bad.csv",
            as_of="2024-07-01",
            customer="客户",
            billed="开票",
            amount="金额",
            as_json=True,
        )
    assert ended.value.code == 1
    assert '"ledger_cell_invalid"' in capsys.readouterr().out
