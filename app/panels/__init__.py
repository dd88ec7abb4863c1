"""One panel a file: it listens to the session and owns its views."""
