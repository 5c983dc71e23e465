"""A learned ranking as one file: models, columns and report, proven by their hashes."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from xinheng.judgements.theft.errors import RankingUnreadable
from xinheng.judgements.theft.learning import Learnt

FORM = "xinheng-theft-1"
STILL = (1980, 1, 1, 0, 0, 0)
MOST = 2_000_000_000  # bytes of one part


@dataclass(frozen=True)
class Kept:
    """A learned ranking, what it is worth, and how its table was read ({}: the own readings)."""

    learnt: Learnt
    report: dict[str, Any]
    options: dict[str, Any]


def packed(kept: Kept) -> bytes:
    """The file of a ranking."""
    learnt = asdict(kept.learnt)
    models = learnt.pop("models")
    parts = {
        f"models/{fold:02d}-{place:02d}.txt": text.encode()
        for fold, texts in enumerate(models)
        for place, text in enumerate(texts)
    }
    head = {
        "form": FORM,
        "learnt": learnt,
        "report": kept.report,
        "options": kept.options,
        "sha256": {name: sha256(content).hexdigest() for name, content in parts.items()},
    }
    parts["ranking.json"] = json.dumps(
        head, ensure_ascii=False, indent=1, sort_keys=True, default=str
    ).encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(parts):
            file.writestr(zipfile.ZipInfo(name, STILL), parts[name], zipfile.ZIP_DEFLATED)
    return target.getvalue()


def unpacked(content: bytes, *, file: str) -> Kept:
    """The ranking in a file. Refuses: RankingUnreadable, also where a part was altered."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as held:
            if any(one.file_size > MOST for one in held.infolist()):
                raise RankingUnreadable(file=file, cause=_("it is too large"))
            parts = {name: held.read(name) for name in held.namelist()}
        head = json.loads(parts["ranking.json"])
        if head["form"] != FORM:
            raise RankingUnreadable(file=file, cause=_("it is of another version"))
        models: list[list[str]] = []
        for name in sorted(head["sha256"]):
            if sha256(parts[name]).hexdigest() != head["sha256"][name]:
                raise RankingUnreadable(file=file, cause=_("%(part)s was altered") % {"part": name})
            fold = int(name.removeprefix("models/").partition("-")[0])
            models += [[] for _one in range(fold + 1 - len(models))]
            models[fold].append(parts[name].decode())
        return Kept(Learnt(models=models, **head["learnt"]), head["report"], head["options"])
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError) as error:
        raise RankingUnreadable(file=file, cause=str(error)[:200] or type(error).__name__) from error
