"""What a pair costs where many are scored, in milliseconds and in traces; on the built-in text.

python -m tests.benchmarks.next_sentences [--model mini-en] [--rounds 5] [--threads 1] [--processor-time]

Rounds take each task once, one after the other, in one process. A loop over traces of the same pairs is the reference,
and `transformers`, padded to the longest of batches of 32 in the order of the text, another.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from itertools import pairwise
from time import perf_counter, process_time
from typing import Any

import torch

from app.built_in_text import built_in_text
from bert_core.bert import Bert
from bert_core.measures.sentence_ranking import rank_next
from bert_core.measures.text_continuity import continuity, random_pairs, sentences_of

_BATCH = 32


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.next_sentences", description=__doc__)
    parser.add_argument("--model", default="mini-en")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1, help="the application gives the built-in model one")
    parser.add_argument("--processor-time", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    clock = process_time if given.processor_time else perf_counter
    bert = Bert.load(given.model)
    sentences = sentences_of(built_in_text().read_text(encoding="utf-8"))
    first = sentences[0]
    after_first = [(first, text) for text in sentences]
    apart = [(sentences[n], sentences[m]) for n, m in random_pairs(len(sentences), 0)]
    neighbours = [*pairwise(sentences), *apart]
    tasks: dict[str, tuple[int, Callable[[], object]]] = {
        "traces, ranking": (len(after_first), lambda: [bert.trace(*pair).nsp for pair in after_first]),
        "transformers, ranking": (len(after_first), lambda: reference(bert, after_first)),
        "rank_next": (len(after_first), lambda: rank_next(bert, first, sentences)),
        "traces, paragraph": (len(neighbours), lambda: [bert.trace(*pair).nsp for pair in neighbours]),
        "continuity": (len(neighbours), lambda: continuity(bert, sentences)),
    }
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(given.rounds):
        for name, (pairs, task) in tasks.items():
            started = clock()
            task()
            times[name].append(1000 * (clock() - started) / pairs)
    base = statistics.median(times["traces, ranking"])
    print(f"{given.model}, {len(sentences)} sentences, {given.threads} threads, median of {given.rounds}\n")
    print("| | pairs | ms a pair | traces |\n|---|---|---|---|")
    for name, values in times.items():
        middle = statistics.median(values)
        print(f"| {name} | {tasks[name][0]} | {middle:.2f} | {middle / base:.2f} |")


def reference(bert: Bert, pairs: list[tuple[str, str]]) -> list[float]:
    """`transformers` with the same weights, batch by batch."""
    model = _model(bert)
    found: list[float] = []
    with torch.inference_mode():
        for begin in range(0, len(pairs), _BATCH):
            encodings = [bert.tokenizer.encode(*pair) for pair in pairs[begin : begin + _BATCH]]
            size = max(map(len, encodings))
            ids = torch.zeros(len(encodings), size, dtype=torch.int64)
            segments, mask = torch.zeros_like(ids), torch.zeros_like(ids)
            for row, encoding in enumerate(encodings):
                ids[row, : len(encoding)] = torch.tensor(encoding.ids)
                segments[row, : len(encoding)] = torch.tensor(encoding.segment_ids)
                mask[row, : len(encoding)] = 1
            logits = model(input_ids=ids, token_type_ids=segments, attention_mask=mask).logits
            found += logits.softmax(-1)[:, 0].tolist()
    return found


_models: dict[str, Any] = {}


def _model(bert: Bert) -> Any:
    if bert.model_id not in _models:
        from tempfile import TemporaryDirectory

        from transformers import BertForNextSentencePrediction

        with TemporaryDirectory() as folder:
            bert.save(folder)
            _models[bert.model_id] = BertForNextSentencePrediction.from_pretrained(folder).eval()
    return _models[bert.model_id]


if __name__ == "__main__":
    main()
