"""Every word a person reads has one Chinese translation, in the catalogue of the room that says it."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

pytestmark = pytest.mark.any_database
SOURCE = Path(__file__).resolve().parents[2] / "src" / "xinheng"
PAGES_ROOM = SOURCE / "web" / "pages"
CHINESE = re.compile(r"[\u3400-\u9fff]")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
CALLS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def sources(ending: str) -> Iterator[Path]:
    for path in sorted(SOURCE.rglob(f"*{ending}")):
        if not {"node_modules", "migrations"} & set(path.parts):
            yield path


def said_in(path: Path) -> Iterator[tuple[int, str]]:
    """The words one file says: line and msgid."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        text = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())
    for line, _call, message, _comments in extract_python(
        io.BytesIO(text.encode()), CALLS.keys(), (), {"encoding": "utf-8"}
    ):
        for part in (message,) if isinstance(message, str) else message or ():
            if isinstance(part, str) and part:
                yield line, part


@cache
def said() -> list[tuple[str, str]]:
    """Every msgid in the code and the templates, with where it stands."""
    return [
        (f"{path.relative_to(SOURCE)}:{line}", msgid)
        for ending in (".py", ".html")
        for path in sources(ending)
        for line, msgid in said_in(path)
    ]


@cache
def translated() -> dict[str, list[tuple[str, Message]]]:
    """msgid -> the catalogues that translate it."""
    found: dict[str, list[tuple[str, Message]]] = defaultdict(list)
    for path in sources(".po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_Hans"):
                ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
                for msgid in ids:
                    if msgid:
                        found[msgid].append((str(path.relative_to(SOURCE)), message))
    return found


@pytest.mark.req("RR-13")
def test_every_word_has_a_chinese_translation() -> None:
    silent = [
        f"{where} {msgid!r}"
        for where, msgid in said()
        if not any(message.string and not message.fuzzy for _, message in translated().get(msgid, []))
    ]
    assert silent == []


def test_a_word_is_translated_once() -> None:
    several = {
        msgid: [f"{where}: {message.string}" for where, message in places]
        for msgid, places in translated().items()
        if len({str(message.string) for _, message in places if not message.context}) > 1
    }
    assert several == {}


def test_translations_keep_the_placeholders() -> None:
    changed = []
    for msgid, places in translated().items():
        for where, message in places:
            strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
            changed += [
                f"{where} {msgid!r}: {string!r}"
                for string in strings
                if string and set(PLACEHOLDER.findall(string)) != set(PLACEHOLDER.findall(msgid))
            ]
    assert changed == []


def test_msgids_are_english() -> None:
    assert [f"{where} {msgid!r}" for where, msgid in said() if CHINESE.search(msgid)] == []


def test_templates_hold_no_bare_chinese() -> None:
    """Words for people go through translation; only a language's own name stands as it is."""
    bare = []
    for path in sources(".html"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if CHINESE.search(line.replace("中文", "")):
                bare.append(f"{path.relative_to(SOURCE)}:{number} {line.strip()}")
    assert bare == []
