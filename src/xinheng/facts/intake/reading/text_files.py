"""Text with separators, in whatever encoding and dialect it comes."""

from __future__ import annotations

import codecs
import csv
import os
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from django.utils.translation import gettext as _

from xinheng.facts.intake import errors
from xinheng.facts.intake.reading.header import find_header, unit_above
from xinheng.facts.intake.reading.sniffing import bare_utf16
from xinheng.facts.intake.reading.tables import EXTRA, ROW, SHEET, Table, rows_a_piece

STEP = 4 << 20
DELIMITERS = [",", "\t", ";", "|", "，"]
PEEKED_ROWS = 60
EXTRAS = [EXTRA, *(f"{EXTRA}{place}" for place in range(2, 6))]  # cells behind the header that are kept
UTF8_WORDS = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){5,}")  # of Chinese; chance does not make them
csv.field_size_limit(1 << 20)


@dataclass(frozen=True)
class Dialect:
    """How the text is written. path: a copy in UTF-8, or the file itself."""

    path: Path
    encoding: str
    delimiter: str
    header_row: int = 0  # as a person counts; 0: find it


def open_text(original: Path, *, file_name: str, settings: dict[str, str], known: Collection[str]) -> Table:
    """A text file as a table. Writes a copy in UTF-8 beside it where it is in another encoding."""
    path, encoding = in_utf8(original, file_name=file_name, told=settings.get("encoding", ""))
    delimiter = settings.get("delimiter") or _delimiter(path)
    if not delimiter:
        raise errors.FileNotATable(file_name=file_name, detail=_("one column only"))
    if len(delimiter.encode()) > 1 or _ends_lines_with_return(path):
        path, delimiter = _rewritten(path, delimiter, file_name), ","
    rows = _peek(path, delimiter)
    header = find_header(rows, known)
    if header is None:
        raise errors.FileNotATable(file_name=file_name, detail=_("no header row"))
    names = header.names
    while len(names) > 1 and names[-1] == f"column {len(names)}":  # what stands behind the header is extra
        names = names[:-1]
    dialect = Dialect(path, encoding, delimiter, header.last_row + 1)
    notes = {
        "encoding": encoding,
        "delimiter": {"\t": "tab"}.get(delimiter, delimiter),
        "header_row": str(header.last_row + 1),
        "unit": unit_above(rows[: header.last_row]),
    }
    size = path.stat().st_size
    about = max(1, size // max(1, _bytes_a_row(path)))
    return Table(names, lambda: _chunks(dialect, names, file_name), rows=about, notes=notes)


def in_utf8(original: Path, *, file_name: str, told: str = "") -> tuple[Path, str]:
    """The file, or a copy of it in UTF-8, and its encoding. Refuses: EncodingUnknown."""
    with original.open("rb") as file:
        head = file.read(1 << 20)
    if told:
        return _transcoded(original, told, file_name), told
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _transcoded(original, "utf-16", file_name), "utf-16"
    if bare := bare_utf16(head[:65_536]):
        return _transcoded(original, bare, file_name), bare
    failed_at = _not_utf8_at(original)
    if failed_at < 0:
        return original, "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    if _was_utf8_before(original, failed_at):
        raise errors.EncodingUnknown(file_name=file_name, detail=f"utf-8, byte {failed_at}")
    if (mixed_at := _utf8_at(original)) >= 0:
        raise errors.EncodingUnknown(file_name=file_name, detail=f"gb18030 + utf-8, byte {mixed_at}")
    return _transcoded(original, "gb18030", file_name), "gb18030"


def _utf8_at(path: Path) -> int:
    """The byte at which a file in another encoding holds Chinese in UTF-8; -1 where it holds none."""
    done, rest = 0, b""
    with path.open("rb") as file:
        while piece := file.read(STEP):
            text = rest + piece
            if found := UTF8_WORDS.search(text):
                return done - len(rest) + found.start()
            done, rest = done + len(piece), text[-32:]
    return -1


def _not_utf8_at(path: Path) -> int:
    """The byte at which the file stops being UTF-8; -1 where it is all of it."""
    decoder, done = codecs.getincrementaldecoder("utf-8")(), 0
    with path.open("rb") as file:
        while piece := file.read(STEP):
            try:
                decoder.decode(piece)
            except UnicodeDecodeError as failed:
                return max(0, done + failed.start)
            done += len(piece)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return done
    return -1


def _was_utf8_before(path: Path, failed_at: int) -> bool:
    """Whether real UTF-8 came before: then a few bytes are broken, and it is no other encoding."""
    with path.open("rb") as file:
        before = file.read(min(failed_at, STEP)).decode("utf-8", errors="ignore")
    return sum(1 for mark in before if "\u4e00" <= mark <= "\u9fff") >= 4


def _transcoded(original: Path, encoding: str, file_name: str) -> Path:
    """A copy in UTF-8, made once; another process may be reading it while this one asks for it."""
    target = original.with_name(f"text.{re.sub(r'[^0-9a-z-]', '_', encoding.lower())}.csv")
    if target.exists():
        return target
    fresh = target.with_suffix(f".{os.getpid()}.tmp")
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        with original.open("rb") as source, fresh.open("w", encoding="utf-8", newline="") as copy:
            while piece := source.read(STEP):
                copy.write(decoder.decode(piece))
            copy.write(decoder.decode(b"", final=True))
    except (UnicodeError, LookupError) as failed:
        fresh.unlink(missing_ok=True)
        detail = f"{encoding}, byte {failed.start}" if isinstance(failed, UnicodeDecodeError) else encoding
        raise errors.EncodingUnknown(file_name=file_name, detail=detail) from failed
    return fresh.replace(target)


def _delimiter(path: Path) -> str:
    """The separator under which most lines have the same number of fields, more than one."""
    best, best_score = "", (0, 0)
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for row in _peek(path, delimiter) if any(row))
        width, lines = max(
            widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]), default=(0, 0)
        )
        if width > 1 and (lines, width) > best_score:
            best, best_score = delimiter, (lines, width)
    return best


