"""The chain: what is hashed, how entries are chained, and how a walk finds what was touched.

Three protections work together. The *mark* of an entry is made when the application writes it: an
HMAC-SHA256 under a key derived from the installation's secret, so a row put in by other means is
known. The *seal* is added by the one sealer: HMAC-SHA256, under another such key, over the canonical
JSON of the stored entry and the hash before it, so a touched, missing or exchanged row breaks the chain
at its place, and who has only the database cannot chain the rest anew. The *noted head* (`heads`) stands
outside the database, so a cut-off end is missed. Everything is hashed as the database holds it, as text,
so no byte is outside.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from xinheng.base.audit import heads
from xinheng.base.audit.fields import canonical, canonical_text
from xinheng.base.audit.models import Entry
from xinheng.base.audit.values import Cause, Verification

START = "0" * 64  # the hash before the first
BATCH = 10_000
LATE_IDS = 1_000_000  # how far back the sealer looks for entries whose transaction ended late
LOCK = 0x786E2D61  # PostgreSQL's name of the sealer's lock
FIELDS = (
    "id", "at", "business_day", "actor_login", "actor_name", "via", "act", "subject", "outcome", "reason",
    "before", "after", "mark",
)  # fmt: skip
MARKED = FIELDS[1:-1]

Row = Sequence[Any]


def new_mark(entry: Entry) -> str:
    """The mark of an entry that is about to be written."""
    fields: list[Any] = [entry.at.strftime("%Y-%m-%d %H:%M:%S.%f"), entry.business_day.isoformat()]
    fields += [getattr(entry, name) for name in MARKED[2:-2]]
    fields += [canonical_text(entry.before), canonical_text(entry.after)]
    nonce = secrets.token_hex(8)
    return nonce + _mac(_keys("audit")[0], nonce, fields)


def seal_new_entries() -> int:
    """Chain every entry that has no seal yet, in the order of their ids; gives how many.

    Safe to run from several places at once: one works, the others wait and find nothing left. Notes the
    head outside the database, unless the trail does not lead to the one noted before: then that one stays.
    """
    sealed = 0
    while count := _seal_batch():
        sealed += count
        if count < BATCH:
            break
    noted = heads.noted()
    if sealed and (not noted or _stands(noted)):
        heads.note(_fetch("SELECT position, hash FROM audit_seal ORDER BY position DESC LIMIT 1", [])[0])
    return sealed


def _stands(head: str) -> bool:
    """Whether a seal of the trail is that head."""
    position, _sign, kept = head.partition(":")
    if not (position.isascii() and position.isdigit() and len(position) < 19):
        return False
    return any(
        row[0] == kept for row in _fetch("SELECT hash FROM audit_seal WHERE position = %s", [int(position)])
    )


@transaction.atomic
def _seal_batch() -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # on SQLite the transaction has the only writing place already
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SELECT position, hash FROM audit_seal ORDER BY position DESC LIMIT 1")
        position, last = cursor.fetchone() or (0, START)
        cursor.execute("SELECT COALESCE(MAX(entry_id), 0) FROM audit_seal")
        newest = cursor.fetchone()[0]
        cursor.execute(
            f"SELECT {_columns()} FROM audit_entry e WHERE e.id > %s"
            " AND NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.entry_id = e.id) ORDER BY e.id LIMIT %s",
            [newest - LATE_IDS if connection.vendor == "postgresql" else newest, BATCH],
        )
        seals, key = [], _keys("seal")[0]
        for row in cursor.fetchall():
            position += 1
            previous, last = last, entry_hash(row, last, key)
            seals.append((position, row[0], previous, last))
        cursor.executemany(
            "INSERT INTO audit_seal (position, entry_id, previous_hash, hash) VALUES (%s, %s, %s, %s)", seals
        )
    return len(seals)


def entry_hash(row: Row, previous: str, key: bytes) -> str:
    """HMAC-SHA256, in hex, over the canonical JSON of an entry as it is stored and the hash before it."""
    told = dict(zip(FIELDS, row, strict=True), previous=previous)
    told["at"] = _instant(told["at"])
    return hmac.digest(key, canonical(told).encode("utf-8", "surrogatepass"), "sha256").hex()


def walk(noted_head: str = "") -> Verification:
    """Walk the chain from its start and name the first entry that is not as it was written."""
    keys, position, last = (_keys("audit"), _keys("seal")), 0, START
    wanted = {head for head in (noted_head, heads.noted()) if head}
    first: tuple[Cause, int | None, int] | None = None
    for at, entry_id, previous, seal_hash, *row in _sealed_rows():
        found = _fault((position + 1, last), (at, previous, seal_hash), row, keys)
        if found:
            first = (found, None if found == "seal_missing" else entry_id, position + 1)
            break
        position, last = at, seal_hash
        if wanted:
            wanted.discard(f"{position}:{last}")
    sealed, unsealed, forged = _rest(keys[0])
    if first is None and wanted:
        first = ("cut_off", None, position)
    if first is None and forged is not None:
        first = ("inserted", forged, position)
    head = f"{position}:{last}" if position else ""
    if first is None:
        return Verification(ok=True, sealed=sealed, unsealed=unsealed, head=head)
    cause, entry, place = first
    return Verification(
        ok=False,
        sealed=sealed,
        unsealed=unsealed,
        first_altered=entry,
        cause=cause,
        position=place,
        head=head,
    )


def _fault(
    expected: tuple[int, str], seal: tuple[int, str, str], row: Row, keys: tuple[list[bytes], list[bytes]]
) -> Cause:
    """What is wrong with one seal and its entry; an empty string when nothing is."""
    position, previous, seal_hash = seal
    if position != expected[0]:
        return "seal_missing"
    if row[0] is None:
        return "deleted"
    try:
        fits = any(entry_hash(row, previous, key) == seal_hash for key in keys[1])
    except (TypeError, ValueError):  # bytes where text was, or text that is none
        return "altered"
    if previous != expected[1]:
        return "seal_altered"
    if not fits:
        return "altered"
    return "" if _is_marked(row, keys[0]) else "inserted"


def _is_marked(row: Row, keys: list[bytes]) -> bool:
    mark = row[-1]
    if not isinstance(mark, str) or len(mark) != 80:
        return False
    fields = [_instant(row[1]), *row[2:-1]]
    nonce = mark[:16]
    try:
        return any(hmac.compare_digest(nonce + _mac(key, nonce, fields), mark) for key in keys)
    except (TypeError, ValueError):
        return False


def _rest(keys: list[bytes]) -> tuple[int, int, int | None]:
    """Seals, entries without one, and the first such entry that the application did not write."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM audit_seal")
        sealed = cursor.fetchone()[0]
    unsealed, forged, last = 0, None, 0
    while True:
        rows = _fetch(
            f"SELECT {_columns()} FROM audit_entry e WHERE e.id > %s"
            " AND NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.entry_id = e.id) ORDER BY e.id LIMIT %s",
            [last, BATCH],
        )
        unsealed += len(rows)
        if forged is None:
            forged = next((row[0] for row in rows if not _is_marked(row, keys)), None)
        if len(rows) < BATCH:
            return sealed, unsealed, forged
        last = rows[-1][0]


