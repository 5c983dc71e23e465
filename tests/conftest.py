"""What every test stands on."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import TransactionTestCase
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as examples

from tests import worlds
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.base.webhooks import telling

examples.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("house")  # a busy machine is no failure
LONGEST = (
    "test_api_described",
    "test_first_load",
    "test_credit_killed",
    "test_shell_program",
    "test_public_data",
    "test_learning",
    "test_queue",
    "test_improving",
    "test_intake_killed",
    "test_rights_everywhere",
    "test_people_pages",
    "test_customers_pages",
    "test_imports_pages",
    "test_pack_figures",
)
SHARED_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def pytest_configure() -> None:
    """The business day does not turn while tests run: what a test began on is the day it ends on."""
    began, asked = timezone.localdate(), timezone.localdate
    timezone.localdate = lambda *given: asked(*given) if given else began


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On the second database nothing is asked again that asks no database.

    The files that take longest begin first, so that at the end no process waits for another.
    """
    if os.environ.get("XINHENG_TEST_DATABASE") == "postgresql":
        asking = [item for item in items if asks_a_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(asking)])
        items[:] = asking
    order = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))


def asks_a_database(item: pytest.Item) -> bool:
    """Whether a test reaches the database of the run; programs that it starts have databases of their own."""
    named = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(
        named & {"db", "transactional_db", "live_server"}
    )


def pytest_collection_finish() -> None:
    """What is loaded by now stays; Python need not look again and again whether it is garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_unconfigure() -> None:
    """At the end it is looked at again: libraries complain of what is left over."""
    gc.unfreeze()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests that commit leave the tables as they found them, quicker than Django's flush does it."""
    with django_db_blocker.unblock():
        worlds.notice_bare()
    TransactionTestCase._fixture_teardown = worlds.empty


@pytest.fixture(autouse=True)
def _nothing_kept_from_before() -> None:
    """What a list counts and offers "once in a while" is of this test, not of the one before."""
    cache.clear()
    telling.forget()


@pytest.fixture(scope="session")
def _heads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("heads")
    return (folder / f"audit_head_{number}" for number in count())


@pytest.fixture(autouse=True)
def _head_of_its_own(settings: Any, _heads: Iterator[Path]) -> None:
    """Each test begins with an empty trail and nothing gone, so none finds what another noted."""
    settings.AUDIT_HEAD = next(_heads)
    settings.GONE_LIST = f"gone-{settings.AUDIT_HEAD.name}.jsonl"


@pytest.fixture
def day() -> date:
    """The business day of a test that names no other."""
    return date(2026, 6, 30)


@pytest.fixture
def chief() -> Actor:
    """May do everything, everywhere."""
    return Actor(login="chief", name="主管", permits=frozenset({"*"}), scope=Scope("everything"))


@pytest.fixture
def reader() -> Actor:
    """Reads everything and changes nothing."""
    return Actor(login="reader", name="审计员", permits=frozenset({"*.read"}), scope=Scope("everything"))


@pytest.fixture
def shared_data() -> Path:
    """The folder of real data; the test is skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data is not on this machine")
    return SHARED_DATA
