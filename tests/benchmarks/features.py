"""Features of sentences of mixed length: sentences a second, and how many times as many as a plain loop's.

python -m tests.benchmarks.features [--model mini-en | --size base] [--sentences 512] [--texts FILE]
    [--features last-mean last-cls last] [--lengths sentences] [--rounds 3] [--threads 2] [--processor-time]

The plain loop: `transformers` BertModel as it loads by default (fused attention), the fast tokenizer, batches of 32 in
the order of the file, padding to the longest of the batch, in inference mode; hidden states are asked for only where
another layer than the last is wanted; the vectors of each sentence go to numpy. Ours: `bert_core.features.extract`.
Both tokenize, on the same threads, in one process, in turns that change their order; the ratio is the median over the
rounds. Outputs are compared.

Lengths: "sentences", words by a log-normal distribution of median 18 and deviation 0.6, 2 to 180, as sentences of an
encyclopedia have; "even", 2 to 128 words, each as likely. --texts takes the lines of a file instead (of pairs, A).
Where other work keeps the machine busy, --processor-time counts the time of all threads and leaves out what others had.
"""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
import torch

from bert_core.bench import SIZES, bench_tokenizer
from bert_core.bert import Bert
from bert_core.config import BertConfig
from bert_core.features import Feature, extract, parse_feature
from bert_core.resources import resource_path
from bert_core.sentence_lines import read_sentences

AIM, CLOSE, BATCH = 2.0, 1e-4, 32


def sentences(count: int, lengths: str, seed: int = 0) -> list[str]:
    """So many, of words of the packaged text."""
    words = itertools.cycle(resource_path("texts", "short-scenes.txt").read_text(encoding="utf-8").split())
    draw = random.Random(seed)

    def length() -> int:
        if lengths == "even":
            return draw.randint(2, 128)
        return min(180, max(2, round(draw.lognormvariate(np.log(18), 0.6))))

    return [" ".join(itertools.islice(words, length())) for _ in range(count)]


def plain_loop(
    model: Any, tokenizer: Any, texts: list[str], feature: Feature, layers: int
) -> list[np.ndarray]:
    """What one would write first."""
    taken = feature.of_model(layers)
    deep = taken.layers != (layers,)
    found: list[np.ndarray] = []
    for begin in range(0, len(texts), BATCH):
        inputs = tokenizer(
            texts[begin : begin + BATCH], padding="longest", truncation=True, return_tensors="pt"
        )
        inputs = inputs.to(model.device)
        with torch.inference_mode():
            outputs = model(**inputs, output_hidden_states=deep)
            states = (
                [outputs.hidden_states[layer] for layer in taken.layers]
                if deep
                else [outputs.last_hidden_state]
            )
            hidden = torch.cat(states, -1) if taken.join == "concatenation" else torch.stack(states).sum(0)
        mask = inputs["attention_mask"]
        if feature.pool == "cls":
            found += list(hidden[:, 0].cpu().numpy())
            continue
        lengths = mask.sum(1).tolist()
        if feature.pool == "pieces":
            found += [row[:length].cpu().numpy() for row, length in zip(hidden, lengths, strict=True)]
            continue
        kept = mask.float()
        if feature.pool == "mean":
            kept[:, 0] = 0.0
            kept[torch.arange(len(kept)), mask.sum(1) - 1] = 0.0
        mean = (hidden * kept[..., None]).sum(1) / kept.sum(1, keepdim=True)
        found += list(mean.cpu().numpy())
    return found


def in_turns(
    tasks: dict[str, Callable[[], object]], rounds: int, clock: Callable[[], float]
) -> Iterator[dict[str, float]]:
    """Seconds of each, round by round; every other round goes backwards."""
    for number in range(rounds):
        times = {}
        for name in list(tasks)[:: 1 if number % 2 == 0 else -1]:
            begun = clock()
            tasks[name]()
            times[name] = clock() - begun
        yield times


def loaded(given: argparse.Namespace) -> Bert:
    """The model asked for, or one of that size with random weights."""
    if given.size is None:
        return Bert.load(given.model, device=given.device)
    layers, hidden, heads = SIZES[given.size]
    config = BertConfig(
        num_hidden_layers=layers,
        hidden_size=hidden,
        num_attention_heads=heads,
        intermediate_size=4 * hidden,
    )
    bert = Bert.random(config, bench_tokenizer())
    with tempfile.TemporaryDirectory() as folder:
        bert.save(folder)
        return Bert.load(folder, device=given.device)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="tests.benchmarks.features",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--model", default="mini-en")
    parser.add_argument("--size", choices=SIZES, help="random weights of this size instead")
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--sentences", type=int, default=512)
    parser.add_argument("--lengths", choices=["sentences", "even"], default="sentences")
    parser.add_argument("--features", nargs="+", default=["last-mean", "last-cls", "last"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--processor-time", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    clock = process_time if given.processor_time else perf_counter

    import transformers

    bert = loaded(given)
    with tempfile.TemporaryDirectory() as folder:
        bert.save(folder)
        model = transformers.BertModel.from_pretrained(folder, dtype=torch.float32).to(bert.device).eval()
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    if given.texts is None:
        texts = sentences(given.sentences, given.lengths)
    else:
        texts = [line.text_a for line in itertools.islice(read_sentences(given.texts), given.sentences)]
    pieces = [len(bert.pieces(text)) for text in texts]
    padded = sum(
        max(part) * len(part) for part in (pieces[n : n + BATCH] for n in range(0, len(pieces), BATCH))
    )
    print(
        f"{bert.model_id}, {given.threads} threads, {len(texts)} sentences of {min(pieces)} to {max(pieces)} pieces, "
        f"{statistics.mean(pieces):.1f} on average; padding makes them {padded / sum(pieces):.2f} times as many\n"
    )
    print("| feature | sentences/s | plain loop | ratio | largest difference |\n|---|---|---|---|---|")
    for name in given.features:
        feature = parse_feature(name)
        results: dict[str, list[np.ndarray]] = {}

        def ours(feature: Feature = feature, results: dict[str, list[np.ndarray]] = results) -> None:
            results["ours"] = [row.values[feature.name] for row in extract(bert, texts, [feature])]

        def plain(feature: Feature = feature, results: dict[str, list[np.ndarray]] = results) -> None:
            results["plain"] = plain_loop(model, tokenizer, texts, feature, bert.config.num_hidden_layers)

        times = list(in_turns({"ours": ours, "plain": plain}, given.rounds, clock))
        ratio = statistics.median(each["plain"] / each["ours"] for each in times)
        error = max(
            float(np.abs(a - b).max()) for a, b in zip(results["ours"], results["plain"], strict=True)
        )
        speeds = [
            len(texts) / statistics.median(each[which] for each in times) for which in ("ours", "plain")
        ]
        verdict = f"{'reaches' if ratio >= AIM else 'below'} {AIM:g}"
        print(
            f"| {name} | {speeds[0]:.0f} | {speeds[1]:.0f} | {ratio:.2f} ({verdict}) | "
            f"{error:.1e} ({'within' if error <= CLOSE else 'over'} {CLOSE:g}) |",
            flush=True,
        )


if __name__ == "__main__":
    main()
