"""What a model is tuned for, and why it says nothing, in plain words."""

from __future__ import annotations

from app.session import Session
from app.translation import tr
from bert_core.finetuning.task_info import TaskInfo, TaskName
from bert_core.trace import Trace


def task_name(task: TaskName) -> str:
    """A task as it is called."""
    return {
        "single-sentence": tr("class of a sentence"),
        "sentence-pair": tr("class of a pair"),
        "regression": tr("a number for a text"),
        "tagging": tr("tags of words"),
        "question-answering": tr("answers in a context"),
        "multiple-choice": tr("choice of an ending"),
    }[task]


def task_words(task: TaskInfo) -> str:
    """The task, and what belongs to it: class of a sentence · 2 classes."""
    said = [task_name(task.task)]
    if task.labels and task.task == "tagging":
        said.append(tr("{n} tags", n=len(task.labels)))
    elif task.labels and task.task in ("single-sentence", "sentence-pair"):
        said.append(tr("{n} classes", n=len(task.labels)))
    if task.mode == "features":
        said.append(tr("frozen BERT"))
    return " · ".join(said)


def why_nothing(session: Session, trace: Trace | None) -> str:
    """Why there is no answer, and what to do; empty where there is one."""
    model = session.model
    if model is None or trace is None:
        loading = session.loading is not None
        return tr("The model is loading.") if loading else tr("Nothing has been read yet.")
    if model.task is None:
        return tr(
            "This model is tuned for no task. Fine-tune one, or open a model that was tuned: it then says here, live, "
            "what it makes of this text."
        )
    if trace.scene.model_id != session.scene.model_id:
        return tr(
            "The reference is of another model, whose weights are not here any more: it cannot be asked."
        )
    task = model.task.task
    if task == "question-answering" and trace.scene.second is None:
        return tr(
            "Type the question as sentence A and the context as sentence B: the answer is looked for in B."
        )
    if task == "multiple-choice" and trace.scene.second is None:
        return tr("Type a beginning as sentence A and an ending as sentence B; other endings are typed here.")
    return ""


def caveat(session: Session, trace: Trace) -> str:
    """What is to be known of an answer: what does not fit the training."""
    model = session.model
    if model is None or model.task is None:
        return ""
    said = []
    if model.task.task in ("sentence-pair",) and trace.scene.second is None:
        said.append(tr("The model is tuned for pairs: type a second sentence."))
    if model.task.task == "single-sentence" and trace.scene.second is not None:
        said.append(tr("The model is tuned for single texts: B was in no training example."))
    if len(trace.tokens) > model.task.max_length:
        said.append(
            tr(
                "{n} pieces; training cut texts off after {most}.",
                n=len(trace.tokens),
                most=model.task.max_length,
            )
        )
    return " ".join(said)
