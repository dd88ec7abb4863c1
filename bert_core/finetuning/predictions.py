"""What a tuned model says of one example, whatever its task: a frozen value, no torch."""

from __future__ import annotations

from dataclasses import dataclass

from bert_core.finetuning.examples import ChoiceExample, Example, QuestionExample, TaggingExample, TextExample
from bert_core.finetuning.squad_scores import exact


@dataclass(frozen=True, slots=True)
class Prediction:
    """One of `label`, `value`, `tags`, `answer` and `choice` is set, as the task is.

    label          the class
    value          the number, of a regression
    tags           one for each word; of words that did not fit, or have no piece, "O", or else the first label
    answer         text of the context, "" for none
    span           where in the context the answer begins and ends, in characters; None where there is none
    choice         the ending's index
    confidence     probability of what is predicted; of tags the least of the words'; None for a number
    probabilities  of each class, or each ending; of tags that of each word's tag (0 where it has no piece); else empty
    loss           of this example, where it is known what is right: cross-entropy (of tags the mean over words, of
                   answers that of start and end, over the windows), or squared error
    none_margin    question answering: score(none) - score(best span); -inf where it need not be thought of
    best           question answering: the best answer that is one, whether or not it is given
    """

    label: str | None = None
    value: float | None = None
    tags: tuple[str, ...] | None = None
    answer: str | None = None
    span: tuple[int, int] | None = None
    choice: int | None = None
    confidence: float | None = None
    probabilities: tuple[float, ...] = ()
    loss: float | None = None
    none_margin: float | None = None
    best: str = ""


def is_right(example: Example, prediction: Prediction) -> bool | None:
    """Is it what the example has? All tags; of answers the exact match of SQuAD. None for numbers and where unknown."""
    if isinstance(example, TextExample):
        if example.label is None or prediction.label is None:
            return None
        return prediction.label == example.label
    if isinstance(example, TaggingExample):
        return None if example.tags is None else prediction.tags == example.tags
    if isinstance(example, QuestionExample):
        if example.answers is None:
            return None
        return exact(prediction.answer or "", [answer.text for answer in example.answers])
    if isinstance(example, ChoiceExample):
        return None if example.label is None else prediction.choice == example.label
    raise TypeError(f"no example: {example!r}")