def _sealed_rows() -> Iterator[Row]:
    last: int | None = None
    while True:
        rows = _fetch(
            f"SELECT s.position, s.entry_id, s.previous_hash, s.hash, {_columns()} FROM audit_seal s"
            " LEFT JOIN audit_entry e ON e.id = s.entry_id WHERE s.position > %s"
            " ORDER BY s.position LIMIT %s",
            [-(2**63) if last is None else last, BATCH],
        )
        yield from rows
        if len(rows) < BATCH:
            return
        last = rows[-1][0]


def _fetch(sql: str, params: list[Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[Row] = cursor.fetchall()
    return rows


def _columns() -> str:
    """The columns of an entry as text, as they are stored."""
    if connection.vendor == "postgresql":
        day = "to_char(e.business_day, 'YYYY-MM-DD')"
        at = "to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    else:
        at, day = "CAST(e.at AS TEXT)", "CAST(e.business_day AS TEXT)"
    return ", ".join(["e.id", at, day, *(f"e.{name}" for name in FIELDS[3:])])


def _instant(text: str) -> str:
    """SQLite leaves out microseconds that are zero."""
    return text + ".000000" if len(text) == 19 else text


def _mac(key: bytes, nonce: str, fields: Sequence[Any]) -> str:
    told = canonical([nonce, *fields]).encode("utf-8", "surrogatepass")
    return hmac.digest(key, told, "sha256").hex()


def _keys(purpose: str) -> list[bytes]:
    """The key of today's secret for marks ("audit") or seals ("seal"), then those of earlier secrets."""
    known = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [hashlib.sha256(f"xinheng.{purpose}:{secret}".encode()).digest() for secret in known]
