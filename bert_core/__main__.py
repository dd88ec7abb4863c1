"""The command line: trace, pretrain, finetune, predict, evaluate, bench."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path

from bert_core.errors import BertError, RecipeError
from bert_core.features.command import HELP as FEATURES
from bert_core.finetuning.arguments import DESCRIPTION as FINETUNE
from bert_core.finetuning.arguments import add_arguments
from bert_core.finetuning.asking import (
    EVALUATE,
    PREDICT,
    add_evaluate_arguments,
    add_predict_arguments,
    evaluate_files,
)

PRETRAIN = """Texts are plain, .xz, .gz or .zst: one paragraph a line, a blank line between documents. The run's folder
holds recipe, events and checkpoints, each of them a model that opens as it is; the finished one is RUN/model."""


def parser() -> argparse.ArgumentParser:
    """`python -m bert_core ...`."""
    made = argparse.ArgumentParser(prog="python -m bert_core", description="BERT, from the command line.")
    commands = made.add_subparsers(dest="command", required=True)

    trace = commands.add_parser(
        "trace", help="run a text or a pair once and write all that was seen; or features of a file of texts"
    )
    trace.add_argument("--model", default="mini-en", help="a built-in name, a folder, or a hub id")
    what = trace.add_mutually_exclusive_group(required=True)
    what.add_argument("--a", metavar="TEXT", help="sentence A")
    what.add_argument("--texts", type=Path, metavar="FILE", help="a text a line, or pairs parted by a tab")
    trace.add_argument("--b", metavar="TEXT", help="sentence B")
    trace.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    trace.add_argument("--dtype", default="float32", help="float32 or bfloat16")
    trace.add_argument("--features", nargs="+", action="extend", metavar="NAME", help=FEATURES)
    trace.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help=".json, .npz or .safetensors; of features .parquet, .npz or .safetensors",
    )
    trace.set_defaults(run=_trace)

    pretrain = commands.add_parser(
        "pretrain", help="train a BERT from text: masked words and next sentences", description=PRETRAIN
    )
    pretrain.add_argument(
        "--corpus",
        type=Path,
        nargs="+",
        action="extend",
        metavar="PATH",
        help="text files, or folders of them",
    )
    pretrain.add_argument(
        "--heldout",
        type=Path,
        nargs="+",
        action="extend",
        default=[],
        metavar="PATH",
        help="texts to measure on and not to learn from",
    )
    pretrain.add_argument("--out", type=Path, required=True, metavar="RUN", help="the run's folder")
    pretrain.add_argument(
        "--config", type=Path, metavar="JSON", help="the recipe; what it does not say has its default"
    )
    pretrain.add_argument(
        "--set",
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME=VALUE",
        help="single settings, such as masking.share=0.2",
    )
    pretrain.add_argument(
        "--tokenizer", type=Path, metavar="FOLDER", help="use its vocabulary and learn none"
    )
    pretrain.add_argument("--resume", action="store_true", help="go on from the run's last checkpoint")
    pretrain.add_argument(
        "--device", default="auto", choices=["auto", "cpu"], help="auto takes a GPU where there is one"
    )
    pretrain.add_argument("--threads", type=_from_to(1, 1024), help="torch threads")
    pretrain.add_argument(
        "--owned", action="store_true", help="end, with a checkpoint, when the parent process is gone"
    )
    pretrain.set_defaults(run=_pretrain)

    finetune = commands.add_parser(
        "finetune", help="tune a BERT for a task on examples", description=FINETUNE
    )
    add_arguments(finetune)

    predict = commands.add_parser(
        "predict", help="what a tuned model says of the examples in a file", description=PREDICT
    )
    add_predict_arguments(predict)

    evaluate = commands.add_parser(
        "evaluate",
        help="figures of a tuned model on labelled examples, or of masked words and next sentences on a text",
        description=EVALUATE,
    )
    evaluate.add_argument("--model", default="mini-en", help="a built-in name, a folder, or a hub id")
    evaluate.add_argument(
        "--data",
        type=Path,
        nargs="+",
        action="extend",
        required=True,
        metavar="PATH",
        help="files of examples; of pretraining text files or folders",
    )
    add_evaluate_arguments(evaluate)
    evaluate.add_argument(
        "--pairs", type=_from_to(2, 1_000_000), default=512, help="pretraining: how many pairs are drawn"
    )
    evaluate.add_argument(
        "--length", type=_from_to(16, 512), default=128, help="pretraining: pieces in a pair"
    )
    evaluate.add_argument(
        "--seed",
        type=_from_to(0, 2**31),
        help="pretraining: which pairs, which pieces; left out, those of a run's figures",
    )
    evaluate.set_defaults(run=_evaluate)

    bench = commands.add_parser("bench", help="speed, as ratios against references in the same run")
    bench.add_argument(
        "--pieces",
        type=_from_to(4, 512),
        nargs="+",
        default=[16, 64, 128, 512],
        help="lengths to measure, 4 to 512",
    )
    bench.add_argument("--size", default="base", choices=["tiny", "mini", "base"], help="size of the model")
    bench.add_argument(
        "--rounds", type=_from_to(1, 1000), default=7, help="how often each is timed; medians are reported"
    )
    bench.add_argument("--threads", type=_from_to(1, 1024), default=2, help="torch threads")
    bench.set_defaults(run=_bench)
    return made


def _from_to(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        value = int(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not a number from {least} to {most}")
        return value

    return number


def _trace(wishes: argparse.Namespace) -> int:
    if wishes.texts is not None:
        from bert_core.features.command import write_features

        return write_features(wishes)
    if wishes.features:
        raise BertError("--features goes with --texts.", remedy="Without it, all hidden states are written.")
    from bert_core.bert import Bert
    from bert_core.export import FORMATS, write_trace

    if wishes.out.suffix.lower() not in FORMATS:
        raise BertError("The name must end in " + ", ".join(FORMATS) + ".", where=wishes.out)
    bert = Bert.load(wishes.model, device=wishes.device, dtype=wishes.dtype)
    trace = bert.trace(wishes.a, wishes.b)
    write_trace(trace, wishes.out)
    for prediction in trace.mlm(5) or []:
        words = ", ".join(f"{token} {chance:.1%}" for token, _, chance in prediction.candidates)
        print(f"piece {prediction.position + 1}: {words}")
    if trace.nsp is not None and trace.scene.second is not None:
        print(f"B follows A: {trace.nsp.is_next:.1%}")
    if any(trace.left_out):
        print(f"{sum(trace.left_out)} pieces left out; this model reads at most {bert.tokenizer.max_length}")
    print(f"{len(trace.tokens)} pieces, {1000 * trace.timing.forward:.1f} ms, written to {wishes.out}")
    return 0


def _pretrain(wishes: argparse.Namespace) -> int:
    from bert_core.pretraining.command import pretrain, resume
    from bert_core.pretraining.console import Console
    from bert_core.pretraining.recipe import Recipe

    console = Console()
    shared = {"device": wishes.device, "threads": wishes.threads, "owned": wishes.owned}
    if wishes.resume:
        if wishes.corpus or wishes.config or wishes.heldout or wishes.tokenizer:
            raise RecipeError(
                "A resumed run has its corpus and recipe in its folder.",
                remedy="Give only --out, and --set for changes.",
            )
        ending = resume(wishes.out, wishes.set, console=console, **shared)
    else:
        recipe = Recipe() if wishes.config is None else Recipe.read(wishes.config)
        ending = pretrain(
            wishes.corpus or [],
            wishes.out,
            recipe.with_settings(wishes.set),
            heldout=wishes.heldout,
            tokenizer=wishes.tokenizer,
            console=console,
            **shared,
        )
    return 0 if ending.good else 1


def _evaluate(wishes: argparse.Namespace) -> int:
    return evaluate_files(wishes, _evaluate_pretraining)


def _evaluate_pretraining(wishes: argparse.Namespace) -> int:
    from bert_core.pretraining.command import evaluate_model

    figures = evaluate_model(
        wishes.model,
        wishes.data,
        pairs=wishes.pairs,
        length=wishes.length,
        seed=wishes.seed,
        device=wishes.device,
    )
    for name, value in figures.items():
        print(f"{name:<24} {value:.4f}" if isinstance(value, float) else f"{name:<24} {value}")
    return 0


def _bench(wishes: argparse.Namespace) -> int:
    from bert_core.bench import run

    run(wishes.size, wishes.pieces, wishes.rounds, wishes.threads)
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status. What goes wrong is one line on standard error."""
    wishes = parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a piece that the terminal cannot show is no reason to fail
            stream.reconfigure(errors="backslashreplace")
    try:
        status: int = wishes.run(wishes)
        sys.stdout.flush()
    except BertError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except MemoryError:
        print("error: There is not enough memory for this.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader went away: nothing to add
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
