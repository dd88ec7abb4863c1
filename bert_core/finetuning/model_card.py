"""The README.md of a tuned model: what it is for, how to ask it, its data, settings, curves, figures and limits."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bert_core.errors import CheckpointError, VocabularyError
from bert_core.finetuning.run_story import RunStory
from bert_core.finetuning.task_info import ARCHITECTURES, METRICS, TaskInfo, TaskName
from bert_core.info import short_name

CURVES = "training_curves.svg"
MARK = "<!-- This card was written by Attention Explorer. -->"

_WHAT: dict[TaskName, str] = {
    "single-sentence": "tells the class of a text",
    "sentence-pair": "tells the class of a pair of texts",
    "regression": "gives a text, or a pair of texts, a number",
    "tagging": "gives each word of a sentence a tag, read at the word's first piece",
    "question-answering": "finds the answer to a question in a text",
    "multiple-choice": "chooses the best of several endings",
}
_PIPELINES: dict[TaskName, str] = {
    "single-sentence": "text-classification",
    "sentence-pair": "text-classification",
    "regression": "text-classification",
    "tagging": "token-classification",
    "question-answering": "question-answering",
    "multiple-choice": "multiple-choice",
}
_SETTINGS = {
    "epochs": "epochs",
    "batch_size": "examples a step",
    "learning_rate": "learning rate, at its peak",
    "warmup": "share of the steps over which the rate rises; then it falls evenly to 0",
    "weight_decay": "weight decay, not of biases and LayerNorm",
    "bias_correction": "AdamW's bias correction",
    "clip": "largest norm of the gradient",
    "max_length": "pieces of an example; longer ones are cut",
    "dropout": "dropout",
    "frozen_layers": "lowest layers that stayed as they were",
    "frozen_embeddings": "embeddings stayed as they were",
    "class_weights": "classes weighed by how rare they are",
    "accumulate": "micro-batches a step",
    "precision": "precision",
    "mode": "mode",
    "seeds": "seeds",
    "metric": "figure by which the best is chosen",
    "patience": "evaluations without a better figure after which it ends early",
    "keep_best": "the best is kept, not the last",
    "doc_stride": "pieces by which windows of a long text overlap",
    "max_answer_length": "most pieces of an answer",
    "unanswerable": "a question may have no answer",
}
_ONLY_QUESTIONS = ("doc_stride", "max_answer_length", "unanswerable")
_MOST_ROWS = 40
"""Rows of a table of evaluations or classes; of more evaluations some are left out evenly."""
_NAME = re.compile(r"[\w./-]+")
_LICENCE = re.compile(r"^license:\s*(\S+)\s*$", re.MULTILINE)


def model_card(name: str, info: TaskInfo, story: RunStory | None) -> str:
    """The card in Markdown. `story` None: nothing is known of how the model was made."""
    parts = [_front_matter(info, story), MARK, f"# {name}", _purpose(info, story), *_usage(name, info)]
    if story is not None:
        parts += [*_data(story), *_figures(info, story), *_curves(story), *_settings(info, story)]
    parts += _limits(info, story)
    return "\n\n".join(parts) + "\n"


def _front_matter(info: TaskInfo, story: RunStory | None) -> str:
    lines = ["---", "library_name: transformers", f"pipeline_tag: {_PIPELINES[info.task]}"]
    if story is not None:
        if _NAME.fullmatch(base := _base(story)):
            lines.append(f"base_model: {base}")
        if licence := _licence(story):
            lines.append(f"license: {licence}")
        lines += ["metrics:", *(f"- {metric}" for metric in METRICS[info.task])]
    return "\n".join([*lines, "---"])


def _purpose(info: TaskInfo, story: RunStory | None) -> str:
    base = "" if story is None else _base(story)
    tuned = f" It is {base}, fine-tuned" if base else " It was fine-tuned"
    how = (
        ": all weights were trained, with one new layer on top (Devlin et al. 2018)."
        if info.mode == "full"
        else ": the BERT below stayed as it was; a two-layer BiLSTM on its last four layers was trained "
        "(Devlin et al. 2018, section 5.3)."
    )
    labels = ""
    if info.labels:
        shown = ", ".join(f"`{label}`" for label in info.labels[:_MOST_ROWS])
        more = f" and {len(info.labels) - _MOST_ROWS} more" if len(info.labels) > _MOST_ROWS else ""
        labels = f" Labels: {shown}{more}."
    return (
        f"A BERT that {_WHAT[info.task]} (task “{info.task}”).{tuned}{how}{labels} It reads at most "
        f"{info.max_length} pieces, as in training."
    )


def _usage(name: str, info: TaskInfo) -> list[str]:
    if info.mode == "features":
        return [
            "## How to ask it",
            "No class of `transformers` has this head; `AutoModel` opens the BERT below it. With the program that "
            "made it:",
            "```python\nfrom bert_core.finetuning.examples import TextExample, TaggingExample\n"
            "from bert_core.finetuning.predicting import TunedBert\n"
            f'model = TunedBert.load("{name}")\n```',
        ]
    return [
        "## How to ask it",
        f"```python\n{usage_code(name, info)}```",
        "That some weights called `cls...` or `bert.pooler...` are unexpected, as `transformers` may say, is so: the "
        "heads of pretraining were kept beside the new one, where the base model had them.",
    ]


def usage_code(name: str, info: TaskInfo) -> str:
    """A few lines of Python that ask a saved model of this name with `transformers`."""
    model_class = ARCHITECTURES[info.task].replace("BertFor", "AutoModelFor")
    head = (
        f"import torch\nfrom transformers import AutoTokenizer, {model_class}\n\n"
        f'tokenizer = AutoTokenizer.from_pretrained("{name}")\n'
        f'model = {model_class}.from_pretrained("{name}").eval()\n'
    )
    limit = f"truncation=True, max_length={info.max_length}"
    pair = '"A first text.", "A second text."' if info.task == "sentence-pair" else '"A text."'
    if info.task in ("single-sentence", "sentence-pair"):
        body = (
            f'inputs = tokenizer({pair}, {limit}, return_tensors="pt")\n'
            "with torch.no_grad():\n    chances = model(**inputs).logits[0].softmax(-1)\n"
            "print({model.config.id2label[n]: round(float(p), 3) for n, p in enumerate(chances)})\n"
        )
    elif info.task == "regression":
        body = (
            f'inputs = tokenizer("A first text.", "A second text.", {limit}, return_tensors="pt")\n'
            "with torch.no_grad():\n    print(float(model(**inputs).logits[0, 0]))\n"
        )
    elif info.task == "tagging":
        body = (
            'words = ["Some", "words", "."]\n'
            f'inputs = tokenizer(words, is_split_into_words=True, {limit}, return_tensors="pt")\n'
            "with torch.no_grad():\n    best = model(**inputs).logits[0].argmax(-1)\n"
            "places = {word: n for n, word in reversed(list(enumerate(inputs.word_ids()))) if word is not None}\n"
            "print([(words[w], model.config.id2label[int(best[n])]) for w, n in sorted(places.items())])\n"
        )
    elif info.task == "question-answering":
        body = (
            'question, context = "Where is the cat?", "The cat sat on the mat."\n'
            f'inputs = tokenizer(question, context, truncation="only_second", max_length={info.max_length},\n'
            '                   return_offsets_mapping=True, return_tensors="pt")\n'
            'offsets = inputs.pop("offset_mapping")[0]\n'
            "inside = [n for n, part in enumerate(inputs.sequence_ids(0)) if part == 1]\n"
            "with torch.no_grad():\n    found = model(**inputs)\n"
            "start, end = found.start_logits[0], found.end_logits[0]\n"
            f"spans = [(i, j) for i in inside for j in inside if i <= j < i + {info.max_answer_length}]\n"
            "first, last = max(spans, key=lambda span: start[span[0]] + end[span[1]])\n"
            "print(context[offsets[first][0] : offsets[last][1]])\n"
        )
        if info.unanswerable:
            body += f"# “No answer” where start[0] + end[0] - (start[first] + end[last]) > {info.null_threshold:.4g}.\n"
    else:
        body = (
            'context, endings = "She opened the door.", ["Then she went in.", "The moon is old."]\n'
            f"rows = tokenizer([context] * len(endings), endings, {limit},\n"
            '                 padding=True, return_tensors="pt")\n'
            "with torch.no_grad():\n"
            "    scores = model(**{name: rows[name][None] for name in rows}).logits[0]\n"
            "print(endings[int(scores.argmax())])\n"
        )
    return head + body


def _data(story: RunStory) -> list[str]:
    data = story.part("data")
    counts = data.get("counts")
    counts = counts if isinstance(counts, Mapping) else {}
    rows = []
    for name, key in (("training", "train"), ("dev", "dev")):
        source = data.get(key)
        file = Path(str(source)).name if source else f"cut off from the training file, seed {_split(story)}"
        rows.append((name, file, _shown(counts.get(key))))
    extra = data.get("extra")
    if isinstance(extra, list) and extra:
        rows.append(
            ("training, added", ", ".join(Path(str(path)).name for path in extra), "within the above")
        )
    layout = data.get("layout")
    text = [_table(("set", "file", "examples"), rows)]
    if isinstance(layout, Mapping):
        columns = ", ".join(
            f"{pair[1]} as {pair[0]}"
            for pair in layout.get("columns", ())
            if isinstance(pair, list) and len(pair) == 2
        )
        text.append(f"Format: {layout.get('format')}{f'; columns: {columns}' if columns else ''}.")
    if skipped := data.get("skipped"):
        text.append(f"{skipped} rows were left out: they could not be read, or had no text or no label.")
    return ["## Data", *text]


def _split(story: RunStory) -> object:
    return story.part("recipe").get("split_seed", 0)


def _figures(info: TaskInfo, story: RunStory) -> list[str]:
    found = story.evaluation
    parts = ["## Figures on the dev set"]
    if found is None and not story.spread:
        return [*parts, "None were recorded."]
    if found is not None:
        base = story.part("base_metric")
        rows = [
            (name, _shown(value), _shown(base.get(name)))
            for name, value in found.metrics.items()
            if not math.isnan(value)
        ]
        of_step = f"The model of step {found.step:,} ({_counted(found.epoch, 'epoch')})"
        seed = f" of seed {story.best_seed}" if story.best_seed is not None else ""
        parts += [
            f"{of_step}{seed}; beside it what one answer for all reaches that never looks at the text.",
            _table(("figure", "model", "one answer for all"), rows),
        ]
        metric = story.part("recipe").get("metric") or METRICS[info.task][0]
        parts.append(
            f"The best of {len(story.evaluations)} evaluations on this same set was kept (by {metric}), so the figures "
            "are a little too good."
            if story.part("recipe").get("keep_best", True)
            else "The model after the last step was kept."
        )
    if story.spread:
        parts += [
            f"Over {len(story.seeds)} seeds ({', '.join(map(str, story.seeds))}), which differ in the start of the new "
            "layer, dropout and the order of the examples:",
            _table(
                ("figure", "mean", "standard deviation", "each"),
                [
                    (name, _shown(s.mean), _shown(s.deviation), ", ".join(map(_shown, s.each)))
                    for name, s in story.spread.items()
                ],
            ),
        ]
    if found is not None and found.per_class:
        parts.append(
            _table(
                ("class", "precision", "recall", "F1", "examples"),
                [
                    (row.label, _shown(row.precision), _shown(row.recall), _shown(row.f1), str(row.support))
                    for row in found.per_class[:_MOST_ROWS]
                ],
            )
        )
    if found is not None and found.confusion is not None and len(found.confusion.labels) <= 12:
        confusion = found.confusion
        parts.append(
            _table(
                ("gold / predicted", *confusion.labels),
                [
                    (label, *map(str, row))
                    for label, row in zip(confusion.labels, confusion.counts, strict=True)
                ],
            )
        )
    return parts


def _curves(story: RunStory) -> list[str]:
    if not story.evaluations:
        return []
    names = list(story.evaluations[-1].metrics)
    every = -(-len(story.evaluations) // _MOST_ROWS)
    shown = [e for n, e in enumerate(story.evaluations) if n % every == 0 or e.step == story.step]
    rows = [
        (
            f"{e.step:,}{' (kept)' if e.step == story.step else ''}",
            f"{e.epoch:.2f}",
            *(_shown(e.metrics.get(name)) for name in names),
        )
        for e in shown
    ]
    return [
        "## Curves",
        f"![Losses and dev figures over the steps]({CURVES})",
        _table(("step", "epoch", *names), rows),
    ]


def _settings(info: TaskInfo, story: RunStory) -> list[str]:
    recipe = story.part("recipe")
    rows = [
        (words, _shown(recipe[name]))
        for name, words in _SETTINGS.items()
        if recipe.get(name) is not None and (name not in _ONLY_QUESTIONS or info.task == "question-answering")
    ]
    parts = ["## Settings", _table(("setting", "value"), rows)]
    facts = []
    if story.seconds:
        facts.append(f"{story.seconds / 60:.1f} minutes of training")
    if created := story.values.get("created"):
        facts.append(f"begun {created}")
    versions = story.part("versions")
    if versions:
        facts.append(", ".join(f"{name} {version}" for name, version in versions.items()))
    if story.ending and story.ending != "finished":
        facts.append(f"the run’s ending: {story.ending}")
    return [*parts, *(["; ".join(facts) + "."] if facts else [])]


def _limits(info: TaskInfo, story: RunStory | None) -> list[str]:
    count = None
    if story is not None:
        counts = story.part("data").get("counts")
        count = counts.get("train") if isinstance(counts, Mapping) else None
    learned = f"{count:,} examples" if isinstance(count, int) else "few examples"
    points = [
        f"It learned from {learned}; on texts of another kind it may be wrong, and is not less sure of itself for it.",
        "Its probabilities are not calibrated: fine-tuned models are mostly too sure.",
        f"What is behind the first {info.max_length} pieces it does not see."
        if info.task != "question-answering"
        else f"A long text is read in windows of {info.max_length} pieces; no answer goes over the edge of one.",
    ]
    if story is not None and not story.spread:
        points.append("It is one run: other seeds give other figures, by some points on small sets.")
    points.append("The licences of the base model and of the data apply.")
    return ["## Limits", "\n".join(f"- {point}" for point in points)]


def _base(story: RunStory) -> str:
    """The base model's name, without the folders of the machine it lay on."""
    source = story.values.get("model")
    return short_name(source) if isinstance(source, str) else ""


def _licence(story: RunStory) -> str:
    """What the base model's own card says, where it is at hand."""
    from bert_core.checkpoints import locate

    source = story.values.get("model")
    if not isinstance(source, str) or ("/" in source and not Path(source).is_dir()):
        return ""  # a hub id: nothing is fetched for that
    try:
        text = (locate(source) / "README.md").read_text(encoding="utf-8")
    except (OSError, ValueError, CheckpointError, VocabularyError):
        return ""
    matter = text[3 : text.find("\n---", 3)] if text.startswith("---") else ""
    found = _LICENCE.search(matter)
    return found[1] if found else ""


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(map(_cell, heads))} |", f"|{'---|' * len(heads)}"]
    return "\n".join([*lines, *(f"| {' | '.join(map(_cell, row))} |" for row in rows)])


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ") or " "


def _counted(number: float, noun: str) -> str:
    return f"{number:.4g} {noun}{'' if number == 1 else 's'}"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.4g}"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
