"""Whose row it is: by number, or by the exact name; within what the importer may see."""

from __future__ import annotations

from datetime import date

import polars as pl

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.texts import name_key
from xinheng.facts.customers import queries as customers
from xinheng.facts.intake.checking.causes import turned_down
from xinheng.facts.intake.checking.plan import Plan


class CustomerIndex:
    """The customers the importer may see, looked up for a whole piece at once."""

    def __init__(self, actor: Actor, on: date) -> None:
        ids = customers.ids_by_no()
        if actor.scope.reach != "everything":
            seen = customers.visible(actor, on=on).values_list("pk", flat=True)
            ids = ids.filter(pl.col("id").is_in(list(seen)))
        self.ids = ids.rename({"no": "customer_no", "id": "customer_id"})
        self._actor, self._on = actor, on
        self._names: pl.DataFrame | None = None

    def resolve(self, rows: pl.DataFrame, plan: Plan) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
        """The rows with customer_no and customer_id, and those whose customer is not to be found.

        With customers_from_file an unknown number is no cause: the customer will be made.
        """
        if "customer_no" not in rows.columns:
            return rows, []
        causes: list[pl.DataFrame] = []
        by_name = rows.get_column("customer_no").is_null() & rows.get_column("customer_name").is_not_null()
        if by_name.any():
            rows, causes = self._by_name(rows, by_name)
        rows = rows.join(self.ids, on="customer_no", how="left", maintain_order="left")
        if not plan.settings.customers_from_file:
            unknown = rows.get_column("customer_no").is_not_null() & rows.get_column("customer_id").is_null()
            if unknown.any():
                found = rows.filter(unknown)
                value = found.get_column("customer_no")
                causes.append(turned_down(found, "unknown_customer", field="customer_no", value=value))
        return rows, causes

    def _by_name(self, rows: pl.DataFrame, by_name: pl.Series) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
        told = rows.filter(by_name).get_column("customer_name").unique()
        keys = pl.DataFrame({"customer_name": told, "key": [name_key(name) for name in told]})
        found = keys.join(self._known_names(), on="key", how="left").select(
            "customer_name", "named_no", "holders"
        )
        joined = rows.join(found, on="customer_name", how="left", maintain_order="left")
        missing = joined.filter(by_name & joined.get_column("holders").is_null())
        shared = joined.filter(by_name & (joined.get_column("holders") > 1).fill_null(value=False))
        causes = [
            turned_down(some, cause, field="customer_name", value=some.get_column("customer_name"))
            for some, cause in ((missing, "unknown_customer"), (shared, "customer_name_shared"))
            if some.height
        ]
        number = pl.when(by_name & (pl.col("holders") == 1)).then("named_no").otherwise("customer_no")
        return joined.with_columns(number.alias("customer_no")).drop("named_no", "holders"), causes

    def _known_names(self) -> pl.DataFrame:
        if self._names is None:
            rows = customers.visible(self._actor, on=self._on).order_by().values_list("name_key", "no")
            names = pl.DataFrame(list(rows), schema={"key": pl.String, "named_no": pl.String}, orient="row")
            self._names = names.group_by("key").agg(pl.first("named_no"), holders=pl.len())
        return self._names
