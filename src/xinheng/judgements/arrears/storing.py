"""A model as one file: learners, blend, rules, report and the ledger it learned from, with its hash."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from django.utils.translation import gettext as _

from xinheng.judgements.arrears.adjusting import Adjustment
from xinheng.judgements.arrears.errors import ModelUnreadable
from xinheng.judgements.arrears.fitting import Model
from xinheng.judgements.arrears.foretelling import Blend
from xinheng.judgements.arrears.learners import Learned
from xinheng.judgements.arrears.values import Columns

FORM = "xinheng-arrears-1"
TEXTS = ("late", "from_bill", "after", "forest_from_bill", "forest_after")
ARRAYS = ("leaves_from_bill", "leaves_after", "values_from_bill", "values_after")
STILL = (1980, 1, 1, 0, 0, 0)  # every part bears this time, so that the same model is the same file
MOST = 2_000_000_000  # bytes of one part


@dataclass(frozen=True)
class Kept:
    """A model with what was found of it, and the columns it was read by (None: the own ledger)."""

    model: Model
    report: dict[str, Any]
    columns: dict[str, Any] | None = None

    @property
    def named(self) -> Columns | None:
        """The columns as values."""
        if self.columns is None:
            return None
        return Columns(**(self.columns | {"marks": tuple(self.columns["marks"])}))


def packed(kept: Kept) -> bytes:
    """The file of a model; the same model gives the same bytes."""
    model, target = kept.model, io.BytesIO()
    head = {
        "form": FORM, "as_of": model.as_of.isoformat(), "tolerance": model.tolerance, "marks": model.marks,
        "levels": model.levels, "adjustment": model.adjustment.plain(), "blend": model.blend.plain(),
        "report": kept.report, "columns": kept.columns,
    }  # fmt: skip
    parts = {name: getattr(model.learned, name).encode() for name in TEXTS}
    for name in ARRAYS:
        held = io.BytesIO()
        np.lib.format.write_array(held, getattr(model.learned, name), allow_pickle=False)
        parts[name] = held.getvalue()
    table = io.BytesIO()
    model.ledger.write_parquet(table, compression="zstd", statistics=False)
    parts["ledger.parquet"] = table.getvalue()
    head["sha256"] = {name: sha256(content).hexdigest() for name, content in parts.items()}
    parts["model.json"] = json.dumps(head, ensure_ascii=False, indent=1, sort_keys=True, default=str).encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(parts):
            file.writestr(zipfile.ZipInfo(name, STILL), parts[name], zipfile.ZIP_DEFLATED)
    return target.getvalue()


def unpacked(content: bytes, *, file: str) -> Kept:
    """The model in a file. Refuses: ModelUnreadable, also where a part was altered."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as held:
            if any(one.file_size > MOST for one in held.infolist()):
                raise ModelUnreadable(file=file, cause=_("it is too large"))
            parts = {name: held.read(name) for name in held.namelist()}
        head = json.loads(parts["model.json"])
        if head["form"] != FORM:
            raise ModelUnreadable(file=file, cause=_("it is of another version"))
        for name, expected in head["sha256"].items():
            if sha256(parts[name]).hexdigest() != expected:
                raise ModelUnreadable(file=file, cause=_("%(part)s was altered") % {"part": name})
        return _of(head, parts)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, pl.exceptions.PolarsError) as error:
        raise ModelUnreadable(file=file, cause=str(error)[:200] or type(error).__name__) from error


def load(path: Path) -> Kept:
    """The model at a path. Refuses: ModelUnreadable."""
    if not path.is_file():
        raise ModelUnreadable(file=path, cause=_("there is no such file"))
    return unpacked(path.read_bytes(), file=path.name)


def _of(head: dict[str, Any], parts: dict[str, bytes]) -> Kept:
    texts: dict[str, Any] = {name: parts[name].decode() for name in TEXTS}
    arrays: dict[str, Any] = {name: np.load(io.BytesIO(parts[name]), allow_pickle=False) for name in ARRAYS}
    blend = Blend(tuple(head["blend"]["days"]), tuple(head["blend"]["chance"]), head["blend"]["scale"])
    model = Model(
        date.fromisoformat(head["as_of"]), head["tolerance"], head["marks"], head["levels"],
        Adjustment(**head["adjustment"]), Learned(**texts, **arrays), blend,
        pl.read_parquet(io.BytesIO(parts["ledger.parquet"])),
    )  # fmt: skip
    return Kept(model, head["report"], head["columns"])
