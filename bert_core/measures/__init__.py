"""What is computed from a trace or a model, one measure a file."""
