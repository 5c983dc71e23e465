"""Consumers of electricity, their meters, readings, marks of quality and events."""
