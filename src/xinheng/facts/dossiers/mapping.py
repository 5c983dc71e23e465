"""What a tree of files most likely is: guesses that a person corrects before anything is taken in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path, PurePosixPath

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.dossiers import folders, policy, selecting
from xinheng.facts.dossiers.values import Kind, MapRow

DAY = re.compile(r"(?<!\d)(19|20)(\d\d)[-._年]?(0[1-9]|1[0-2])[-._月]?(0[1-9]|[12]\d|3[01])(?!\d)")
CUSTOMER_KIND = "general_customer"
WORD = 2  # signs that a part of a line's name must have to be recognised


def guess(*, actor: Actor, on: date, top: Path) -> list[MapRow]:
    """A row a file of a folder or ZIP: its dossier, line, title and day as far as names tell them.

    The first folder of a path names the dossier: by its number, or the customer by number or name.
    Refuses: AccessDenied, FolderUnusable.
    """
    require(actor, "dossiers.write", "dossiers")
    with folders.opened(top) as tree:
        files = tree.files()
    firsts = {PurePosixPath(one.path).parts[0] for one in files}
    dossiers = _dossiers(actor, firsts, on)
    parties = _customers(actor, firsts - dossiers.keys(), on)
    kinds = policy.kinds(on)
    return [_row(one, dossiers, parties, kinds, on) for one in files]


def _dossiers(actor: Actor, names: set[str], on: date) -> dict[str, str]:
    """The kinds of the dossiers that folders are named after."""
    rows = selecting.dossiers_visible(actor, on).filter(no__in=names).order_by()
    return dict(rows.values_list("no", "kind"))


def _customers(actor: Actor, names: set[str], on: date) -> dict[str, str]:
    """The numbers of the customers that folders are named after; a name that two bear tells nothing."""
    seen = customers.visible(actor, on=on).order_by()
    found = {no: no for no in seen.filter(no__in=names).values_list("no", flat=True)}
    twice: set[str] = set()
    for no, name in seen.filter(name__in=names).values_list("no", "name"):
        if name in found:
            twice.add(name)
        found[name] = no
    return {name: no for name, no in found.items() if name not in twice}


def _row(
    one: folders.Found,
    dossiers: Mapping[str, str],
    parties: Mapping[str, str],
    kinds: Mapping[str, Kind],
    on: date,
) -> MapRow:
    path = PurePosixPath(one.path)
    first = path.parts[0] if len(path.parts) > 1 else ""
    no = first if first in dossiers else ""
    customer = "" if no else parties.get(first, "")
    code = dossiers.get(no) or (CUSTOMER_KIND if customer and CUSTOMER_KIND in kinds else "")
    formed = _day(path.stem) or one.changed_on
    return MapRow(
        path=one.path,
        dossier=no,
        kind="" if no else code,
        subject=f"customer:{customer}" if customer else "",
        item=_line(kinds.get(code), one.path),
        title=DAY.sub("", path.stem).strip(" -_.") or path.stem,
        formed_on=min(formed, on).isoformat(),
        copy_form="electronic",
    )


def _day(text: str) -> date | None:
    found = DAY.search(text)
    if found is None:
        return None
    try:
        return date(int(found[1] + found[2]), int(found[3]), int(found[4]))
    except ValueError:
        return None


def _line(kind: Kind | None, path: str) -> str:
    """The line whose name, or the longest part of it, stands in the path."""
    if kind is None:
        return ""
    best, length = "", 0
    for line in kind.lines:
        for part in re.split(r"[、，与和及（）()/\s]+", line.zh):
            if len(part) >= WORD and len(part) > length and part in path:
                best, length = line.code, len(part)
    return best
