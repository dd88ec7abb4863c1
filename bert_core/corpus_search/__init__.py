"""Searches a text of any length for what a head does and for pieces that are alike; only the best is kept.

from bert_core import Bert
from bert_core.corpus_search import nearest_pieces, strongest_examples
from bert_core.queries_search import Pattern

bert = Bert.load("mini-en")
found = strongest_examples(bert, "book.txt", layer=2, head=4, pattern=Pattern("previous"))
for hit in found.hits[:10]:
    print(f"{hit.value:.2f} {hit.query.text} -> {hit.key.text}: {hit.passage.text_a}")
"""

from bert_core.corpus_search.search import (
    HeadSearch,
    Search,
    StateSearch,
    nearest_pieces,
    strongest_examples,
)

__all__ = ["HeadSearch", "Search", "StateSearch", "nearest_pieces", "strongest_examples"]
