"""Accepted consumers, meters and areas put in as sets, and daily use out of 96 points."""

from __future__ import annotations

from datetime import date

import polars as pl

from xinheng.base.access import queries as people
from xinheng.base.kernel import bulk
from xinheng.base.kernel.texts import name_key_of
from xinheng.facts.customers import queries as customers
from xinheng.facts.metering import fields, store
from xinheng.facts.metering.checking import Place
from xinheng.facts.metering.models import Area, Batch, Consumer, Meter, Supply
from xinheng.facts.metering.normalising import TYPES


def post(place: Place, batch: Batch, *, on: date) -> None:
    """Put accepted consumers, meters or areas in."""
    rows = pl.read_parquet(place.accepted / "rows.parquet")
    if rows.height:
        {"consumers": post_consumers, "meters": post_meters, "network": post_network}[batch.kind](
            rows, batch_no=batch.pk, on=on
        )


def post_consumers(rows: pl.DataFrame, *, batch_no: int | None, on: date) -> None:
    """Open the accounts of a frame with the fields of the kind."""
    files = customers.ids_by_no() if rows["customer"].null_count() < rows.height else None
    joined = rows if files is None else rows.join(files, left_on="customer", right_on="no", how="left")
    owner = pl.lit(None, pl.Int64) if files is None else pl.col("id")
    opened = pl.col("opened_on").fill_null(on)
    bulk.append(
        Consumer,
        joined.select(
            "name", consumer_no="consumer", customer_id=owner, name_key=name_key_of(pl.col("name")),
            address=pl.col("address").fill_null(""), industry=pl.col("industry").fill_null(""),
            phases=pl.col("phases").fill_null(1).cast(pl.Int16),
            is_prepaid=pl.col("is_prepaid").fill_null(value=False),
            is_important=pl.col("is_important").fill_null(value=False), opened_on=opened,
            told_on=pl.lit(on), batch_no=pl.lit(batch_no, pl.Int64),
        ),
    )  # fmt: skip
    units, areas = _map(people.units_by_code()), _map(dict(Area.objects.values_list("code", "pk")))
    bulk.append(
        Supply,
        rows.join(consumer_ids(), on="consumer", how="left")
        .join(units, left_on="unit", right_on="code", how="left")
        .join(areas, left_on="area", right_on="code", how="left", suffix="_area")
        .select(
            consumer_id="id", unit_id="pk", area_id="pk_area", voltage=pl.col("voltage").fill_null("low"),
            voltage_kv=_decimal("voltage_kv", 2), capacity_kva=_decimal("capacity_kva", 2),
            tariff=pl.col("tariff").fill_null(""), from_on=opened, told_on=pl.lit(on),
        ),
    )  # fmt: skip


def post_meters(rows: pl.DataFrame, *, batch_no: int | None, on: date) -> None:
    """Install the meters of a frame, and remove those that were there and are told to be gone."""
    new = rows.filter(pl.col("state") == "new")
    bulk.append(
        Meter,
        new.join(consumer_ids(), on="consumer", how="left").select(
            "installed_on", "removed_on", meter_no="meter", consumer_id="id",
            ratio=_decimal("ratio", 4).fill_null(1), digits=pl.col("digits").fill_null(6).cast(pl.Int16),
            first_index=_decimal("first_index", 4).fill_null(0), last_index=_decimal("last_index", 4),
            kind=pl.col("kind").fill_null(""), told_on=pl.lit(on), batch_no=pl.lit(batch_no, pl.Int64),
        ),
    )  # fmt: skip
    for told in rows.filter(pl.col("state") == "changed").iter_rows(named=True):
        Meter.objects.filter(meter_no=told["meter"], installed_on=told["installed_on"]).update(
            removed_on=told["removed_on"], last_index=told["last_index"]
        )


def post_network(rows: pl.DataFrame, *, batch_no: int | None, on: date) -> None:
    """Add the areas of a frame, those above before those below."""
    del batch_no  # an area says where it came from by the trail
    paths: dict[str | None, tuple[int | None, str]] = {None: (None, "/")}
    paths |= {code: (pk, path) for code, pk, path in Area.objects.values_list("code", "pk", "path")}
    left = rows.to_dicts()
    while left:
        ready = [told for told in left if told["parent"] in paths]
        assert ready, "an area without a parent was accepted"
        for told in ready:
            above, path = paths[told["parent"]]
            row = Area.objects.create(
                code=told["area"], name=told["name"], kind=told["kind"], parent_id=above, path="",
                capacity_kva=told["capacity_kva"], told_on=on,
            )  # fmt: skip
            row.path = f"{path}{row.pk}/"
            row.save(update_fields=["path"])
            paths[row.code] = (row.pk, row.path)
        left = [told for told in left if told["area"] not in paths]


def open_unknown(place: Place, batch: Batch, *, on: date) -> int:
    """Open an account for every consumer of accepted readings that has none; gives how many."""
    files = list(place.accepted.glob("*.parquet"))
    if not files:
        return 0
    told = pl.scan_parquet(files).group_by("consumer").agg(opened_on=pl.col("day").min()).collect()
    new = told.join(consumer_ids(), on="consumer", how="anti").sort("consumer")
    empty = {one.code: pl.lit(None, TYPES[one.type]) for one in fields.fields()["consumers"]}
    empty |= {"consumer": pl.col("consumer"), "name": pl.col("consumer"), "opened_on": pl.col("opened_on")}
    if new.height:
        post_consumers(new.select(**empty), batch_no=batch.pk, on=on)
    return new.height


def keep_daily(rows: pl.DataFrame, batch: Batch, *, on: date) -> list[date]:
    """Daily use out of 96 points, for days of which no reading was told; gives the first and last day."""
    use = pl.when(pl.col("kwh").list.drop_nulls().list.len() == pl.col("kwh").list.len()).then(
        pl.col("kwh").list.eval(pl.element().cast(pl.Float64)).list.sum()
    )
    daily = rows.select("consumer", "day", kwh=use)
    first, last = daily["day"].min(), daily["day"].max()
    paths = store.paths_of("readings", first, last)  # type: ignore[arg-type]
    if paths:
        there = pl.scan_parquet(paths, hive_partitioning=False).filter(pl.col("kwh").is_not_null())
        daily = daily.join(there.select("consumer", "day").collect(), on=["consumer", "day"], how="anti")
    if daily.is_empty():
        return []
    store.keep("readings", daily, batch_no=batch.pk, told_on=on)
    return [first, last]  # type: ignore[list-item]


def consumer_ids() -> pl.DataFrame:
    """The id of every consumer: consumer, id."""
    rows = Consumer.objects.order_by().values_list("consumer_no", "pk").iterator(chunk_size=100_000)
    return pl.DataFrame(rows, schema={"consumer": pl.String, "id": pl.Int64}, orient="row")


def _decimal(column: str, places: int) -> pl.Expr:
    return pl.col(column).cast(pl.Decimal(16, places))


def _map(codes: dict[str, int]) -> pl.DataFrame:
    return pl.DataFrame(list(codes.items()), schema={"code": pl.String, "pk": pl.Int64}, orient="row")
