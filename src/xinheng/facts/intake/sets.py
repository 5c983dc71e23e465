"""Which files a person means: one file, or the known files of a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xinheng.facts.intake import catalogue, errors


@dataclass(frozen=True)
class Part:
    """One file to take in, with its kind and source."""

    path: Path
    kind: str
    source: str


def parts_of(path: Path, *, kind: str = "", source: str = "") -> list[Part]:
    """The files to take in, customers before what is told of them.

    A folder needs a source: the shipped sources of that name (cumcm2020c means cumcm2020c-customers,
    -purchases and -sales) say which files of it are meant. A file needs a kind, or a shipped source.
    Refuses: KindUnknown, SourceUnknown.
    """
    shipped = catalogue.shipped_sources()
    if path.is_dir():
        cards = [
            card
            for code, card in shipped.items()
            if source and (code == source or code.startswith(f"{source}-"))
        ]
        parts = [
            Part(path / card.file, card.kind, card.code) for card in cards if (path / card.file).is_file()
        ]
        if not parts:
            raise errors.SourceUnknown(source=source)
        return sorted(parts, key=lambda part: part.kind != "customers")
    if not kind and source in shipped:
        kind = shipped[source].kind
    if kind not in catalogue.kinds():
        raise errors.KindUnknown(kind=kind)
    return [Part(path, kind, source)]
