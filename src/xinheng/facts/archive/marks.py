"""A watermark burnt into a picture: who looked at it and on which day, across the whole page."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ANGLE, INK = 30, (110, 110, 110, 60)  # degrees; a grey that lets the text be read


def burnt(picture: Image.Image, words: str, font_file: Path) -> Image.Image:
    """The picture with the words across it, again and again."""
    size = max(picture.width // 40, 10)
    font = _font(str(font_file), size)
    box = font.getbbox(words)
    wide, high = int(box[2]) + size * 4, int(box[3]) + size * 4
    side = int((picture.width**2 + picture.height**2) ** 0.5) + wide
    layer = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    for row, top in enumerate(range(0, side, high)):
        for left in range(-(wide // 2) * (row % 2), side, wide):
            pen.text((left, top), words, font=font, fill=INK)
    turned = layer.rotate(ANGLE)
    left, top = (side - picture.width) // 2, (side - picture.height) // 2
    cut = turned.crop((left, top, left + picture.width, top + picture.height))
    return Image.alpha_composite(picture.convert("RGBA"), cut).convert("RGB")


@lru_cache(maxsize=8)
def _font(file: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, size)
