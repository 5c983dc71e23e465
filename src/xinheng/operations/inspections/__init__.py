"""Inspections on the spot: the work list, findings, what is recovered, appeals."""
