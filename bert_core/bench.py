"""The speed of one trace, as ratios against references that run in turn with it in the same process."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np
import torch

from bert_core.bert import Bert
from bert_core.checkpoints.assemble import canonical_tensors
from bert_core.config import BertConfig
from bert_core.tokenization import Tokenizer
from bert_core.trace import Trace

SIZES = {"tiny": (2, 128, 2), "mini": (4, 256, 4), "base": (12, 768, 12)}
VOCABULARY_SIZE = 30522


def bench_tokenizer() -> Tokenizer:
    """BERT's 30,522 places, filled with words that the bench's texts are made of."""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words += [f"w{number}" for number in range(VOCABULARY_SIZE - len(words))]
    return Tokenizer.from_vocabulary(words, lowercase=True, max_length=512)


def bench_text(pieces: int) -> tuple[str, str]:
    """A pair that is exactly `pieces` long, one piece of it masked."""
    body = pieces - 3
    first = body // 2
    words = [f"w{17 * number % 29000}" for number in range(body)]
    words[first // 2] = "[MASK]"
    return " ".join(words[:first]), " ".join(words[first:])


def interleaved(tasks: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Time each task `rounds` times, in turn, so that a noisy neighbour disturbs them alike; seconds."""
    for task in tasks.values():
        task()
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            started = perf_counter()
            task()
            times[name].append(perf_counter() - started)
    return times


def bare_products(bert: Bert, pieces: int) -> Callable[[], object]:
    """Only the matrix products of one trace, on ready operands of the right shapes."""
    config, module = bert.config, bert.module
    size, width, heads, each = pieces, config.hidden_size, config.num_attention_heads, config.head_size
    x, y = torch.randn(size, width), torch.randn(size, config.intermediate_size)
    query, key, value = (torch.randn(heads, size, each) for _ in range(3))
    scores = torch.rand(heads, size, size)
    layers: list[Any] = list(module.encoder.layers)
    linear = torch.nn.functional.linear

    def products() -> None:
        with torch.inference_mode():
            for layer in layers:
                linear(x, layer.attention.query_key_value.weight)
                torch.bmm(query, key.transpose(1, 2), out=scores)
                torch.bmm(scores, value)
                linear(x, layer.attention.output.weight)
                linear(x, layer.intermediate.weight)
                linear(y, layer.output.weight)
            linear(x[:1], module.embeddings.word_embeddings.weight)

    return products


def reference_model(bert: Bert) -> Any | None:
    """`transformers` BertForPreTraining, eager attention, with the same weights; None where it is not installed."""
    try:
        import transformers
    except ImportError:
        return None
    config = transformers.BertConfig(**bert.config.to_dict(), attn_implementation="eager")
    with torch.device("meta"):
        model = transformers.BertForPreTraining(config)
    tensors = dict(canonical_tensors(bert.module))
    state = {(n if n.startswith("cls.") else f"bert.{n}"): t for n, t in tensors.items()}
    model = model.to_empty(device="cpu")
    model.tie_weights()
    state["bert.embeddings.position_ids"] = torch.arange(bert.config.max_position_embeddings)[None]
    model.load_state_dict(state, strict=False)
    for buffer in ("position_ids", "token_type_ids"):
        if hasattr(model.bert.embeddings, buffer):
            ready = torch.arange(bert.config.max_position_embeddings)[None]
            setattr(
                model.bert.embeddings, buffer, ready if buffer == "position_ids" else torch.zeros_like(ready)
            )
    return model.eval()


def reference_task(model: Any, bert: Bert, texts: tuple[str, str]) -> Callable[[], object]:
    """What `transformers` does for the same request: tokenize, run, top 10 at the masks."""
    import transformers

    with tempfile.TemporaryDirectory() as folder:
        bert.tokenizer.save(folder)
        tokenizer = transformers.BertTokenizerFast.from_pretrained(folder)

    def task() -> object:
        with torch.inference_mode():
            inputs = tokenizer(*texts, return_tensors="pt")
            outputs = model(**inputs, output_attentions=True, output_hidden_states=True)
            masked = inputs["input_ids"][0] == bert.tokenizer.mask_id
            top = outputs.prediction_logits[0][masked].softmax(-1).topk(10)
            return outputs, top, outputs.seq_relationship_logits.softmax(-1)

    return task


def run(size: str, lengths: list[int], rounds: int, threads: int) -> None:
    """Print the table: medians in milliseconds, and the median of the ratios of each round."""
    torch.set_num_threads(threads)
    layers, hidden, heads = SIZES[size]
    config = BertConfig(
        num_hidden_layers=layers, hidden_size=hidden, num_attention_heads=heads, intermediate_size=4 * hidden
    )
    tokenizer = bench_tokenizer()
    bert = Bert.random(config, tokenizer, seed=0)
    short = Bert.random(config, tokenizer, seed=0, dtype="bfloat16")
    model = reference_model(bert)
    native = torch.backends.cpu.get_cpu_capability()
    print(
        f"BERT {size}, {layers} layers x {hidden}, batch 1, {threads} threads, torch {torch.__version__}, {native}"
    )
    if model is None:
        print("transformers is not installed: no reference to compare with (pip install transformers)")
    print("pieces   trace ms  transformers ms  ratio  products ms  trace/products  bfloat16 ms  ratio  error")
    for length in lengths:
        texts = bench_text(length)
        tasks: dict[str, Callable[[], object]] = {
            "trace": partial(_whole, bert, texts),
            "products": bare_products(bert, length),
            "bfloat16": partial(_whole, short, texts),
        }
        if model is not None:
            tasks["reference"] = reference_task(model, bert, texts)
        times = interleaved(tasks, rounds)
        error = float(np.abs(bert.trace(*texts).attentions - short.trace(*texts).attentions).max())
        print(_row(length, times, error), flush=True)


def _whole(bert: Bert, texts: tuple[str, str]) -> Trace:
    trace = bert.trace(*texts)
    trace.mlm(10)
    return trace


def _row(length: int, times: dict[str, list[float]], error: float) -> str:
    def ms(name: str) -> str:
        return f"{1000 * statistics.median(times[name]):.1f}" if name in times else "-"

    def ratio(over: str, under: str) -> str:
        if over not in times or under not in times:
            return "-"
        return f"{statistics.median(a / b for a, b in zip(times[over], times[under], strict=True)):.2f}"

    return (
        f"{length:6} {ms('trace'):>10} {ms('reference'):>16} {ratio('trace', 'reference'):>6} {ms('products'):>12} "
        f"{ratio('trace', 'products'):>15} {ms('bfloat16'):>12} {ratio('bfloat16', 'reference'):>6} {error:6.4f}"
    )
