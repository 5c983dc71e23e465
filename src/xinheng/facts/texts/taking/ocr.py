"""Recognising the signs on a picture: PP-OCR by RapidOCR, whose models come inside its package."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import numpy as np
from PIL import Image

LONGEST_SIDE = 2000  # pixels; finer pictures are not read better, only slower
LEAST_SIDE = 16
MOST_PIXELS = 120_000_000


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    threads = int(os.environ.get("XINHENG_TEXTS_THREADS", "1"))
    inference = "EngineConfig.onnxruntime"
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            f"{inference}.intra_op_num_threads": threads,
            f"{inference}.inter_op_num_threads": 1,
        }
    )


def recognise(picture: Image.Image) -> tuple[str, float | None]:
    """The lines on a picture from top to bottom, and how sure they are on average, 0 to 1; None: nothing."""
    plain = _fitting(picture)
    if plain is None:
        return "", None
    found = _engine()(np.asarray(plain)[:, :, ::-1])
    if not getattr(found, "txts", None):
        return "", None
    lines = _in_rows(list(zip(found.boxes, found.txts, strict=True)))
    return "\n".join(lines), round(float(np.mean(found.scores)), 4)


def _fitting(picture: Image.Image) -> Image.Image | None:
    """The picture as the engine takes it; None where there is nothing to see."""
    small = min(1.0, LONGEST_SIDE / max(picture.size))
    size = (round(picture.width * small), round(picture.height * small))
    if min(size) < LEAST_SIDE:
        return None
    if picture.mode in {"RGBA", "LA", "P", "PA"}:
        shown = picture.convert("RGBA")
        picture = Image.new("RGB", shown.size, "white")
        picture.paste(shown, mask=shown.getchannel("A"))
    plain = (
        picture.convert("RGB").resize(size, Image.Resampling.LANCZOS) if small < 1 else picture.convert("RGB")
    )
    return None if np.ptp(np.asarray(plain.convert("L"))) < 24 else plain


def _in_rows(found: list[tuple[Any, str]]) -> list[str]:
    """Pieces that stand on one height are one line, from left to right."""
    rows: list[tuple[float, float, list[tuple[float, str]]]] = []  # middle, height, pieces
    for box, text in sorted(found, key=lambda one: float(np.mean(one[0][:, 1]))):
        middle, height = float(np.mean(box[:, 1])), float(np.ptp(box[:, 1]))
        if rows and abs(middle - rows[-1][0]) < 0.5 * min(height, rows[-1][1]):
            rows[-1][2].append((float(box[:, 0].min()), text))
        else:
            rows.append((middle, height, [(float(box[:, 0].min()), text)]))
    return [" ".join(text for _, text in sorted(pieces)) for _, _, pieces in rows]
