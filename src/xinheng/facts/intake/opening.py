"""A batch's file opened as a table, and its columns assigned."""

from __future__ import annotations

from datetime import date

from xinheng.facts.intake import catalogue
from xinheng.facts.intake.checking.plan import ITEM, Plan, make_plan, settings_of
from xinheng.facts.intake.lines import line_headings
from xinheng.facts.intake.models import Batch
from xinheng.facts.intake.reading.opening import open_table
from xinheng.facts.intake.reading.tables import Table
from xinheng.facts.intake.staging import Staging


def known_headings(batch: Batch) -> set[str]:
    """Plain headings that tell which row is the header."""
    known = set(catalogue.headings(batch.kind))
    remembered = {**(batch.source.mapping if batch.source else {}), **batch.mapping}
    known |= {catalogue.plain_heading(column)[0] for column in remembered}
    return known | (set(line_headings()) if batch.kind == "statements" else set())


def table_of(batch: Batch, staging: Staging) -> Table:
    """The table in the file. Refuses: FileRefused."""
    settings = staging.kept("request").get("settings", {})
    return open_table(
        staging.original,
        form=batch.format,
        file_name=batch.file_name,
        settings=settings,
        known=known_headings(batch),
    )


def assign_columns(batch: Batch, staging: Staging) -> Table:
    """Propose a mapping where none was told, and note what was found of the file."""
    table = table_of(batch, staging)
    if not batch.mapping:
        remembered = batch.source.mapping if batch.source else {}
        batch.mapping = catalogue.propose_mapping(batch.kind, list(table.columns), remembered)
        if batch.kind == "statements":
            batch.mapping = _with_lines(batch.mapping, table)
    batch.encoding = table.notes.get("encoding", "")
    batch.save(update_fields=["mapping", "encoding"])
    found = {"columns": list(table.columns), "rows": table.rows, "notes": table.notes}
    settings = staging.kept("request").get("settings", {})
    from_1904 = table.from_1904 or bool(settings.get("from_1904"))
    staging.keep("found", {**found, "loose": sorted(table.loose), "from_1904": from_1904})
    return table


def _with_lines(mapping: dict[str, str], table: Table) -> dict[str, str]:
    """In a wide file of statements, a column a line."""
    found, taken = dict(mapping), set(mapping.values())
    for column in table.columns:
        code = line_headings().get(catalogue.plain_heading(column)[0])
        if column not in found and code and ITEM + code not in taken and "item" not in taken:
            found[column] = ITEM + code
            taken.add(ITEM + code)
    return found


def plan_of(batch: Batch, staging: Staging, table: Table, *, told_on: date) -> Plan:
    """How the file is to be read."""
    return make_plan(
        catalogue.kind(batch.kind),
        batch.mapping,
        told_on=told_on,
        settings=settings_of(staging.kept("request").get("settings", {})),
        table=table,
        typed=batch.format == "parquet",
    )
