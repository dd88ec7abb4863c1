"""Fine-tuning (Devlin et al. 2018, sections 3.2, 4 and 5.3): data files, tasks, metrics, and what comes of a run."""
