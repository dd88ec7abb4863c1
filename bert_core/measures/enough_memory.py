"""Words for what torch says where memory runs out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bert_core.devices import out_of_memory
from bert_core.errors import MemoryShortage


@contextmanager
def enough_memory(what: str) -> Iterator[None]:
    """Raises MemoryShortage, "There is not enough memory to {what}.", in the place of any error that means it."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not out_of_memory(error):
            raise
        raise MemoryShortage(
            f"There is not enough memory to {what}.",
            remedy="Shorten the text, choose a smaller model, or close other programs.",
        ) from error
