"""Features of a file as a job: what it yields, what it writes, what is left of it when it is cancelled."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.answerers import features
from app.answerers.features import ANSWERERS
from bert_core import Bert
from bert_core.config import BertConfig
from bert_core.errors import BertError, TextError
from bert_core.features import FORMATS, Feature
from bert_core.queries import Query
from bert_core.queries_features import FORMATS as OFFERED
from bert_core.queries_features import CountTexts, SavedFeatures, SaveFeatures, TextCount
from bert_core.queries_measures import TextFile
from bert_core.tokenization import Tokenizer

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "man", "went", "to", "a", "store", "."]
LINES = [
    "the man went to a store .",
    "",
    "a store",
    "the man\twent to a store",
    "to " * 30,
    "the store .",
]
TEXTS = {1: LINES[0], 3: LINES[2], 4: LINES[3], 5: LINES[4], 6: LINES[5]}


@pytest.fixture(scope="module")
def bert() -> Bert:
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=12,
        num_hidden_layers=4,
        num_attention_heads=3,
        intermediate_size=24,
        max_position_embeddings=16,
        initializer_range=0.4,
    )
    return Bert.random(config, Tokenizer.from_vocabulary(WORDS, lowercase=True, max_length=16))


@pytest.fixture(autouse=True)
def always_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "TELL_AFTER", 0.0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "texts.txt"
    made.write_text("\n".join(LINES), encoding="utf-8")
    return made


def source(path: Path) -> TextFile:
    state = path.stat()
    return TextFile(str(path), state.st_size, state.st_mtime_ns)


def wish(bert: Bert, path: Path, target: Path, *names: Feature, **other: Any) -> SaveFeatures:
    made = {"model_id": bert.model_id, "device": str(bert.device), "dtype": bert.dtype, "number": 1} | other
    return SaveFeatures(source(path), names or (Feature("last", "mean"),), str(target), **made)


def steps_of(bert: Bert, query: Query) -> Any:
    return ANSWERERS[type(query)](bert, bert.trace("the man"), query, lambda: None)


def drive(bert: Bert, query: Query) -> tuple[Any, list[Any]]:
    steps, said = steps_of(bert, query), []
    while True:
        try:
            said.append(next(steps))
        except StopIteration as end:
            return end.value, said


def test_what_is_saved_is_what_a_trace_has(bert: Bert, path: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.npz"
    wanted = Feature("concat-last-four"), Feature("layer-0", "cls"), Feature("second-to-last", "mean")
    saved, said = drive(bert, wish(bert, path, target, *wanted))
    assert isinstance(saved, SavedFeatures) and not saved.changed
    assert (saved.written.texts, saved.written.truncated, saved.written.path) == (len(TEXTS), 1, target)
    with np.load(target) as arrays:
        assert arrays["id"].tolist() == list(TEXTS)
        offsets = arrays["offsets"]
        for row, line in enumerate(TEXTS.values()):
            text_a, _, text_b = line.partition("\t")
            trace = bert.trace(text_a, text_b or None)
            hidden = trace.hidden_states
            mine = slice(offsets[row], offsets[row + 1])
            own = [not token.special for token in trace.tokens]
            joined = np.concatenate(hidden[-4:], axis=-1)
            np.testing.assert_allclose(arrays["concat-last-four"][mine], joined, atol=1e-5)
            np.testing.assert_allclose(arrays["layer-0-cls"][row], hidden[0, 0], atol=1e-5)
            np.testing.assert_allclose(arrays["second-to-last-mean"][row], hidden[-2][own].mean(0), atol=1e-5)
    told = [step for step in said if step is not None]
    assert told and all(step.words == "saving" for step in told)
    assert told[-1].value.finishing and told[-1].value.texts == len(TEXTS)
    assert {step.total for step in told} == {path.stat().st_size}


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("reached", ["anything", "a text", "finishing"])
def test_closed_it_leaves_nothing_but_what_was_there(
    bert: Bert, path: Path, tmp_path: Path, suffix: str, reached: str
) -> None:
    target = tmp_path / f"out{suffix}"
    target.write_bytes(b"older")
    steps = steps_of(bert, wish(bert, path, target))
    for step in steps:  # how many there are is a matter of time: a writer is looked at until it is done
        value = None if step is None else step.value
        if {
            "anything": True,
            "a text": value is not None and value.texts > 0,
            "finishing": value is not None and value.finishing,
        }[reached]:
            break
    else:
        pytest.fail("it never came so far")
    steps.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == [target.name, path.name]
    assert target.read_bytes() == b"older"


def test_only_the_model_that_was_meant_writes(bert: Bert, path: Path, tmp_path: Path) -> None:
    for other in ({"model_id": "another"}, {"device": "cuda"}, {"dtype": "bfloat16"}):
        with pytest.raises(BertError, match="Another model was loaded"):
            drive(bert, wish(bert, path, tmp_path / "out.npz", **other))
    assert list(tmp_path.iterdir()) == [path]


def test_the_texts_are_never_written_over(bert: Bert, tmp_path: Path) -> None:
    path = tmp_path / "texts.npz"
    path.write_text("the man\n", encoding="utf-8")
    with pytest.raises(BertError, match="file with the texts"):
        drive(bert, wish(bert, path, path))
    assert path.read_text(encoding="utf-8") == "the man\n"


def test_texts_that_changed_meanwhile_are_told_of(bert: Bert, path: Path, tmp_path: Path) -> None:
    query = wish(bert, path, tmp_path / "out.npz")
    os.utime(path, ns=(1, 1))
    saved, _ = drive(bert, query)
    assert saved.changed


def test_counting(bert: Bert, path: Path) -> None:
    count, said = drive(bert, CountTexts(source(path)))
    pieces = [len(bert.tokenizer.encode(*_pair(line)).ids) for line in TEXTS.values()]
    assert count == TextCount(len(TEXTS), sum(pieces), cut=1)
    assert [step.value.texts for step in said if step is not None] == list(range(len(TEXTS) + 1))


def test_of_many_texts_some_stand_for_the_others(
    bert: Bert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features, "ALL_READ", 4)
    monkeypatch.setattr(features, "ONE_IN", 3)
    path = tmp_path / "texts.txt"
    path.write_text("the man\n" * 4 + "a\n" * 6, encoding="utf-8")
    count, _ = drive(bert, CountTexts(source(path)))
    assert count == TextCount(10, 4 * 4 + 6 * 3, cut=0, exact=False)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no text"),
        (b"\n\n", "no text"),
        (b"the\n\xff\xfe\n", "Line 2 is not UTF-8"),
        (None, "cannot be read"),
    ],
)
def test_a_bad_file_is_said_by_name(bert: Bert, tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "texts.txt"
    if content is not None:
        path.write_bytes(content)
    file = TextFile(str(path), 0, 0)
    for query in (
        CountTexts(file),
        SaveFeatures(file, (Feature("last"),), str(tmp_path / "o.npz"), bert.model_id, "cpu", bert.dtype, 1),
    ):
        with pytest.raises(TextError, match=words) as refused:
            drive(bert, query)
        assert str(path) in str(refused.value) and refused.value.remedy
    assert not (tmp_path / "o.npz").exists()


def test_the_formats_offered_are_those_there_are() -> None:
    assert OFFERED == FORMATS


def _pair(line: str) -> tuple[str, str | None]:
    text_a, _, text_b = line.partition("\t")
    return text_a, text_b or None
