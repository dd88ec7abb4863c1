from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from bert_core.errors import TextError, TrainingError, VocabularyError
from bert_core.pretraining import preparation
from bert_core.pretraining.corpus import PieceCorpus
from bert_core.pretraining.preparation import prepare
from bert_core.pretraining.recipe import ModelRecipe, Recipe, VocabularyRecipe
from bert_core.pretraining.text import read_documents

SMALL = Path(__file__).with_name("small_text.txt")
DOCUMENTS = SMALL.read_text(encoding="utf-8").strip().split("\n\n")
RECIPE = Recipe(
    vocabulary=VocabularyRecipe(size=300, min_frequency=2, text_share=1.0),
    model=ModelRecipe(hidden_size=64, num_attention_heads=2, max_position_embeddings=256, start="structured"),
)


@pytest.fixture
def files(tmp_path):
    """The text, but for its last six documents, in two files of a folder that has the last six in a third."""
    folder = tmp_path / "text"
    folder.mkdir()
    for name, part in (("a", DOCUMENTS[:15]), ("b", DOCUMENTS[15:-6]), ("held", DOCUMENTS[-6:])):
        (folder / f"{name}.txt").write_text("\n\n".join(part), encoding="utf-8")
    return folder


def prepared(files, folder, recipe=RECIPE, **options):
    return prepare([files], [files / "held.txt"], recipe, folder, **options)


