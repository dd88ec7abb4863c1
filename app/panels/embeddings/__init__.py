"""The embeddings panel: what goes into the model, and how alike pieces are after each layer."""

from app.panels.embeddings.panel import EmbeddingsPanel

__all__ = ["EmbeddingsPanel"]
