"""The web server: granian, at the address that `xinheng start` or `xinheng serve` chose."""

from __future__ import annotations

import multiprocessing
import os

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from xinheng.wiring.cli.children import end_with_parent


def main() -> None:
    """Serve until told to stop, or until the process that began this one has fallen."""
    end_with_parent()
    multiprocessing.set_start_method("spawn")  # a forked process waits for ever on the threads of Polars
    Granian(
        "xinheng.wiring.served:application",
        address=os.environ["XINHENG_HOST"],
        port=int(os.environ["XINHENG_PORT"]),
        interface=Interfaces.WSGI,
        workers=int(os.environ.get("XINHENG_WEB_WORKERS", "2")),
        blocking_threads=4,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":  # also imported by the processes it spawns
    main()
