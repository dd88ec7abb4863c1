"""Functions that answer questions about files, in the thread of app/services/files.py."""