def stamps(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def documents_of(corpus, tokenizer):
    """The pieces of each document, joined, to compare with a text tokenised whole."""
    edges = corpus.sentences[corpus.documents]
    return [corpus.pieces[a:b].tolist() for a, b in pairwise(edges)]


def tokenised(texts, tokenizer):
    return [list(chain.from_iterable(tokenizer.ids(text.split("\n")))) for text in texts]


def test_all_that_a_run_needs_is_made(files, tmp_path):
    told: list[tuple[str, float]] = []
    made = prepared(files, tmp_path / "data", progress=lambda word, share: told.append((word, share)))
    assert len(made.tokenizer) == 300 and made.tokenizer.max_length == 256
    assert documents_of(made.train, made.tokenizer) == tokenised(DOCUMENTS[:-6], made.tokenizer)
    assert documents_of(made.heldout, made.tokenizer) == tokenised(DOCUMENTS[-6:], made.tokenizer)
    assert made.counts.tolist() == np.bincount(made.train.pieces, minlength=300).tolist()
    assert made.vectors().shape == (300, 256)
    assert made.vectors().dtype == torch.float32
    assert list(dict.fromkeys(word for word, _ in told)) == [
        "vocabulary",
        "held-out text",
        "text",
        "word counts",
        "word vectors",
    ]
    for word, last in dict(told).items():
        shares = [share for said, share in told if said == word]
        assert shares == sorted(shares) and shares[0] == 0.0 and last == 1.0


def test_a_second_call_makes_nothing_anew(files, tmp_path):
    first = prepared(files, tmp_path / "data")
    before = stamps(tmp_path / "data")
    told: list[str] = []
    again = prepared(files, tmp_path / "data", progress=lambda word, share: told.append(word))
    assert stamps(tmp_path / "data") == before
    assert not told
    assert np.array_equal(first.train.pieces, again.train.pieces)
    assert first.tokenizer.vocabulary == again.tokenizer.vocabulary
    torch.testing.assert_close(first.vectors(), again.vectors())


def test_the_text_may_be_elsewhere_or_gone_once_all_is_made(files, tmp_path):
    first = prepared(files, tmp_path / "data")
    moved = tmp_path / "moved"
    shutil.copytree(files, moved)  # other names, other times, the same content
    prepared(moved, tmp_path / "data")
    shutil.rmtree(files)
    assert np.array_equal(prepared(files, tmp_path / "data").train.pieces, first.train.pieces)
    (tmp_path / "data" / "counts.npy").unlink()
    with pytest.raises(TextError, match="no such file"):
        prepared(files, tmp_path / "data")


@pytest.mark.parametrize("part", ["vocabulary", "train", "heldout", "counts", "vectors"])
def test_an_interrupted_preparation_goes_on(files, tmp_path, monkeypatch, part):
    whole = prepared(files, tmp_path / "whole")

    def breaks_off(*values, **named):
        raise KeyboardInterrupt

    def breaks_off_within(path, progress=None):
        found = read_documents(path, progress)
        yield next(found)
        if path.name == ("held.txt" if part == "heldout" else "b.txt"):
            raise KeyboardInterrupt
        yield from found

    with monkeypatch.context() as patched:
        name = {"vocabulary": "learn", "counts": "count_pieces", "vectors": "vectors_of_pieces"}.get(part)
        patched.setattr(preparation, name or "read_documents", breaks_off if name else breaks_off_within)
        with pytest.raises(KeyboardInterrupt):
            prepared(files, tmp_path / "data")
    finished = stamps(tmp_path / "data")
    made = prepared(files, tmp_path / "data")
    for corpus in ("train", "heldout"):
        one, other = (getattr(both, corpus) for both in (whole, made))
        for array in ("pieces", "sentences", "documents"):
            assert np.array_equal(getattr(one, array), getattr(other, array))
    assert whole.counts.tolist() == made.counts.tolist()
    torch.testing.assert_close(whole.vectors(), made.vectors())
    now = stamps(tmp_path / "data")
    kept = [path for path in finished if "tokenizer" in path.parts and path in now]
    assert all(now[path] == finished[path] for path in kept)  # what was whole is not made again
    assert bool(kept) == (part != "vocabulary")


def test_other_text_or_pieces_are_refused_by_name(files, tmp_path):
    prepared(files, tmp_path / "data")
    before = stamps(tmp_path / "data")

    def refusal(match, recipe=RECIPE, **options):
        with pytest.raises(TrainingError, match=match):
            prepared(files, tmp_path / "data", recipe, **options)

    refusal(
        r"vocabulary.size was 300, not 400",
        replace(RECIPE, vocabulary=replace(RECIPE.vocabulary, size=400)),
    )
    refusal("tokenizer", tokenizer=tmp_path / "data" / "tokenizer")
    extra = files / "c.txt"
    extra.write_text("Something more.\n")
    refusal(r"text without .*c\.txt")
    extra.unlink()
    text = (files / "a.txt").read_text(encoding="utf-8")
    (files / "a.txt").write_text(text.replace("bakery", "butcher"), encoding="utf-8")
    refusal(r"text without .*a\.txt and with .*a\.txt")
    assert stamps(tmp_path / "data") == before


def test_a_broken_note_of_the_sources_is_said(files, tmp_path):
    prepared(files, tmp_path / "data")
    for content in ("{", "[]", "7"):
        (tmp_path / "data" / "prepared.json").write_text(content)
        with pytest.raises(TrainingError, match="cannot be read"):
            prepared(files, tmp_path / "data")


def test_what_an_earlier_edition_did_not_note_is_not_compared(files, tmp_path):
    prepared(files, tmp_path / "data")
    note = tmp_path / "data" / "prepared.json"
    note.write_text(json.dumps({"vocabulary": json.loads(note.read_text())["vocabulary"], "pieces": 7}))
    prepared(files, tmp_path / "data")


def test_a_given_vocabulary_is_used(files, tmp_path):
    first = prepared(files, tmp_path / "data")
    recipe = replace(RECIPE, vocabulary=VocabularyRecipe(), model=ModelRecipe(start="normal"))
    given = prepared(files, tmp_path / "other", recipe, tokenizer=tmp_path / "data" / "tokenizer")
    assert given.tokenizer.vocabulary == first.tokenizer.vocabulary
    assert np.array_equal(given.train.pieces, first.train.pieces)
    with pytest.raises(TrainingError, match="word vectors are missing"):
        given.vectors()


def sha1(text):
    return hashlib.sha1(text.encode()).hexdigest()


def without_heldout(documents, folder, **options):
    path = folder / "whole.txt"
    path.write_text("\n\n".join(documents), encoding="utf-8")
    recipe = replace(RECIPE, model=ModelRecipe(start="normal"))
    return prepare([path], None, recipe, folder / "data", **options)


def split_by(made, documents):
    """The numbers of the documents that are set apart, after a check that the others are learned from."""
    pieces = tokenised(documents, made.tokenizer)
    apart = [] if made.heldout is None else documents_of(made.heldout, made.tokenizer)
    numbers = [number for number, ids in enumerate(pieces) if ids in apart]
    assert len(numbers) == len(apart)
    learned = [ids for ids in pieces if ids not in apart]
    assert documents_of(made.train, made.tokenizer) == learned
    return numbers


def test_without_held_out_text_documents_are_set_apart_by_digest(tmp_path, monkeypatch):
    monkeypatch.setattr(preparation, "EVERY", 3)
    made = without_heldout(DOCUMENTS, tmp_path)
    assert split_by(made, DOCUMENTS) == [
        n for n, text in enumerate(DOCUMENTS) if int(sha1(text), 16) % 3 == 0
    ]
    before = stamps(tmp_path)
    again = without_heldout(DOCUMENTS, tmp_path)
    assert np.array_equal(again.heldout.pieces, made.heldout.pieces)
    assert [path.name for path, stamp in stamps(tmp_path).items() if before.get(path) != stamp] == [
        "whole.txt"
    ]


@pytest.mark.parametrize(("count", "apart"), [(4, 2), (7, 2), (len(DOCUMENTS), 3)])
def test_of_a_small_text_a_tenth_is_set_apart_and_two_at_least(tmp_path, monkeypatch, count, apart):
    monkeypatch.setattr(preparation, "EVERY", 10**40)
    documents = DOCUMENTS[:count]
    mixed = [documents[0], "Too short.", *documents[1:]]
    made = without_heldout(mixed, tmp_path)
    lowest = sorted(range(count), key=lambda number: sha1(documents[number]))[:apart]
    found = split_by(made, mixed)
    assert [number - (number > 0) for number in found] == sorted(lowest)
    (tmp_path / "data/counts.npy").unlink()
    shutil.rmtree(tmp_path / "data/train")  # as it was left by one that was broken off
    assert split_by(without_heldout(mixed, tmp_path), mixed) == found


@pytest.mark.parametrize("count", [2, 3])
def test_of_a_few_documents_none_is_set_apart(tmp_path, count):
    made = without_heldout(DOCUMENTS[:count] * 2, tmp_path)  # the same ones again are no others
    assert made.heldout is None
    assert len(made.train.documents) - 1 == 2 * count
    assert without_heldout(DOCUMENTS[:count] * 2, tmp_path).heldout is None
    (tmp_path / "whole.txt").unlink()
    recipe = replace(RECIPE, model=ModelRecipe(start="normal"))
    assert prepare([tmp_path / "whole.txt"], None, recipe, tmp_path / "data").heldout is None


@pytest.mark.parametrize(
    "step", ["vocabulary", "held-out text", "choice of held-out text", "text", "word counts"]
)
def test_a_preparation_without_held_out_text_goes_on(tmp_path, monkeypatch, step):
    """Wherever it was broken off, no document is both learned from and measured on, and none is lost."""
    whole = tmp_path / "one"
    whole.mkdir()
    expected = without_heldout(DOCUMENTS, whole)
    for share in (0.0, 1.0):
        folder = tmp_path / f"{share}"
        folder.mkdir()
        seen: list[str] = []

        def told(word, done, share=share, seen=seen):
            if word == step and done == share:
                seen.append(word)
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            without_heldout(DOCUMENTS, folder, progress=told)
        made = without_heldout(DOCUMENTS, folder)
        assert seen and split_by(made, DOCUMENTS) == split_by(expected, DOCUMENTS)


def test_a_broken_rule_is_said(tmp_path):
    without_heldout(DOCUMENTS, tmp_path)
    (tmp_path / "data/apart.json").write_text("[]")
    with pytest.raises(TrainingError, match=r"apart\.json: The file cannot be read"):
        without_heldout(DOCUMENTS, tmp_path)


def test_fewer_files_are_enough_once_all_is_made(files, tmp_path):
    made = prepared(files, tmp_path / "data")
    (files / "b.txt").unlink()
    assert np.array_equal(prepared(files, tmp_path / "data").train.pieces, made.train.pieces)
    (tmp_path / "data/vectors.npy").unlink()
    with pytest.raises(TrainingError, match=r"text with .*b\.txt"):
        prepared(files, tmp_path / "data")


def test_a_given_vocabulary_may_be_gone_once_all_is_made(files, tmp_path):
    given = _any_tokenizer(files, tmp_path)
    made = prepared(files, tmp_path / "data", tokenizer=given)
    shutil.rmtree(given)
    assert (
        prepared(files, tmp_path / "data", tokenizer=given).tokenizer.vocabulary == made.tokenizer.vocabulary
    )
    with pytest.raises(VocabularyError, match="does not exist"):
        prepared(files, tmp_path / "new", tokenizer=given)


def test_fewer_pieces_than_asked_for_are_enough(files, tmp_path):
    recipe = replace(RECIPE, vocabulary=replace(RECIPE.vocabulary, size=50_000))
    made = prepared(files, tmp_path / "data", recipe)
    assert 300 < len(made.tokenizer) < 2000
    assert len(made.counts) == len(made.vectors()) == len(made.tokenizer)


def test_typed_special_pieces_are_words(files, tmp_path):
    text = "\n\n".join(
        [*DOCUMENTS[:4], "A [MASK] is typed here, and a [SEP]. Then [CLS] and [PAD] and [UNK] follow."]
    )
    (files / "a.txt").write_text(text, encoding="utf-8")
    made = prepared(files, tmp_path / "data")
    assert made.counts[:5].tolist() == [0, 0, 0, 0, 0]
    assert made.counts[made.tokenizer.id_of("[")] >= 5


@pytest.mark.parametrize("name", ["counts", "vectors"])
def test_a_broken_array_is_said(files, tmp_path, name):
    prepared(files, tmp_path / "data")
    path = tmp_path / f"data/{name}.npy"
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(TrainingError, match=f"{name}.npy: The file cannot be read"):
        prepared(files, tmp_path / "data")


def test_too_little_text_is_said(files, tmp_path):
    with pytest.raises(TextError, match="too little held-out text"):
        short = tmp_path / "short.txt"
        short.write_text("One sentence of it only.\n")
        prepare([files / "a.txt"], [short], RECIPE, tmp_path / "one")
    with pytest.raises(TextError, match="too little text to learn from"):
        prepare(
            [short], [files / "a.txt"], RECIPE, tmp_path / "two", tokenizer=_any_tokenizer(files, tmp_path)
        )
    alone = tmp_path / "alone.txt"
    alone.write_text(DOCUMENTS[0], encoding="utf-8")
    with pytest.raises(TextError, match="text"):
        prepare([alone], None, RECIPE, tmp_path / "three", tokenizer=_any_tokenizer(files, tmp_path))


def _any_tokenizer(files, tmp_path):
    prepared(files, tmp_path / "any")
    return tmp_path / "any" / "tokenizer"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no device that is always full")
@pytest.mark.parametrize(
    "name", ["prepared.json", "vocab.txt", "pieces.bin", "documents.bin", "corpus.json", "counts", "vectors"]
)
def test_a_full_disk_is_said(files, tmp_path, monkeypatch, name):
    """Whichever file finds no room, that is said, and the next try goes on."""
    opened = Path.open

    def full(path, mode="r", *values, **named):
        if "w" in mode and name in path.name and path.is_relative_to(tmp_path / "data"):
            path = Path("/dev/full")
        return opened(path, mode, *values, **named)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(TrainingError, match="Make room, and resume") as caught:
        prepared(files, tmp_path / "data")
    assert str(tmp_path / "data") in caught.value.where
    monkeypatch.undo()
    assert prepared(files, tmp_path / "data").counts.sum() > 0


def test_a_file_that_may_not_be_read_is_named(files, tmp_path, monkeypatch):
    opened = Path.open

    def refuse(path, *values, **named):
        if path.name == "b.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *values, **named)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(TrainingError, match=r"b\.txt: .* Permission denied\.$"):
        prepared(files, tmp_path / "data")


def test_neighbours_are_counted_in_stretches_over_all(tmp_path):
    pieces = np.arange(100_000)
    spread = preparation._spread(pieces, 6400)
    assert len(spread) == 6400
    assert spread[0] == 0 and spread[-1] == 99_999
    assert np.histogram(spread, bins=8, range=(0, 100_000))[0].min() >= 700
    assert preparation._spread(pieces, 100_000) is pieces


def test_the_small_text_is_fit_for_pairs(files, tmp_path):
    made = prepared(files, tmp_path / "data")
    assert isinstance(made.train, PieceCorpus)
    assert len(made.train.usable()) == len(DOCUMENTS) - 6
    assert np.diff(made.train.documents).min() >= 6
