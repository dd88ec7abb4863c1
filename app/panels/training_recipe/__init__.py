"""The panel "How BERT was trained": the person's own text as a training example."""

from app.panels.training_recipe.panel import TrainingRecipePanel

__all__ = ["TrainingRecipePanel"]
