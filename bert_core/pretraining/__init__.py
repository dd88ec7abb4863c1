"""Pretraining from plain text: corpus, pairs, masking, initialisation, optimiser. Importing it imports no torch."""
