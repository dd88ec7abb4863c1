"""What the "?" of the saliency panel says."""

from __future__ import annotations

from app.translation import tr
from app.views.help_button import HelpText

FORMULA = (
    "integrated gradients: sum_h (x_ih - x'_ih) integral_0^1 dF(x' + a (x - x'))/dx_ih da; "
    "gradient x input: sum_h x_ih dF/dx_ih; leave one out: F(x) - F(x with [MASK] at i); "
    "rollout: R_l = (A_l / 2 + I / 2) R_(l-1), A the mean of the heads; "
    "gap: |sum of scores - (F(x) - F(x'))| / max(|F(x) - F(x')|, 0.001)"
)
WHAT_IF_FORMULA = (
    "p: softmax over the vocabulary, or p(is next); "
    "KL(as it is || changed) = sum_v p_v (ln p_v - ln q_v), in nats"
)


def explanation() -> HelpText:
    """How the methods differ, what they can say, and what they cannot."""
    return HelpText(
        tr("Saliency"),
        tr(
            "F is one number that the model says: a word's logit at a masked place, say, or p(is next). Which pieces "
            "made it so large? Integrated gradients walk from a text of nothing but [MASK] to yours and collect the "
            "slope on the way; what they give the pieces adds up to the difference, and the gap says how nearly. "
            "Gradient × input takes the slope at the end of the way only. Leave one out masks one piece at a time. "
            "Rollout follows attention, and knows nothing of F. They often disagree, and then none of them is the "
            "truth: attention need not be an explanation (Jain & Wallace 2019), and a score says what the model uses, "
            "not why. Try it: What if puts other words in and tells what becomes of the prediction."
        ),
        formula=(
            "IG_i = Σ_h (x_ih − x′_ih) ∫₀¹ ∂F(x′ + α(x − x′))/∂x_ih dα\n"
            "G×I_i = Σ_h x_ih ∂F/∂x_ih\n"
            "LOO_i = F(x) − F(x with [MASK] at i)\n"
            "gap = |Σ IG − (F(x) − F(x′))| / |F(x) − F(x′)|"
        ),
        reference=tr(
            "Sundararajan, Taly & Yan 2017, Axiomatic Attribution for Deep Networks; Simonyan et al. 2014 and "
            "Shrikumar et al. 2016 (gradient × input); Li, Monroe & Jurafsky 2016 (erasure); Abnar & Zuidema 2020 "
            "(rollout)"
        ),
        link="https://arxiv.org/abs/1703.01365",
    )
