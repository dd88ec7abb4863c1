"""Work that happens off the GUI thread."""
