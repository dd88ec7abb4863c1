"""Tiny models, and examples of every task."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import torch

from bert_core.bert import Bert
from bert_core.config import BertConfig
from bert_core.finetuning.data_values import Data, Layout
from bert_core.finetuning.examples import (
    Answer,
    ChoiceExample,
    Example,
    QuestionExample,
    TaggingExample,
    TextExample,
)
from bert_core.finetuning.model import TunedModel
from bert_core.finetuning.objective import FineTuning
from bert_core.finetuning.recipe import FineTuneRecipe
from bert_core.finetuning.task_info import TaskInfo, TaskName
from bert_core.tokenization import Tokenizer

WORDS = (
    "the",
    "cat",
    "sat",
    "on",
    "a",
    "mat",
    "he",
    "was",
    "tired",
    "and",
    "ate",
    "fish",
    "why",
    "did",
    "who",
    "no",
)
VOCABULARY = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, "##s", "##ing", ".", ",", "?", "not")
LABELS: dict[TaskName, tuple[str, ...]] = {
    "single-sentence": ("bad", "fair", "good"),
    "sentence-pair": ("no", "yes"),
    "tagging": ("O", "B-PER", "I-PER"),
}


def a_tokenizer() -> Tokenizer:
    return Tokenizer.from_vocabulary(VOCABULARY, lowercase=True, max_length=64)


def a_bert(seed: int = 1, layers: int = 3, dropout: float = 0.0, **changes: Any) -> Bert:
    """Tiny, its weights large enough for a rounding error, and a wrong mask, to show."""
    config = BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=16,
        num_hidden_layers=layers,
        num_attention_heads=4,
        intermediate_size=32,
        max_position_embeddings=64,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
        initializer_range=0.3,
        **changes,
    )
    bert = Bert.random(config, a_tokenizer(), seed)
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in bert.module.named_parameters():
        if name.endswith("bias"):
            parameter.normal_(0.0, 0.1, generator=generator)
    return bert


def sentence(source: random.Random, least: int = 2, most: int = 14) -> str:
    words = source.choices(WORDS, k=source.randint(least, most))
    return " ".join(word + source.choice(("", "", "s", "ing")) for word in words)


def examples(task: TaskName, count: int, seed: int = 0) -> tuple[Example, ...]:
    """Of very unlike lengths."""
    source = random.Random(f"{task} {seed}")
    return tuple(_example(task, number, source) for number in range(count))


def _example(task: TaskName, number: int, source: random.Random) -> Example:
    if task == "single-sentence":
        return TextExample(sentence(source), None, source.choice(LABELS[task]))
    if task == "sentence-pair":
        return TextExample(sentence(source), sentence(source), source.choice(LABELS[task]))
    if task == "regression":
        return TextExample(sentence(source), sentence(source), round(source.uniform(0, 5), 1))
    if task == "tagging":
        tagged = tuple(sentence(source).split())
        return TaggingExample(tagged, tuple(source.choice(LABELS[task]) for _ in tagged))
    if task == "multiple-choice":
        endings = tuple(sentence(source) for _ in range(3))
        return ChoiceExample(sentence(source), sentence(source, 1, 3), endings, source.randrange(3))
    context = sentence(source, 10, 60)
    words = context.split()
    first = source.randrange(len(words) - 3)
    text = " ".join(words[first : first + source.randint(1, 3)])
    start = len(" ".join(words[:first])) + (first > 0)
    answers = () if number % 4 == 3 else (Answer(text, start),)
    return QuestionExample(str(number), sentence(source, 2, 5), context, answers)


def some_data(task: TaskName, count: int = 30, seed: int = 0) -> Data:
    return data_of(task, examples(task, count, seed))


def data_of(task: TaskName, found: Sequence[Example]) -> Data:
    layout = Layout("jsonl", task)
    return Data(task, tuple(found), LABELS.get(task, ()), (), 0, 0, layout, (), "some.jsonl")


def info_of(task: TaskName, **changes: Any) -> TaskInfo:
    settings = {"max_length": 32, "doc_stride": 8, "max_answer_length": 6, "unanswerable": True, **changes}
    return TaskInfo(task, LABELS.get(task, ()), **settings)


def a_task(task: TaskName, count: int = 30, dev: int = 0, lstm_size: int = 8, **changes: Any) -> FineTuning:
    """Of a model with large weights in its head too."""
    recipe = FineTuneRecipe(
        task=task, **{"batch_size": 7, "learning_rate": 1e-3, "max_length": 32, **changes}
    )
    bert = a_bert()
    info = info_of(task, mode=recipe.mode)
    tuned = TunedModel.new(bert, info, seed=recipe.seeds[0], dropout=recipe.dropout, lstm_size=lstm_size)
    held = some_data(task, dev, seed=9) if dev else None
    return FineTuning(tuned, bert.tokenizer, recipe, some_data(task, count), held)
