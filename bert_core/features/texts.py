"""The texts that features are taken of, each with an id, as a stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from dataclasses import dataclass, field
from pathlib import Path

from bert_core.errors import TextError
from bert_core.sentence_lines import read_numbered


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence, or a pair; a blank second text is none, as in a Scene.

    id   of a file: the number of its line, from 1; the lines without text are counted, but no texts
    cut  of a line of over 64 KB, which is not here whole
    at   how far the source is read with it: bytes, or texts
    """

    id: int
    text_a: str
    text_b: str | None = None
    cut: bool = False
    at: int = 0

    @property
    def second(self) -> str | None:
        """The second text, or None where there is none to speak of."""
        return self.text_b if self.text_b and self.text_b.strip() else None


@dataclass(frozen=True)
class Texts:
    """A stream of texts; `total` is what the last one's `at` will be, `facts` say where they come from."""

    stream: Iterable[Text]
    total: int | None = None
    where: Path | None = None
    facts: dict[str, str | int] = field(default_factory=dict)


Source = str | Path | Iterable[str | tuple[str, str | None] | Text] | Texts
"""A text file, one text a line, or pairs parted by a tab; or the texts, pairs, or Texts themselves."""


def texts_of(source: Source) -> Texts:
    """Of a path, the file's; of anything else, what is in it. A str is a path. Raises TextError for no file."""
    if isinstance(source, Texts):
        return source
    return texts_of_file(Path(source)) if isinstance(source, str | Path) else texts_of_values(source)


def texts_of_file(path: Path) -> Texts:
    """A UTF-8 file's lines with text in them, see `bert_core.sentence_lines`; it is read as it is wanted.

    Raises TextError where the file cannot be read; while reading, also for what is not UTF-8, naming the line.
    """
    try:
        size = path.stat().st_size
        if not path.is_fifo():  # of which nothing must be lost
            path.open("rb").close()
    except OSError as error:
        raise TextError(
            f"The file cannot be read: {error.strerror or error}.",
            where=path,
            remedy="Choose a text file that is there and may be read.",
        ) from error
    stream = (
        Text(number, line.text_a, line.text_b, line.cut, at) for number, at, line in read_numbered(path)
    )
    return Texts(stream, size or None, path, {"file": path.name, "bytes": size})


def texts_of_values(values: Iterable[str | tuple[str, str | None] | Text]) -> Texts:
    """Texts and pairs get the ids 1, 2, ...; a Text keeps its own. None is left out, not even an empty one."""

    def stream() -> Iterator[Text]:
        for number, value in enumerate(values, 1):
            if isinstance(value, Text):
                yield Text(value.id, value.text_a, value.text_b, value.cut, number)
            else:
                first, second = (value, None) if isinstance(value, str) else value
                yield Text(number, first, second, at=number)

    return Texts(stream(), len(values) if isinstance(values, Sized) else None)
