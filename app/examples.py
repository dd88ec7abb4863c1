"""The example sentences that come with the program, for English and for Chinese vocabularies."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bert_core.info import ModelInfo
from bert_core.resources import resource_path


@dataclass(frozen=True, slots=True)
class Example:
    """A pair to look at.

    title, look_at  what it is, and one line on what to look at
    a, b            the sentences as one types them, [MASK] included; b empty where there is no second one
    """

    language: Literal["en", "zh"]
    title: str
    a: str
    b: str
    look_at: str


@lru_cache(maxsize=1)
def load_examples() -> tuple[Example, ...]:
    """All examples, in the order in which they are offered."""
    text = resource_path("examples.json").read_text(encoding="utf-8")
    return tuple(Example(**entry) for entry in json.loads(text))


def examples_for(model: ModelInfo | None) -> tuple[Example, ...]:
    """The examples in the language of the model's vocabulary; English while there is none."""
    language = "zh" if model is not None and model.chinese else "en"
    return tuple(example for example in load_examples() if example.language == language)
