"""A simulated trading company to learn on: every name and figure is made up from a seed."""
