"""The acts of metering: accounts and meters, measured values, files, and the register of data items."""

from __future__ import annotations

from xinheng.facts.metering.accounts import (
    change_supply,
    close_consumer,
    install_meter,
    open_consumer,
    remove_meter,
)
from xinheng.facts.metering.batches import (
    cancel,
    choose_mode,
    import_file,
    post,
    progress,
    read_and_check,
    receive,
)
from xinheng.facts.metering.joining import join_customer
from xinheng.facts.metering.keeping import (
    compact,
    keep_areas,
    keep_bills,
    keep_events,
    keep_quarters,
    keep_readings,
    mark_readings,
)
from xinheng.facts.metering.lineage import keep_item
from xinheng.facts.metering.network import add_area

__all__ = [
    "add_area",
    "cancel",
    "change_supply",
    "choose_mode",
    "close_consumer",
    "compact",
    "import_file",
    "install_meter",
    "join_customer",
    "keep_areas",
    "keep_bills",
    "keep_events",
    "keep_item",
    "keep_quarters",
    "keep_readings",
    "mark_readings",
    "open_consumer",
    "post",
    "progress",
    "read_and_check",
    "receive",
    "remove_meter",
]
