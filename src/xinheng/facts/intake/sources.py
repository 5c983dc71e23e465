"""Sources: who sends files, how their columns are assigned, and what they do not say themselves."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.intake import catalogue, errors
from xinheng.facts.intake.checking.plan import check_mapping, settings_told
from xinheng.facts.intake.lines import lines
from xinheng.facts.intake.models import Source


@transaction.atomic
def save_source(*, actor: Actor, on: date, code: str, kind: str, told: Mapping[str, Any]) -> Source:
    """Keep a source: name, mapping (column -> field), settings. An earlier one of the code is replaced.

    Refuses: AccessDenied, KindUnknown, MappingInvalid, SettingInvalid, SourceUnknown (another kind's).
    """
    require(actor, "intake.write", f"source:{code}")
    card = catalogue.kind(kind)
    check_mapping(card, dict(told.get("mapping", {})), lines())
    settings = settings_told(told.get("settings", {}))
    earlier = Source.objects.filter(code=code).first()
    if earlier and earlier.kind != kind:
        raise errors.SourceUnknown(source=code)
    fields = {
        "name": told.get("name") or (earlier.name if earlier else code),
        "kind": kind,
        "mapping": dict(told.get("mapping", {})),
        "settings": settings,
    }
    source, _ = Source.objects.update_or_create(code=code, defaults=fields)
    before = {"mapping": earlier.mapping, "settings": earlier.settings} if earlier else None
    record(
        actor=actor, act="intake.save_source", subject=f"source:{code}", on=on, before=before, after=fields
    )
    return source


@transaction.atomic
def new_source(*, actor: Actor, on: date, kind: str, name: str) -> Source:
    """A sender of files of a kind, by its name: the one there is, or one made now with a code of its own.

    How the columns of its files are assigned is remembered from the first one on.
    Refuses: AccessDenied, KindUnknown, SettingInvalid (no name).
    """
    require(actor, "intake.write", f"kind:{kind}")
    catalogue.kind(kind)
    name = " ".join(name.split())[:120]
    if not name:
        raise errors.SettingInvalid(name="name", value="")
    if there := Source.objects.filter(kind=kind, name=name).first():
        return there
    taken = set(Source.objects.filter(code__startswith=f"{kind}-").values_list("code", flat=True))
    code = next(code for number in itertools.count(1) if (code := f"{kind}-{number}") not in taken)
    return save_source(actor=actor, on=on, code=code, kind=kind, told={"name": name})


def source_for(code: str, kind: str) -> Source | None:
    """The source of a code, made from the shipped one where it was never used. Refuses: SourceUnknown."""
    if not code:
        return None
    if source := Source.objects.filter(code=code).first():
        if source.kind != kind:
            raise errors.SourceUnknown(source=code)
        return source
    shipped = catalogue.shipped_sources().get(code)
    if shipped is None or shipped.kind != kind:
        raise errors.SourceUnknown(source=code)
    return Source.objects.get_or_create(
        code=code,
        defaults={"name": shipped.zh, "kind": kind, "mapping": shipped.mapping, "settings": shipped.settings},
    )[0]


def remember_reading(source: Source, mapping: Mapping[str, str], settings: Mapping[str, Any] | None) -> None:
    """Let the source's next file find its columns assigned, and be read, as this one."""
    source.mapping = {**source.mapping, **mapping}
    source.settings = {**source.settings, **(settings or {})}
    source.save(update_fields=["mapping", "settings"])
