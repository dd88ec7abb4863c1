"""What the columns of tables are called in the data sets that are passed around."""

from __future__ import annotations

import re

# What columns are called in the data sets of GLUE, SuperGLUE, Hugging Face and Kaggle; the likelier first.
LABELS = (
    *(
        "label",
        "labels",
        "gold_label",
        "class",
        "category",
        "target",
        "sentiment",
        "polarity",
        "intent",
        "emotion",
    ),
    *(
        "topic",
        "gold",
        "answer_key",
        "answerkey",
        "y",
        "stars",
        "rating",
        "is_duplicate",
        "quality",
        "relation",
    ),
    *(
        "label_text",
        "label_name",
        "class_index",
        "entailment_judgment",
        "correct",
        "airline_sentiment",
        "spam",
        "toxic",
    ),
)
SCORES = (
    "score",
    "similarity",
    "similarity_score",
    "relatedness",
    "relatedness_score",
    "gold_score",
    "sim",
    "value",
)
PAIRS = (
    *(("text_a", "text_b"), ("sentence_a", "sentence_b"), ("sentence1", "sentence2"), ("text1", "text2")),
    *(
        ("premise", "hypothesis"),
        ("question1", "question2"),
        ("question", "sentence"),
        ("question", "passage"),
    ),
    *(("question", "context"), ("query", "passage"), ("query", "document"), ("query", "text"), ("s1", "s2")),
    *(("sent1", "sent2"), ("sentence_1", "sentence_2"), ("text_1", "text_2"), ("sentence_0", "sentence_1")),
    *(
        ("#1_string", "#2_string"),
        ("sentence", "sentence2"),
        ("question", "answer"),
        ("claim", "evidence"),
        ("title", "description"),
    ),
)
TEXTS = (
    *(
        "text",
        "sentence",
        "review",
        "review_text",
        "content",
        "question",
        "tweet",
        "comment",
        "comment_text",
        "message",
    ),
    *(
        "utterance",
        "body",
        "document",
        "description",
        "headline",
        "title",
        "news",
        "sms",
        "text_a",
        "sentence1",
        "input",
    ),
    *("sentence_a", "query", "review_body"),
)
WORDS = ("words", "tokens", "word", "token")
TAGS = ("tags", "ner_tags", "ner", "ner_tag", "pos_tags", "pos", "labels", "tag", "upos", "chunk_tags")
CONTEXTS = ("context", "passage", "paragraph", "document", "text")
BEGINNINGS = (
    "sent1",
    "context",
    "ctx",
    "ctx_a",
    "prompt",
    "premise",
    "startphrase",
    "question",
    "article",
    "stem",
)
STARTS = ("sent2", "ctx_b")
ANSWERS = ("answers", "answer", "answer_text")


def known_names() -> frozenset[str]:
    """What columns are often called."""
    pairs = (name for pair in PAIRS for name in pair)
    names = (*LABELS, *SCORES, *pairs, *TEXTS, *WORDS, *TAGS, *CONTEXTS, *BEGINNINGS, *STARTS, *ANSWERS)
    return frozenset((*names, "id", "idx", "index", "ending0", "choice0", "ending1"))


def normal(name: str) -> str:
    """A column's name in small letters, its words joined by "_"."""
    return re.sub(r"[^\w#]+", "_", name.strip().lower()).strip("_")
