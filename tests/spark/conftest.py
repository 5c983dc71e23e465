"""One Spark cluster for the session: a master and two worker processes in this machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

MASTER = "local-cluster[2,1,1024]"


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: Any) -> Iterator[str]:
    """The address of the cluster, with its session open; skips where there is no Java."""
    if shutil.which("java") is None:
        pytest.skip("no Java on this machine")
    pytest.importorskip("pyspark")
    from xinheng.base.kernel.engine import session

    spark = session(MASTER)
    spark.sparkContext.setLogLevel("ERROR")
    yield MASTER
    spark.stop()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder of the test that every worker reads."""
    return tmp_path
