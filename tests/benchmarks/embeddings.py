"""The embeddings panel at 512 pieces, 512 positions and 768 dimensions: a new text, pointing, pinning, the tables.

python -m tests.benchmarks.embeddings [--rounds 40]

Times are of the GUI thread, from the call to the end of the repaint, in ms.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from time import perf_counter

import numpy as np

from tests.benchmarks.running import summary

SIZE, WIDTH = 512, 768


def main(rounds: int) -> None:
    """Print each time with what it may be at most."""
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtWidgets import QApplication

    from app.panels.embeddings import EmbeddingsPanel
    from app.selection import Hover
    from app.session import Session
    from bert_core.measures.embedding_tables import row_norms, term_shares, untrained_from
    from bert_core.measures.hidden_similarity import cosine_similarity
    from bert_core.queries import Answer
    from bert_core.queries_embeddings import EmbeddingTables, Tables
    from tests.app.answering import show_trace
    from tests.app.fakes import fake_trace

    qt = QApplication([])
    session = Session()
    panel = EmbeddingsPanel(session)
    panel.resize(1920, 300)
    panel.show()
    traces = [fake_trace(SIZE, 2, 2, WIDTH, seed=seed) for seed in (0, 1)]
    QCoreApplication.processEvents()

    def timed(change: Callable[[int], object]) -> list[float]:
        found = []
        for number in range(rounds):
            begun = perf_counter()
            change(number)
            panel.repaint()
            QCoreApplication.processEvents()
            found.append(perf_counter() - begun)
        return found

    def new_text(number: int) -> None:
        session._trace = None
        session.set_scene(traces[number % 2].scene)
        session.accept_trace(traces[number % 2])

    print(summary("a new text of 512 pieces", timed(new_text), "50 asked"))
    print(summary("shares alone", timed(lambda n: term_shares(traces[n % 2].embeddings)), "for comparison"))
    show_trace(session, traces[0])
    print(summary("pointing, this text", timed(lambda n: session.set_hover(Hover(query=n))), "16 asked"))
    print(summary("pinning, this text", timed(lambda n: session.pin(query=n, key=n + 1)), "16 asked"))
    random = np.random.default_rng(0)
    position, segment = (random.normal(0, 0.02, (rows, WIDTH)).astype(np.float32) for rows in (SIZE, 2))
    begun = perf_counter()
    tables = Tables(
        position,
        segment,
        row_norms(position).astype(np.float32),
        row_norms(segment).astype(np.float32),
        random.uniform(0.5, 1.5, 30522).astype(np.float32),
        cosine_similarity(position),
        tuple(f"piece{n}" for n in range(30522)),
        0.55,
        untrained_from(position, 0.02),
    )
    print(f"similarity of 512 positions, off the GUI thread: {1000 * (perf_counter() - begun):.0f} ms")
    panel.set_view("tables")

    def show(number: int) -> None:
        panel.tables._show(None)
        session.accept_answer(Answer(EmbeddingTables(), traces[0].scene, tables))
        assert panel.tables.tables is tables

    print(summary("the tables for the first time", timed(show), "50 asked"))
    print(summary("pointing, tables", timed(lambda n: session.set_hover(Hover(query=n, key=3))), "16 asked"))
    print(summary("pinning, tables", timed(lambda n: session.pin(query=n, key=n + 2)), "16 asked"))
    print(summary("a new text under the tables", timed(new_text), "50 asked"))
    panel.close()
    qt.quit()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    main(parser.parse_args().rounds)
