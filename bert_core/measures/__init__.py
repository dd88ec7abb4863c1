"""What is computed from a trace or a model, one measure a file; the public ones are attributes of this package.

They are looked up when asked for, since some import torch and this package must not.
"""

from importlib import import_module

_WHERE = {
    "cka": "kernel_alignment",
    "continuity": "text_continuity",
    "distance": "attention_distance",
    "drift": "attention_drift",
    "effect": "intervention_effect",
    "effective_attention": "attention_identifiability",
    "entropy": "attention_entropy",
    "fill_masks": "mask_filling",
    "flow": "attention_flow",
    "gradient_x_input": "input_gradient",
    "head_importance": "gated_importance",
    "head_map": "head_similarity",
    "integrated_gradients": "path_gradients",
    "layer_lens": "head_on_layers",
    "leave_one_out": "masked_in_turn",
    "merge_words": "word_attention",
    "mixing_ratio": "residual_mixing",
    "norm_weighted": "norm_weighted_attention",
    "patterns": "head_patterns",
    "permutation_test": "attention_permutation",
    "prune_curve": "head_pruning",
    "prune_losses": "head_pruning",
    "rank_next": "sentence_ranking",
    "ranking": "ranked_pieces",
    "rollout": "attention_rollout",
    "score_words": "word_scores",
    "separator_norm_share": "separator_norm",
    "separator_share": "separator_weight",
    "similarity": "head_similarity",
    "what_if": "text_changes",
}


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module 'bert_core.measures' has no attribute {name!r}")
    value = getattr(import_module(f"bert_core.measures.{_WHERE[name]}"), name)
    globals()[name] = value
    return value
