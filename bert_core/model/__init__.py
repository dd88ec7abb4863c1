"""The modules a BERT is made of, in execution order."""
