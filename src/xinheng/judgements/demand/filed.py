"""A fitted forecast as one file: what each series takes, how wide its band is, the history, and hashes."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from django.utils.translation import gettext as _

from xinheng.judgements.demand.errors import FittedUnreadable
from xinheng.judgements.demand.forecasting import Fitted, Part
from xinheng.judgements.demand.grids import Grid
from xinheng.judgements.demand.intervals import Width
from xinheng.judgements.demand.options import Options

FORM = "xinheng-demand-1"
STILL = (1980, 1, 1, 0, 0, 0)  # every part bears this time, so that the same forecast is the same file
MOST = 2_000_000_000  # bytes of one part


@dataclass(frozen=True)
class Columns:
    """What the columns of a file are called; empty: guessed."""

    series: str = ""
    time: str = ""
    value: str = ""
    factors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kept:
    """A fitted forecast and the columns it was read by."""

    fitted: Fitted
    columns: Columns


def packed(kept: Kept) -> bytes:
    """The file of a fitted forecast; the same gives the same bytes."""
    fitted = kept.fitted
    grid = fitted.grid
    head = {
        "form": FORM, "frequency": grid.frequency, "horizon": fitted.horizon, "ids": grid.ids,
        "first": grid.times[0].isoformat(), "zone": grid.zone, "options": asdict(fitted.options),
        "columns": asdict(kept.columns), "report": fitted.report,
        "parts": [
            {"kind": part.kind, "places": part.places, "chosen": part.chosen,
             "width": None if part.width is None else part.width.plain()}
            for part in fitted.parts
        ],
    }  # fmt: skip
    parts = {
        "values.npy": _array(grid.values),
        "seen.npy": _array(grid.seen),
        "choices.parquet": _table(fitted.choices),
    }
    for group in ("factors", "unknown"):
        for name, told in getattr(grid, group).items():
            parts[f"{group}/{name}.npy"] = _array(told)
    if grid.calendar is not None:
        parts["calendar.parquet"] = _table(grid.calendar)
    head["sha256"] = {name: sha256(content).hexdigest() for name, content in parts.items()}
    parts["forecast.json"] = json.dumps(head, ensure_ascii=False, sort_keys=True, indent=1).encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(parts):
            file.writestr(zipfile.ZipInfo(name, STILL), parts[name], zipfile.ZIP_DEFLATED)
    return target.getvalue()


def load(path: Path) -> Kept:
    """The fitted forecast in a file. Refuses: FittedUnreadable, also where a part was altered."""
    try:
        with zipfile.ZipFile(path) as held:
            if any(one.file_size > MOST for one in held.infolist()):
                raise FittedUnreadable(file=path, cause=_("it is too large"))
            parts = {name: held.read(name) for name in held.namelist()}
        head = json.loads(parts["forecast.json"])
        if head["form"] != FORM:
            raise FittedUnreadable(file=path, cause=_("it is of another form"))
        for name, digest in head["sha256"].items():
            if sha256(parts[name]).hexdigest() != digest:
                raise FittedUnreadable(file=path, cause=_("%(part)s was altered") % {"part": name})
        return _made(head, parts)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise FittedUnreadable(file=path, cause=str(error)[:200] or type(error).__name__) from error


def _made(head: dict[str, Any], parts: dict[str, bytes]) -> Kept:
    told: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in head["options"].items()
    }
    options = Options(**told)
    values = _taken(parts["values.npy"])
    first = pl.Series([head["first"]]).str.to_datetime(time_unit="us")
    factors: dict[str, dict[str, Any]] = {
        group: {
            name.removeprefix(f"{group}/").removesuffix(".npy"): _taken(content)
            for name, content in parts.items() if name.startswith(f"{group}/")
        }
        for group in ("factors", "unknown")
    }  # fmt: skip
    calendar = parts.get("calendar.parquet")
    grid = Grid(
        tuple(head["ids"]), head["frequency"], first, values, _taken(parts["seen.npy"]), factors["factors"],
        factors["unknown"], zone=head["zone"],
        calendar=None if calendar is None else pl.read_parquet(io.BytesIO(calendar)),
    )  # fmt: skip
    made = tuple(
        Part(one["kind"], tuple(one["places"]), tuple(one["chosen"]), _width(one["width"]))
        for one in head["parts"]
    )  # fmt: skip
    choices = pl.read_parquet(io.BytesIO(parts["choices.parquet"]))
    fitted = Fitted(grid, head["horizon"], options, made, choices, head["report"], ())
    said = head["columns"] | {"factors": tuple(head["columns"]["factors"])}
    return Kept(fitted, Columns(**said))


def _width(told: dict[str, Any] | None) -> Width | None:
    if told is None:
        return None
    return Width(np.array(told["quantiles"]), np.array(told["usual"]), told["steps"])


def _array(told: Any) -> bytes:
    held = io.BytesIO()
    np.lib.format.write_array(held, told, allow_pickle=False)
    return held.getvalue()


def _taken(content: bytes) -> Any:
    return np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)


def _table(told: pl.DataFrame) -> bytes:
    held = io.BytesIO()
    told.write_parquet(held, compression="zstd", statistics=False)
    return held.getvalue()
