"""The workspace where runs are set up, followed, looked into, and compared."""
