"""How much electricity will be asked for, with intervals, chosen by back-test."""
