"""Where settings and logs live: the system's places, or under ATTENTION_EXPLORER_HOME."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

NAME = "attention-explorer"


def _home() -> Path | None:
    home = os.environ.get("ATTENTION_EXPLORER_HOME")
    return Path(home) if home else None


def settings_file() -> Path:
    """The settings file; it need not exist."""
    home = _home()
    return (home or Path(platformdirs.user_config_dir(NAME, appauthor=False))) / "settings.json"


def log_file() -> Path:
    """The log file; it need not exist."""
    home = _home()
    return (home or Path(platformdirs.user_log_dir(NAME, appauthor=False))) / "log.txt"


def runs_folder() -> Path:
    """Where runs that are started in the window are kept; it need not exist."""
    home = _home()
    return (home or Path(platformdirs.user_data_dir(NAME, appauthor=False))) / "runs"
