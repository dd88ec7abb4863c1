"""What panels ask about files, and the values that come of it; no torch."""
