"""What is computed from a trace or a model, one measure a file; the public ones are attributes of this package.

They are looked up when asked for, since some import torch and this package must not.
"""

from importlib import import_module

_WHERE = {
    "distance": "attention_distance",
    "effect": "intervention_effect",
    "effective_attention": "attention_identifiability",
    "entropy": "attention_entropy",
    "flow": "attention_flow",
    "head_importance": "gated_importance",
    "head_map": "head_similarity",
    "merge_words": "word_attention",
    "mixing_ratio": "residual_mixing",
    "norm_weighted": "norm_weighted_attention",
    "patterns": "head_patterns",
    "permutation_test": "attention_permutation",
    "prune_curve": "head_pruning",
    "prune_losses": "head_pruning",
    "rollout": "attention_rollout",
    "separator_norm_share": "separator_norm",
    "separator_share": "separator_weight",
    "similarity": "head_similarity",
}


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module 'bert_core.measures' has no attribute {name!r}")
    value = getattr(import_module(f"bert_core.measures.{_WHERE[name]}"), name)
    globals()[name] = value
    return value
