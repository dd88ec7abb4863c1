"""Sentences that are read beside the text, by the sense of a word that they show; and some that come built in."""

from __future__ import annotations

from dataclasses import dataclass

from bert_core.info import ModelInfo


@dataclass(frozen=True)
class Sentences:
    """Sentences of one sense each; as text, a sentence a line and an empty line between senses."""

    senses: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def parsed(cls, text: str) -> Sentences:
        """What is written."""
        senses: list[list[str]] = [[]]
        for line in text.splitlines():
            if line.strip():
                senses[-1].append(line.strip())
            elif senses[-1]:
                senses.append([])
        return cls(tuple(tuple(sense) for sense in senses if sense))

    @property
    def text(self) -> str:
        """As it is written."""
        return "\n\n".join("\n".join(sense) for sense in self.senses)

    @property
    def all(self) -> tuple[str, ...]:
        """One after the other."""
        return tuple(sentence for sense in self.senses for sentence in sense)

    def sense_of(self, sentence: int) -> int:
        """The number of the sense of a sentence, both counted from 0. Raises IndexError for one that there is not."""
        for number, sense in enumerate(self.senses):
            if sentence < len(sense):
                return number
            sentence -= len(sense)
        raise IndexError(sentence)


@dataclass(frozen=True)
class SenseExample:
    """Sentences with a word of several senses."""

    word: str
    sentences: Sentences


_ENGLISH = {
    "bank": """She sat on the river bank.
The boat was tied to the bank of the stream.
They walked along the bank in the sun.

He opened a bank account.
The bank lent him the money.
She works at a bank in the city.""",
    "spring": """The flowers come out in the spring.
Last spring was cold and wet.
The birds return in spring.

The spring in the clock was broken.
A steel spring holds the door shut.
He pressed the spring of the lock.""",
    "play": """The children play in the garden.
We play football after school.
They play together every day.

The play was shown in a small theatre.
He wrote a play about the king.
The first act of the play was long.""",
}
_CHINESE = {
    "花": """花园里的花开了。
她喜欢红色的花。
桌上有一朵花。

他花了很多钱。
这件事花了三天。
我花了一年学习。""",
    "行": """他在银行工作。
这家银行很大。
银行今天关门。

我们步行去学校。
火车在夜里行驶。
他们骑车旅行。""",
}


def examples(model: ModelInfo | None) -> tuple[SenseExample, ...]:
    """Those in the language of the model's vocabulary; English while there is none."""
    offered = _CHINESE if model is not None and model.chinese else _ENGLISH
    return tuple(SenseExample(word, Sentences.parsed(text)) for word, text in offered.items())
