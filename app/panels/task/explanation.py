"""What the "?" of the task panel says."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText
from bert_core.finetuning.task_info import TaskName

FORMULAS: dict[TaskName, str] = {
    "single-sentence": "p = softmax(W tanh(P h_CLS + b) + c)",
    "sentence-pair": "p = softmax(W tanh(P h_CLS + b) + c)",
    "regression": "y = w · tanh(P h_CLS + b) + c",
    "tagging": "p_i = softmax(W h_i + c), i the first piece of a word",
    "question-answering": "p_begin(i) = softmax_i(s · h_i), p_end(j) = softmax_j(e · h_j), i <= j in B",
    "multiple-choice": "p_k = softmax_k(w · tanh(P h_CLS(context, ending k) + b) + c)",
}


def explanation() -> HelpText:
    """How the added layer works, for each task."""
    return HelpText(
        tr("Task"),
        tr(
            "Fine-tuning puts one small layer on top of BERT and trains all of it on examples. For a class of a text "
            "or a pair, and for a number, that layer reads the vector at [CLS]. For tags it reads the vector of every "
            "word's first piece. For a question (A) about a context (B) it gives each piece two numbers: how well the "
            "answer begins there, and how well it ends there; [CLS] stands for “no answer”. For multiple choice each "
            "ending is read as B after A and gets one number, and these are compared. A probability says how sure the "
            "model is, not how often it is right: small training sets make it too sure. What is changed in the model's "
            "reading (heads off, pieces hidden) counts here too, so you can see what the task hangs on."
        ),
        formula=(
            "class: p = softmax(W tanh(P h_CLS + b) + c)\n"
            "number: y = w · tanh(P h_CLS + b) + c\n"
            "tags: p_i = softmax(W h_i + c)\n"
            "answer: p_begin(i) = softmax_i(s · h_i), p_end(j) = softmax_j(e · h_j)\n"
            "choice: p_k = softmax_k(w · tanh(P h_CLS,k + b) + c)"
        ),
        reference=tr("Devlin et al. 2018, BERT, sections 3.2 and 4; 5.3 for the frozen model"),
        link="https://arxiv.org/abs/1810.04805",
    )
