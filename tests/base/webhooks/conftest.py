"""A receiver for the tests of this room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.base.webhooks.receiver import Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Another system that listens."""
    one = Receiver()
    yield one
    one.close()
