"""Where log lines go: standard error and a file."""

from __future__ import annotations

import logging
import logging.handlers
import sys

from app.places import log_file
from app.translation import tr


def start_log() -> list[logging.Handler]:
    """Everything from warnings up goes to standard error, all our own words to the log file (1 MB, one old one).

    Returns the two handlers, or the one where no file can be written.
    """
    file = log_file()
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    handlers[0].setLevel(logging.WARNING)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handlers.append(
            logging.handlers.RotatingFileHandler(
                # A path or text may hold what UTF-8 cannot.
                file,
                maxBytes=1_000_000,
                backupCount=1,
                encoding="utf-8",
                errors="backslashreplace",
            )
        )
    except OSError as error:
        print(tr("No log can be kept in {path}: {why}", path=file, why=error.strerror), file=sys.stderr)
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    for handler in handlers:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        root.addHandler(handler)
    return handlers
