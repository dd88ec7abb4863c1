"""Answers to the queries of one view each; app.answers puts them together."""
