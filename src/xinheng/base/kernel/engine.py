"""The engines that compute over columns, and what statements for them are put together with.

One expression runs on DuckDB in this process, or on the Spark cluster that the site names.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal

EMBEDDED = "duckdb"
MEMORY = "1500MB"  # beyond it the embedded engine works on disk


class EngineUnknown(Refusal):
    """The setting names no engine that there is."""

    code = "engine_unknown"
    text = _("%(engine)s is no engine: duckdb, or the address of a Spark cluster such as spark://host:7077.")


class EngineMissing(Refusal):
    """A cluster is named, but its client or Java is not installed."""

    code = "engine_missing"
    text = _("The cluster %(engine)s cannot be used: %(cause)s")


def quoted(path: Path | str) -> str:
    """A path as a statement names it: a folder may have an apostrophe in its name."""
    return "'" + str(path).replace("'", "''") + "'"


def limits(scratch: Path) -> dict[str, Any]:
    """The embedded engine's settings: how much memory it may take, and where it may spill to."""
    return {
        "memory_limit": getattr(settings, "MEASURING_MEMORY", MEMORY),
        "temp_directory": str(scratch / "work.duckdb.tmp"),
    }


@contextmanager
def engine(scratch: Path, *, name: str = "") -> Iterator[Any]:
    """An Ibis backend: DuckDB that spills to `scratch`, or Spark where the setting XINHENG_ENGINE names one.

    name: instead of the setting: duckdb, or a Spark master (spark://…, local[2], local-cluster[2,1,1024]).
    Files are read with `read_parquet` of it, results taken with `to_pyarrow` or `to_parquet`.
    Raises EngineUnknown, EngineMissing.
    """
    import ibis  # takes a second, which only who computes should wait for

    wanted = name or settings.ENGINE
    if wanted == EMBEDDED:
        backend = ibis.duckdb.connect(**limits(scratch))
        try:
            yield backend
        finally:
            backend.disconnect()
    elif wanted.startswith(("spark://", "local", "yarn", "k8s://")):
        yield ibis.pyspark.connect(session(wanted))
    else:
        raise EngineUnknown(engine=wanted)


def session(master: str) -> Any:
    """The Spark session of this process on a master; made once, it takes some ten seconds.

    Raises EngineMissing.
    """
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineMissing(engine=master, cause="pip install xinheng[cluster]") from error
    try:
        return (
            SparkSession.builder.master(master)
            .appName("xinheng")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.execution.arrow.pyspark.enabled", "true")
            .config("spark.ui.showConsoleProgress", "false")
            .getOrCreate()
        )
    except PySparkRuntimeError as error:  # no Java on this machine
        raise EngineMissing(engine=master, cause=str(error)) from error