def _peek(path: Path, delimiter: str) -> list[list[str | None]]:
    rows: list[list[str | None]] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            for row in csv.reader(file, delimiter=delimiter):
                rows.append([cell or None for cell in row])
                if len(rows) >= PEEKED_ROWS:
                    break
        except csv.Error:
            return rows
    return rows


def _bytes_a_row(path: Path) -> int:
    with path.open("rb") as file:
        head = file.read(1 << 20)
    return len(head) // max(1, head.count(b"\n"))


def _ends_lines_with_return(path: Path) -> bool:
    """Whether lines end as on old machines, which the quick reader does not know."""
    with path.open("rb") as file:
        head = file.read(1 << 20)
    return b"\r" in head and b"\n" not in head


def _rewritten(path: Path, delimiter: str, file_name: str) -> Path:
    """The text once more, every field quoted as it should be. Refuses: FileNotATable."""
    target = path.with_name("text.clean.csv")
    fresh = target.with_suffix(f".{os.getpid()}.tmp")
    try:
        with (
            path.open(encoding="utf-8-sig", newline="") as source,
            fresh.open("w", encoding="utf-8", newline="") as copy,
        ):
            csv.writer(copy, quoting=csv.QUOTE_ALL).writerows(csv.reader(source, delimiter=delimiter))
    except csv.Error as broken:
        fresh.unlink(missing_ok=True)
        raise errors.FileNotATable(file_name=file_name, detail=_("a cell is too large")) from broken
    return fresh.replace(target)


def _chunks(dialect: Dialect, names: tuple[str, ...], file_name: str) -> Iterator[pl.DataFrame]:
    given = 0
    try:
        for frame in _read(dialect.path, dialect, names, file_name):
            given += 1
            yield frame
    except pl.exceptions.PolarsError as malformed:
        if given:
            detail = _("a quotation mark stands in the wrong place")
            raise errors.FileNotATable(file_name=file_name, detail=detail) from malformed
        # a stray quote: read it as a lenient reader does
        clean = _rewritten(dialect.path, dialect.delimiter, file_name)
        again = Dialect(clean, dialect.encoding, ",", dialect.header_row)
        yield from _read(clean, again, names, file_name)


def _read(path: Path, dialect: Dialect, names: tuple[str, ...], file_name: str) -> Iterator[pl.DataFrame]:
    schema = dict.fromkeys([*names, *EXTRAS], pl.String)
    scan = pl.scan_csv(
        path,
        has_header=False,
        separator=dialect.delimiter,
        schema=schema,
        truncate_ragged_lines=True,
        missing_columns="insert",
        row_index_name=ROW,
        row_index_offset=1,
        low_memory=True,
    )
    for frame in scan.collect_batches(chunk_size=rows_a_piece(len(names)), maintain_order=True):
        rows = frame.filter(pl.col(ROW) > dialect.header_row)
        if rows.height:
            _check_quotes(rows, names, dialect.delimiter, file_name)
            extra = pl.coalesce(EXTRAS).alias(EXTRA)
            yield rows.select(pl.col(ROW).cast(pl.Int64), *names, extra, pl.lit("").alias(SHEET))


def _check_quotes(rows: pl.DataFrame, names: tuple[str, ...], delimiter: str, file_name: str) -> None:
    """A cell that holds whole lines of the file was opened with a quotation mark that nothing closed.

    Refuses: QuoteNotClosed.
    """
    line = rf"\n[^\n]*{re.escape(delimiter)}" + rf"([^\n]*{re.escape(delimiter)})" * max(0, len(names) - 2)
    held = pl.any_horizontal(pl.col(names).str.contains(line).fill_null(value=False))
    if len(names) > 1 and (found := rows.filter(held)).height:
        raise errors.QuoteNotClosed(file_name=file_name, row=found.item(0, ROW))
