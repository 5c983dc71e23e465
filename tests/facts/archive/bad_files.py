"""Files as attackers and careless people send them, made here byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable

from PIL import Image

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{main}+xml"/></Types>'
)
DOCX = TYPES.format(part="word/document.xml", main="wordprocessingml.document.main")
XLSX = TYPES.format(part="xl/workbook.xml", main="spreadsheetml.sheet.main")


def packed(*entries: tuple[str, bytes | str]) -> bytes:
    """An archive of entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries:
            file.writestr(name, content)
    return out.getvalue()


def docx(*more: tuple[str, bytes | str]) -> bytes:
    """A text document with more entries."""
    return packed(("[Content_Types].xml", DOCX), ("word/document.xml", "<w:document/>"), *more)


def xlsx(*more: tuple[str, bytes | str]) -> bytes:
    """A workbook with more entries."""
    return packed(("[Content_Types].xml", XLSX), ("xl/workbook.xml", "<workbook/>"), *more)


def overlapping() -> bytes:
    """Two entries of one archive that share their bytes."""
    content = bytearray(docx(("a.bin", bytes(3000)), ("b.bin", bytes(3000))))
    first = content.find(b"PK\x01\x02")
    places = []
    while first >= 0:
        places.append(first)
        first = content.find(b"PK\x01\x02", first + 4)
    content[places[-1] + 42 : places[-1] + 46] = content[places[-2] + 42 : places[-2] + 46]
    return bytes(content)


def picture(form: str = "PNG", *, exif: bool = False, size: tuple[int, int] = (60, 40)) -> bytes:
    """A small picture, perhaps with the place and the camera it was taken by."""
    out, image = io.BytesIO(), Image.new("RGB", size, (200, 30, 30))
    told = Image.Exif()
    if exif:
        told[0x010F], told[0x0110] = "相机厂", "型号X"
        told.get_ifd(0x8825)[1] = "N"
        told.get_ifd(0x8825)[2] = (39.0, 54.0, 20.0)
        image.save(out, form, exif=told)
    else:
        image.save(out, form)
    return out.getvalue()


def huge_png() -> bytes:
    """A picture of 40 000 by 40 000 points in a hundred bytes."""
    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\x00")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )


def pdf(
    *objects: bytes, box: str = "0 0 595 842", pages: int = 1, root: bytes = b"", text: str = "Hello"
) -> bytes:
    """A PDF of pages with one line each, and further objects."""
    kids = " ".join(f"{10 + place} 0 R" for place in range(pages))
    words = f"BT /F1 24 Tf 72 700 Td ({text}) Tj ET".encode()
    parts: Iterable[bytes] = [
        b"1 0 obj <</Type/Catalog/Pages 2 0 R" + root + b">> endobj\n",
        f"2 0 obj <</Type/Pages/Count {pages}/Kids[{kids}]>> endobj\n".encode(),
        b"3 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj\n",
        b"4 0 obj <</Length %d>> stream\n%s\nendstream endobj\n" % (len(words), words),
        *(
            f"{10 + place} 0 obj <</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 4 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>> endobj\n".encode()
            for place in range(pages)
        ),
        *objects,
    ]
    return b"%PDF-1.7\n" + b"".join(parts) + b"trailer <</Root 1 0 R>>\n%%EOF\n"


def stream(told: bytes, content: bytes, *, number: int = 900) -> bytes:
    """An object of a PDF whose bytes are packed."""
    body = zlib.compress(content, 9)
    head = b"%d 0 obj <</Filter/FlateDecode/Length %d%s>> stream\n" % (number, len(body), told)
    return head + body + b"\nendstream endobj\n"
