from __future__ import annotations

import lzma
from itertools import pairwise

import numpy as np
import pytest

from bert_core.errors import TextError
from bert_core.pretraining.corpus import PieceCorpus, read_documents, split_sentences

TEXT = (
    "One two three four. Five six seven eight!\nNine ten.\n\n\nA second document stands here. It is short.\n"
)


def letters(sentences):
    return [[ord(letter) for letter in sentence] for sentence in sentences]


def test_documents_are_parted_by_blank_lines(tmp_path):
    path = tmp_path / "a.txt.xz"
    path.write_bytes(lzma.compress(TEXT.encode()))
    assert list(read_documents(path)) == [
        ["One two three four. Five six seven eight!", "Nine ten."],
        ["A second document stands here. It is short."],
    ]


@pytest.mark.parametrize(
    ("paragraph", "sentences"),
    [
        ("It rained all day. We stayed in.", ["It rained all day.", "We stayed in."]),
        ("I met Mr. Brown and Dr. Lee there.", ["I met Mr. Brown and Dr. Lee there."]),
        ('"Where are you?" She looked up.', ['"Where are you?"', "She looked up."]),
        ("No, no! Stop it at once.", ["No, no! Stop it at once."]),
        ("It costs 3.50 at most. so they say", ["It costs 3.50 at most. so they say"]),
        ("", []),
    ],
)
def test_sentences(paragraph, sentences):
    assert split_sentences(paragraph) == sentences


@pytest.mark.parametrize("batch", [1, 500])
def test_build_and_open_agree_on_every_boundary(tmp_path, batch):
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    built = PieceCorpus.build([path, path], tmp_path / "pieces", letters, batch)
    corpus = PieceCorpus.open(tmp_path / "pieces")
    assert np.array_equal(built.pieces, corpus.pieces)
    assert corpus.documents.tolist() == [0, 3, 5, 8, 10]
    edges = corpus.sentences
    texts = ["".join(map(chr, corpus.pieces[a:b])) for a, b in pairwise(edges)]
    assert texts[:5] == [
        "One two three four.",
        "Five six seven eight!",
        "Nine ten.",
        "A second document stands here.",
        "It is short.",
    ]
    assert texts[5:] == texts[:5]
    assert corpus.usable(fewest_pieces=45).tolist() == [0, 2]


def test_nothing_to_read_is_said(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("\n\n", encoding="utf-8")
    with pytest.raises(TextError, match="no text"):
        PieceCorpus.build([path], tmp_path / "pieces", letters)


def test_ids_beyond_16_bits_are_refused(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    with pytest.raises(TextError, match="16 bits"):
        PieceCorpus.build([path], tmp_path / "pieces", lambda sentences: [[70000]] * len(sentences))
