"""Office files and plain texts: words of paragraphs, sheets, mails and OFD pages."""

from __future__ import annotations

import codecs
import email
import email.policy
import io
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser

from defusedxml.ElementTree import ParseError, iterparse  # type: ignore[import-untyped]
from python_calamine import CalamineError, load_workbook

from xinheng.facts.texts.taking.page import MOST_SIGNS, NotReadable, Taken, tidy

MOST_BYTES = 64 * 2**20  # of one part of a packed file
MOST_ROWS = 20_000  # of one sheet
BROKEN = (zipfile.BadZipFile, ParseError, KeyError, NotImplementedError, RuntimeError, EOFError, OSError)
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WORD_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml")
_OFD_PAGES = re.compile(r"Doc_(\d+)/Pages/Page_(\d+)/Content\.xml", re.IGNORECASE)


def word(content: bytes) -> Iterator[Taken]:
    """A Word document: its paragraphs and tables, then heads, feet and notes."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = sorted(
                (name for name in packed.namelist() if _WORD_PARTS.fullmatch(name)),
                key=lambda name: ("document" not in name, name),
            )
            texts = [_word_text(_part(packed, name)) for name in parts]
    except BROKEN as error:
        raise NotReadable("no Word document") from error
    yield from paged("\n".join(texts))


def _word_text(content: bytes) -> str:
    pieces: list[str] = []
    ends = {f"{_WORD}p": "\n", f"{_WORD}tab": "\t", f"{_WORD}br": "\n", f"{_WORD}tc": "\t"}
    for _, element in iterparse(io.BytesIO(content), forbid_dtd=True):
        if element.tag == f"{_WORD}t":
            pieces.append(element.text or "")
        elif element.tag in ends:
            pieces.append(ends[element.tag])
        if element.tag == f"{_WORD}p":
            element.clear()
    return "".join(pieces)


def sheets(content: bytes) -> Iterator[Taken]:
    """A workbook, old or new: each sheet a page."""
    try:
        book = load_workbook(io.BytesIO(content))
        for no, name in enumerate(book.sheet_names, 1):
            rows = book.get_sheet_by_name(name).to_python(nrows=MOST_ROWS)
            lines = ["\t".join(_cell(value) for value in row).strip() for row in rows]
            text = "\n".join([name, *(line for line in lines if line)])
            yield Taken(no, tidy(text[:MOST_SIGNS]))
    except (CalamineError, ValueError, OSError) as error:
        raise NotReadable("no workbook") from error


def _cell(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def ofd(content: bytes) -> Iterator[Taken]:
    """An OFD document, as electronic invoices are: the words of each page."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            found = [(match, name) for name in packed.namelist() if (match := _OFD_PAGES.fullmatch(name))]
            found.sort(key=lambda one: (int(one[0][1]), int(one[0][2])))
            for no, (_, name) in enumerate(found, 1):
                words = [
                    element.text or ""
                    for _, element in iterparse(io.BytesIO(_part(packed, name)), forbid_dtd=True)
                    if element.tag.endswith("}TextCode")
                ]
                yield Taken(no, tidy("\n".join(words)))
    except BROKEN as error:
        raise NotReadable("no OFD document") from error


def mail(content: bytes) -> Iterator[Taken]:
    """A kept e-mail: its head and its words."""
    told = email.message_from_bytes(content, policy=email.policy.default)
    head = [f"{name}: {told[name]}" for name in ("Subject", "From", "To", "Date") if told[name]]
    body = told.get_body(preferencelist=("plain", "html"))
    text = body.get_content() if body is not None else ""
    if body is not None and body.get_content_type() == "text/html":
        text = _words_of_html(text)
    yield from paged("\n".join([*head, "", text]))


def plain(content: bytes) -> Iterator[Taken]:
    """A text in any coding that is usual in China."""
    yield from paged(decoded(content))


def decoded(content: bytes) -> str:
    """The words of a text: by its mark, else UTF-8, else GB18030."""
    for mark, coding in (
        (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
    ):  # fmt: skip
        if content.startswith(mark):
            return content.decode(coding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")


def paged(text: str) -> Iterator[Taken]:
    """A text without pages as one, or as several where it is very long."""
    whole = tidy(text)
    for no, at in enumerate(range(0, max(len(whole), 1), MOST_SIGNS), 1):
        yield Taken(no, whole[at : at + MOST_SIGNS])


def _part(packed: zipfile.ZipFile, name: str) -> bytes:
    if packed.getinfo(name).file_size > MOST_BYTES:
        raise NotReadable("a part is too large")
    return packed.read(name)


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._passed_over = 0

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self._passed_over += tag in {"script", "style"}
        self.words.append("\n" if tag in {"p", "br", "div", "tr", "li"} else "")

    def handle_endtag(self, tag: str) -> None:
        self._passed_over -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._passed_over:
            self.words.append(data)


def _words_of_html(text: str) -> str:
    parser = _Html()
    parser.feed(text)
    return "".join(parser.words)
