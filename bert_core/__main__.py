"""The command line: trace, bench."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path

from bert_core.errors import BertError


def parser() -> argparse.ArgumentParser:
    """`python -m bert_core ...`."""
    made = argparse.ArgumentParser(prog="python -m bert_core", description="BERT, from the command line.")
    commands = made.add_subparsers(dest="command", required=True)

    trace = commands.add_parser("trace", help="run a text or a pair once and write all that was seen")
    trace.add_argument("--model", default="mini-en", help="a built-in name, a folder, or a hub id")
    trace.add_argument("--a", required=True, metavar="TEXT", help="sentence A")
    trace.add_argument("--b", metavar="TEXT", help="sentence B")
    trace.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    trace.add_argument("--dtype", default="float32", help="float32 or bfloat16")
    trace.add_argument("--out", type=Path, required=True, metavar="FILE", help=".json, .npz or .safetensors")
    trace.set_defaults(run=_trace)

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
