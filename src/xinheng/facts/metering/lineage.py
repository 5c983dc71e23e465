"""The credit information database: every item is raw, intermediate or put out, and says what it came from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.metering.errors import ItemKept, ItemUnknown, LineageMissing, MeteringInvalid
from xinheng.facts.metering.models import Batch, Item, Origin, Tag
from xinheng.facts.metering.values import CLASSES, SUBSYSTEMS, NewItem

TAGS_OF = {  # which subsystems use what is measured
    "readings": ("theft", "load"),
    "quarters": ("theft", "load"),
    "events": ("theft",),
    "areas": ("theft", "load"),
    "bills": ("rate", "risk", "theft", "load"),
    "consumers": ("info", "rate", "risk", "theft", "load"),
    "meters": ("theft",),
    "network": ("theft", "load"),
}


def raw(batch: Batch, *, actor: Actor, on: date) -> Item:
    """The raw item of a batch; a file that was told before is the item it was, tagged again."""
    code, key = named(batch)
    item, is_new = Item.objects.get_or_create(
        code=code, key=key,
        defaults={
            "data_class": "raw", "title": batch.file_name[:200], "sha256": batch.sha256, "told_on": on,
            "told_by": actor.login,
        },
    )  # fmt: skip
    if is_new:
        _tag(item, TAGS_OF[batch.kind])
    return item


def named(batch: Batch) -> tuple[str, str]:
    """Code and key of the raw item of a batch: the same file is the same item."""
    return batch.kind, batch.sha256 or str(batch.pk)


@transaction.atomic
def keep_item(*, actor: Actor, on: date, new: NewItem) -> Item:
    """Keep an item with its class, its subsystems and what it was made from, for good.

    A raw item that is there is not stored again: it is tagged for the further subsystem (PWR-02).
    Refuses: AccessDenied, MeteringInvalid, ItemUnknown (a source), ItemKept, LineageMissing.
    """
    require(actor, "metering.read", f"{new.code}:{new.key}")
    if new.data_class not in CLASSES or not new.tags or not set(new.tags) <= set(SUBSYSTEMS):
        raise MeteringInvalid(cause=_("The class or the subsystem of the item is not known."), field="tags")
    there = Item.objects.filter(code=new.code, key=new.key).first()
    if there and there.data_class == new.data_class == "raw":
        _tag(there, new.tags)
        return there
    sources = [item(code, key) for code, key in new.sources]
    replaced = item(new.code, new.replaces) if new.replaces else None
    if new.data_class != "raw" and not sources:
        raise LineageMissing(code=new.code, key=new.key)
    if there:
        raise ItemKept(code=new.code, key=new.key)
    try:
        with transaction.atomic():
            kept = Item.objects.create(
                data_class=new.data_class, code=new.code, key=new.key, title=new.title[:200],
                sha256=new.sha256, replaces=replaced, told_on=on, told_by=actor.login,
            )  # fmt: skip
    except IntegrityError as clash:
        raise ItemKept(code=new.code, key=new.key) from clash
    Origin.objects.bulk_create([Origin(item=kept, source=one) for one in dict.fromkeys(sources)])
    _tag(kept, new.tags)
    if new.data_class != "raw" and not any(one.data_class == "raw" for one in origins_of(kept)):
        raise LineageMissing(code=new.code, key=new.key)
    after = {"class": new.data_class, "tags": list(new.tags), "sources": [list(one) for one in new.sources]}
    record(actor=actor, act="metering.keep_item", subject=f"{new.code}:{new.key}", on=on, after=after)
    return kept


def item(code: str, key: str) -> Item:
    """One item. Refuses: ItemUnknown."""
    if (found := Item.objects.filter(code=code, key=key).first()) is None:
        raise ItemUnknown(code=code, key=key)
    return found


def origins_of(kept: Item) -> list[Item]:
    """All that an item was made from, down to the raw data; the nearest first."""
    found: dict[int, Item] = {}
    level = [kept.pk]
    while level:
        rows = Origin.objects.filter(item__in=level).select_related("source").order_by("pk")
        fresh = {row.source_id: row.source for row in rows if row.source_id not in found}
        found |= fresh
        level = list(fresh)
    return list(found.values())


def tags_of(kept: Item) -> list[str]:
    """The subsystems that use an item."""
    return list(Tag.objects.filter(item=kept).order_by("subsystem").values_list("subsystem", flat=True))


def _tag(kept: Item, subsystems: Sequence[str]) -> None:
    there = set(tags_of(kept))
    Tag.objects.bulk_create(
        [Tag(item=kept, subsystem=one) for one in sorted(set(subsystems)) if one not in there]
    )
