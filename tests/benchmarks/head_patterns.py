"""What each head of a model looks at, measured over pairs from a text file, as a Markdown table.

python -m tests.benchmarks.head_patterns --model mini-en --data FILE [--texts 128] [--length 128]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from bert_core.bert import Bert
from bert_core.measures.head_patterns import THRESHOLDS, PatternTally
from bert_core.pretraining.sentences import split_sentences
from bert_core.pretraining.text import find_files, read_documents


def pairs(bert: Bert, files: list[Path], texts: int, length: int) -> Iterator[tuple[str, str]]:
    """The beginnings of documents evenly spread over the files: sentences to half the length, and to the whole."""
    documents = [document for file in files for document in read_documents(file)]
    made = (pair for document in documents if (pair := _pair(bert, document, length)) is not None)
    found = list(made)
    for index in np.linspace(0, len(found) - 1, min(texts, len(found))).astype(int).tolist():
        yield found[index]


def _pair(bert: Bert, document: list[str], length: int) -> tuple[str, str] | None:
    sentences: list[str] = []
    for paragraph in document:
        sentences += split_sentences(paragraph)
        if sum(map(len, sentences)) > 12 * length:
            break
    ends = np.cumsum([len(ids) for ids in bert.tokenizer.ids(sentences)])
    a, b = (int(np.searchsorted(ends, room, "right")) for room in ((length - 3) // 2, length - 3))
    return (" ".join(sentences[:a]), " ".join(sentences[a:b])) if 0 < a < b else None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.head_patterns", description=__doc__)
    parser.add_argument("--model", default="mini-en")
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--texts", type=int, default=128)
    parser.add_argument("--length", type=int, default=128, help="pieces of a pair, at most")
    given = parser.parse_args()
    torch.set_num_threads(1)
    bert = Bert.load(given.model, device="cpu")
    tally, pieces = PatternTally(), 0
    for a, b in pairs(bert, find_files(given.data), given.texts, given.length):
        trace = bert.trace(a, b)
        tally.add(trace.attentions, trace.tokens)
        pieces += len(trace.tokens)
    found, shown = tally.evidence(), tally.patterns()
    print(f"{given.model}, {tally.texts} pairs, {pieces} pieces; bold: over the threshold\n")
    print(
        "| head | pattern | " + " | ".join(f"{name} > {least}" for name, least in THRESHOLDS.items()) + " |"
    )
    print("|---" * (len(THRESHOLDS) + 2) + "|")
    for layer, heads in enumerate(shown):
        for head, pattern in enumerate(heads):
            numbers = {name: float(values[layer, head]) for name, values in found.items()}
            cells = [f"**{n:.2f}**" if n > THRESHOLDS[name] else f"{n:.2f}" for name, n in numbers.items()]
            name = ", ".join([pattern.name, *(other.name for other in pattern.others)])
            print(f"| L{layer + 1}-H{head + 1} | {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
