"""The grid as a map of tiles, and the loss of each area by day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from xinheng.base.kernel.actors import Actor
from xinheng.facts.metering import queries as metering
from xinheng.facts.metering.values import AREA_KINDS, LOSS_STATES, ConsumerWanted
from xinheng.judgements.theft import queries as theft
from xinheng.reports import queries as drawn
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.metering import lines_of

SPAN = timedelta(days=30)
LOOKS = {
    "loss": gettext_lazy("Line loss"),
    "use": gettext_lazy("Use, kWh"),
    "suspects": gettext_lazy("Suspects"),
}
TONES = {"normal": "good", "high": "bad", "negative": "warn", "unread": "", "unsupplied": ""}
SUSPECTED = ("high", "medium", "low")
A_LIST = 50


@signed_in
@require_GET
def area_map(request: HttpRequest, code: str = "") -> HttpResponse:
    """The parts of an area, or of the whole grid, as tiles and as a table; an area's own loss by day."""
    actor, on = actor_of(request), business_day()
    look = request.GET.get("look", "")
    look = look if look in LOOKS and (look != "suspects" or actor.may("theft.read")) else "loss"
    every = list(metering.areas(actor))
    here = metering.area(code) if code else None
    parts = [one for one in every if (one.parent and one.parent.code) == (code or None)]
    if not here and len(parts) == 1:  # the whole grid is one tree: begin with its parts
        here, parts = parts[0], [one for one in every if one.parent_id == parts[0].pk]
    last = metering.last_read(actor) or on
    rows = metering.line_loss(actor, since=last - SPAN, until=last)
    tiles = _tiles(actor, parts, every, rows, look)
    own = rows.filter(pl.col("area") == here.code) if here else rows.clear()
    found = (
        list(metering.consumers(actor, ConsumerWanted(area=here.code))[:A_LIST]) if here and not parts else []
    )
    told = {
        "here": "areas",
        "area": here,
        "above": _above(here, every),
        "look": look,
        "looks": [(key, word) for key, word in LOOKS.items() if key != "suspects" or actor.may("theft.read")],
        "kind": AREA_KINDS[here.kind] if here else "",
        "tiles": tiles,
        "since": last - SPAN,
        "until": last,
        "map": drawn.area_map(tiles) if tiles else None,
        "loss": drawn.loss_curve(own) if own.height else None,
        "lines": lines_of(found, on),
    }
    return render(request, "metering/areas.html", told)


def _tiles(
    actor: Actor, parts: list[Any], every: list[Any], rows: pl.DataFrame, look: str
) -> list[dict[str, Any]]:
    sums = {row["area"]: row for row in _summed(rows).iter_rows(named=True)}
    suspects = _suspects(actor, every) if actor.may("theft.read") else {}
    tiles = [_tile(one, sums.get(one.code), suspects.get(one.code)) for one in parts]
    shown = [one["kwh"] if look == "use" else one["suspects"] for one in tiles]
    colours = [drawn.LOSS_COLOURS[one["state"]] for one in tiles] if look == "loss" else drawn.shades(shown)
    for tile, colour in zip(tiles, colours, strict=True):
        tile["colour"] = colour
        tile["words"] = {
            "loss": tile["loss"],
            "use": f"{tile['kwh']:,.0f} kWh",
            "suspects": _("%(number)s suspects") % {"number": tile["suspects"] or 0},
        }[look]
    return tiles


def _summed(rows: pl.DataFrame) -> pl.DataFrame:
    """The loss of each area over the days that say something, and its use over all of them."""
    speaks = pl.col("loss").is_not_null()
    sums = rows.group_by("area", "name", "kind").agg(
        kwh=pl.col("sold").sum(),
        consumers=pl.col("due").max(),
        days=speaks.sum(),
        supplied=pl.col("supplied").filter(speaks).sum(),
        sold=pl.col("sold").filter(speaks).sum(),
        abnormal=pl.col("state").is_in(["high", "negative"]).sum(),
        unread=(pl.col("state") == "unread").sum(),
    )
    return sums.with_columns(
        loss=pl.when(pl.col("supplied") > 0).then(1 - pl.col("sold") / pl.col("supplied"))
    )


def _tile(one: Any, row: dict[str, Any] | None, suspects: int | None) -> dict[str, Any]:
    loss = row["loss"] if row else None
    state = "unsupplied"
    if row and loss is None and row["unread"]:
        state = "unread"
    elif row and loss is not None:
        state = metering.loss_state(loss, one.kind, on=business_day())
    return {
        "name": one.name,
        "code": one.code,
        "kind": one.kind,
        "kind_words": AREA_KINDS[one.kind],
        "href": reverse("metering_area", args=[one.code]),
        "kwh": row["kwh"] if row else 0.0,
        "consumers": row["consumers"] if row else 0,
        "loss": "—" if loss is None else f"{loss:.1%}",
        "abnormal": row["abnormal"] if row else 0,
        "state": state,
        "state_words": LOSS_STATES[state],
        "tone": TONES[state],
        "suspects": suspects,
    }


def _suspects(actor: Actor, every: list[Any]) -> dict[str, int]:
    """How many suspects of the last ranking each area holds, with all areas below it."""
    found = theft.suspects(actor).filter(level__in=SUSPECTED).values_list("consumer_no", flat=True)
    numbers = list(found)
    if not numbers:
        return {}
    where = metering.paths_of_areas(numbers)
    codes = {one.path: one.code for one in every}
    counts: dict[str, int] = {}
    for whole in where.values():
        for at, sign in enumerate(whole):
            if sign == "/" and at and (code := codes.get(whole[: at + 1])):
                counts[code] = counts.get(code, 0) + 1
    return counts


def _above(here: Any, every: list[Any]) -> list[Any]:
    return [one for one in every if here and here.path.startswith(one.path) and one.pk != here.pk]


@signed_in
@require_GET
def loss_list(request: HttpRequest) -> HttpResponse:
    """The loss of lines and transformer areas by day, as a map of days and as a table."""
    actor, on = actor_of(request), business_day()
    kind = request.GET.get("kind", "transformer")
    kind = kind if kind in AREA_KINDS else "transformer"
    last: date = metering.last_read(actor) or on
    rows = metering.line_loss(actor, since=last - SPAN, until=last).filter(pl.col("kind") == kind)
    order = pl.col("loss").fill_null(-9)
    lines = [
        {
            **row,
            "loss_words": "—" if row["loss"] is None else f"{row['loss']:.1%}",
            "state": metering.loss_state(row["loss"], kind, on=on) if row["loss"] is not None else "unread",
        }
        for row in _summed(rows).sort(order, descending=True).iter_rows(named=True)
    ]
    for line in lines:
        line |= {"tone": TONES[line["state"]], "words": LOSS_STATES[line["state"]]}
    told = {
        "here": "loss",
        "kinds": list(AREA_KINDS.items()),
        "kind": kind,
        "lines": lines,
        "since": last - SPAN,
        "until": last,
        "map": drawn.loss_map(rows) if rows.height else None,
        "least": f"{metering.rules(on).least_success:.0%}",
    }
    return render(request, "metering/loss.html", told)


urlpatterns = [
    path("grid/", area_map, name="metering_areas"),
    path("grid/loss/", loss_list, name="metering_loss"),
    path("grid/area/<str:code>/", area_map, name="metering_area"),
]
