"""What the "?" of the page for labelling says."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText


def explanation() -> HelpText:
    """Why to label what the model is unsure of."""
    return HelpText(
        tr("Label"),
        tr(
            "Where labels are dear, it pays to label what the model is least sure of: a sentence on which it is sure "
            "teaches it little. A file of sentences without labels is read by the tuned model, the least sure stand "
            "first, and each is given its class by a key. What you label is kept at once and is added to the next "
            "run's training data; then rank again with the new model. Two cautions: the least sure sentences are not "
            "like all others, so never measure a model on them; and hide what the model says while you label, or it "
            "will sway you."
        ),
        formula=tr("entropy: −Σ_c p_c ln p_c, in nats\nmargin: 1 − (best p − second p)"),
        reference=tr(
            "Lewis & Gale 1994, A Sequential Algorithm for Training Text Classifiers; Settles 2009 (survey)"
        ),
        link="https://arxiv.org/abs/cmp-lg/9407020",
    )
