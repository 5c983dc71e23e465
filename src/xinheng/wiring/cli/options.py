"""Options and arguments that many commands take."""

from __future__ import annotations

from typing import Annotated

import typer

LARGEST_ID = 2**63 - 1

AsOf = Annotated[str | None, typer.Option("--as-of", help="The day, as 2026-06-30; today if not given.")]
Json = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]
Number = Annotated[int, typer.Argument(min=1, max=LARGEST_ID)]
Limit = Annotated[int, typer.Option(min=1, max=100_000, help="At most so many rows.")]
