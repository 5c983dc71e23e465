"""Every command of `xinheng`."""

from __future__ import annotations

import typer

from xinheng.wiring.cli import asking, deciding, facts, judging, organisation, processes, trail

app = typer.Typer(
    name="xinheng",
    help="信衡 · customer credit files and credit management.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for part in (processes, facts, asking, judging):
    for found in part.app.registered_commands:
        app.registered_commands.append(found)
app.add_typer(deciding.app, name="policies", help="Policies: list, check, adopt, schema.")
app.add_typer(trail.app, name="audit", help="The trail: seal, verify, search.")
app.add_typer(organisation.app, name="people", help="People, units, roles and tokens.")
