"""The panel's figures in plain words."""

from __future__ import annotations

import math

from app.panels.training_recipe.cells import number
from app.translation import tr
from bert_core.exercise import Exercise
from bert_core.scene import Scene

_CERTAIN = 1.5  # as if choosing among fewer than this many pieces


def masked_sentence(exercise: Exercise, vocabulary: int) -> str:
    """What the loss over the chosen pieces means."""
    if not exercise.asked:
        return tr(
            "None of the {n} pieces was chosen this time: there is nothing to learn from this roll. Roll again.",
            n=exercise.ordinary,
        )
    loss = exercise.mlm_loss
    if loss is None:
        return tr(
            "This model has no masked-word head, so it cannot guess. "
            "Choose one that has, such as mini-en or bert-base-uncased."
        )
    evenly = math.exp(min(loss, 30.0))
    words = {"all": f"{vocabulary:,}", "loss": number(math.log(vocabulary))}
    if evenly < _CERTAIN:
        return tr("Nearly certain, and right. Knowing nothing: one of {all}, loss {loss}.", **words)
    return tr(
        "As unsure as between {n} equally likely pieces. Knowing nothing: {all}, loss {loss}.",
        n=f"{round(evenly):,}" if evenly >= 10 else f"{evenly:.1f}",
        **words,
    )


def chosen_sentence(exercise: Exercise) -> str:
    """How many pieces were chosen."""
    n, of = len(exercise.asked), exercise.ordinary
    share, left_out = f"{n / of:.0%}" if of else "0%", sum(exercise.left_out)
    if left_out:
        return tr(
            "{n} of {of} pieces chosen ({share}); {out} did not fit", n=n, of=of, share=share, out=left_out
        )
    return tr("{n} of {of} pieces chosen ({share})", n=n, of=of, share=share)


def caveat(own: Exercise, scene: Scene) -> str:
    """What of the scene does not count here, and what does."""
    said = []
    if scene.replaced and dict(scene.replaced) != own.replaced():
        said.append(tr("Made from the text as typed: the pieces that you replaced do not count here."))
    if scene.interventions:
        said.append(tr("The changes to the model that are in force count here too."))
    return " ".join(said)


def total_sentence(own: Exercise) -> str:
    """How the loss of the example is made up."""
    if own.mlm_loss is None and own.nsp_loss is None:
        return ""
    if own.mlm_loss is None:
        return tr("Only the next sentence counts here: no masked piece was guessed.")
    if own.nsp_loss is None:
        return tr("Only the masked words count here.")
    return tr("Over a batch of examples, both are means. One step of training makes their sum smaller.")
