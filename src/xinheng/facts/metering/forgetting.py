"""What names a household here, forgotten when the person is erased; its readings keep their number."""

from __future__ import annotations

from typing import Any

from xinheng.base.kernel.texts import name_key
from xinheng.facts.metering.layout import folder
from xinheng.facts.metering.models import Consumer


def forget(customer: Any, *, words: str) -> list[str]:
    """Put words in the place of the name of each account of a person, and empty its address.

    The kept lists of consumers, which are made again when they are asked for, go too.
    """
    rows = Consumer.objects.filter(customer=customer)
    if not rows.update(name=words, name_key=name_key(words), address=""):
        return []
    for path in (folder() / "consumers").glob("*.parquet"):
        path.unlink(missing_ok=True)
    return ["metering_consumer.name", "metering_consumer.address"]
