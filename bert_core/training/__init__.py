"""Run folder, event log, loop, optimisers, schedule; knows no task and no screen. Importing it imports no torch."""
