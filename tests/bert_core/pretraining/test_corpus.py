from __future__ import annotations

import json
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from bert_core.errors import TextError
from bert_core.pretraining.corpus import PieceCorpus

DOCUMENTS = [
    ["One two three four. Five six seven eight!", "Nine ten."],
    ["\u0001"],
    ["A second document stands here. It is short."],
]
SENTENCES = [
    "One two three four.",
    "Five six seven eight!",
    "Nine ten.",
    "A second document stands here.",
    "It is short.",
]


def letters(size=256):
    """A tokenizer whose pieces are letters; control characters have none."""
    return SimpleNamespace(
        vocabulary=range(size),
        ids=lambda texts: [[ord(letter) for letter in text if ord(letter) > 31] for text in texts],
    )


def texts_of(corpus):
    return ["".join(map(chr, corpus.pieces[a:b])) for a, b in pairwise(corpus.sentences)]


@pytest.mark.parametrize("batch", [1, 30, 1 << 20])
def test_every_boundary_is_where_it_belongs(tmp_path, batch):
    built = PieceCorpus.build(iter(DOCUMENTS), tmp_path / "pieces", letters(), batch)
    corpus = PieceCorpus.open(tmp_path / "pieces")
    for name in ("pieces", "sentences", "documents"):
        assert isinstance(getattr(corpus, name), np.memmap)
        assert np.array_equal(getattr(built, name), getattr(corpus, name))
    assert texts_of(corpus) == SENTENCES
    assert corpus.documents.tolist() == [0, 3, 5]  # the document without pieces is none
    assert corpus.usable(fewest_pieces=43).tolist() == [0]
    assert corpus.usable(fewest_pieces=42).tolist() == [0, 1]


@pytest.mark.parametrize(("size", "kind"), [(256, np.uint16), (65_536, np.uint16), (65_537, np.uint32)])
def test_pieces_take_as_few_bytes_as_the_vocabulary_allows(tmp_path, size, kind):
    highest = SimpleNamespace(vocabulary=range(size), ids=lambda texts: [[size - 1]] * len(texts))
    corpus = PieceCorpus.build([["One.", "Two."]], tmp_path, highest)
    assert corpus.pieces.dtype == kind
    assert corpus.pieces.tolist() == [size - 1] * 2


@pytest.mark.parametrize("documents", [[], [[]], [["\u0001"]]])
def test_nothing_to_read_is_said_and_is_no_corpus(tmp_path, documents):
    with pytest.raises(TextError, match="no text"):
        PieceCorpus.build(documents, tmp_path, letters())
    assert not PieceCorpus.is_whole(tmp_path)


def test_what_was_interrupted_is_not_taken_for_whole(tmp_path):
    def breaks_off():
        yield DOCUMENTS[0]
        raise KeyboardInterrupt

    PieceCorpus.build(DOCUMENTS, tmp_path, letters())
    assert PieceCorpus.is_whole(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        PieceCorpus.build(breaks_off(), tmp_path, letters(), 1)
    assert not PieceCorpus.is_whole(tmp_path)
    with pytest.raises(TextError, match="cannot be read"):
        PieceCorpus.open(tmp_path)


@pytest.mark.parametrize("name", ["pieces.bin", "sentences.bin", "documents.bin"])
def test_a_file_of_another_size_is_refused(tmp_path, name):
    PieceCorpus.build(DOCUMENTS, tmp_path, letters())
    with (tmp_path / name).open("r+b") as file:
        file.truncate(2)
    with pytest.raises(TextError, match=name):
        PieceCorpus.open(tmp_path)


@pytest.mark.parametrize("about", ["", "[]", "{}", json.dumps({"pieces": 1})])
def test_a_broken_description_is_refused(tmp_path, about):
    PieceCorpus.build(DOCUMENTS, tmp_path, letters())
    (tmp_path / "corpus.json").write_text(about)
    with pytest.raises(TextError, match="cannot be read"):
        PieceCorpus.open(tmp_path)


def test_texts_are_tokenised_some_at_a_time(tmp_path):
    sizes = []

    def ids(texts):
        sizes.append(sum(map(len, texts)))
        return [[1] for _ in texts]

    documents = ([f"This is sentence {number} of it."] * 10 for number in range(50))
    PieceCorpus.build(documents, tmp_path, SimpleNamespace(vocabulary=range(9), ids=ids), batch=1000)
    assert len(sizes) > 10
    assert max(sizes) < 1100
