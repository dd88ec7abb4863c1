"""Rankings and threads in plain words and as rows."""

from __future__ import annotations

from app.session import Session
from app.translation import tr
from app.views.bars import percent
from app.views.piece_text import isolated
from app.views.sentence_ranks import SentenceRow
from app.views.tables import Table
from bert_core.info import ModelInfo
from bert_core.queries_next_sentence import Candidate, Continuity, Ranking
from bert_core.scene import Scene

_LETTERS = 60  # of a sentence in a sentence


def why_no_score(session: Session) -> str:
    """Why the model says nothing about next sentences, and what to do; empty where it does."""
    model = session.model
    if model is None:
        loading = session.loading is not None
        return tr("The model is loading.") if loading else tr("Nothing has been read yet.")
    return _lacking(model)


def _lacking(model: ModelInfo) -> str:
    if not model.has_pooler:
        return tr(
            "This model has no pooler, which the next-sentence score is made from. "
            "Choose one that has, such as mini-en or bert-base-uncased."
        )
    if not model.has_nsp:
        return tr(
            "This model has no next-sentence head. Choose one that has, such as mini-en or bert-base-uncased."
        )
    return ""


def caveat(scene: Scene) -> str:
    """What of the scene's changes counts for other sentences, and what does not."""
    changes, said = scene.interventions, []
    if changes.direction == "left-to-right":
        said.append(tr("Read left to right, [CLS] sees only itself: the score is the same for all."))
    elif changes.moved({}):
        said.append(tr("The changes to the model that are in force count here."))
    if scene.replaced or changes.positions:
        said.append(tr("Replaced pieces, and changes at single pieces, do not count for other sentences."))
    return " ".join(said)


def quoted(text: str) -> str:
    """The beginning of a sentence, in quotes."""
    short = " ".join(text.split())
    return f"“{isolated(short if len(short) <= _LETTERS else short[: _LETTERS - 1] + '…')}”"


def ranking_words(ranking: Ranking) -> str:
    """B is number 2 of 57 · 12 above 50 % · 1 did not fit whole."""
    said = []
    if ranking.rank is not None:
        said.append(tr("B is number {rank} of {n}", rank=f"{ranking.rank:,}", n=f"{ranking.total:,}"))
    else:
        said.append(tr("{n} sentences", n=f"{ranking.seen:,}"))
    own = ranking.own
    over = ranking.over + (own is not None and own.number < 0 and own.log_odds > 0)
    said.append(tr("{n} of {all} above 50%", n=f"{over:,}", all=f"{ranking.total:,}"))
    kept = len(ranking.best) - (own is not None)
    if ranking.seen > kept >= 100:
        said.append(tr("the best {n} are listed", n=kept))
    if ranking.cut:
        said.append(tr("{n} did not fit whole", n=f"{ranking.cut:,}"))
    if ranking.changed:
        said.append(tr("the file was changed while it was read"))
    return " · ".join(said)


def ranking_rows(ranking: Ranking, read: str) -> list[SentenceRow]:
    """A row for each sentence that was kept; `read` is the one looked at now, as B."""
    return [
        SentenceRow(
            place=f"{place:,}",
            figure=percent(one.is_next),
            share=one.is_next,
            sentence=one.text,
            mark=tr("B") if one.own else "",
            read=one.text == read,
            detail=_detail(one, read),
        )
        for place, one in _placed(ranking)
    ]


def ranking_table(ranking: Ranking | None) -> Table:
    """All that were kept."""
    header = (
        *(tr("rank"), tr("p(is next)"), tr("log odds"), tr("sentence"), tr("line")),
        *(tr("sentence B"), tr("cut")),
    )
    if ranking is None:
        return header, []
    return header, [
        (
            place,
            f"{one.is_next:.6f}",
            f"{one.log_odds:.4f}",
            one.text,
            one.line or "",
            int(one.own),
            int(one.cut),
        )
        for place, one in _placed(ranking)
    ]


def continuity_words(found: Continuity, threshold: float) -> str:
    """14 sentences · neighbours 91% on average, random pairs 63% · 2 breaks."""
    if len(found.sentences) < 2:
        return ""
    said = [tr("{n} sentences", n=f"{len(found.sentences):,}")]
    if found.left_out:
        said.append(tr("{n} more left out", n=f"{found.left_out:,}"))
    if found.log_odds:
        mean = percent(found.mean)
        if found.random:
            random = percent(found.random_mean)
            said.append(tr("neighbours {mean} on average, random pairs {random}", mean=mean, random=random))
        else:
            said.append(tr("neighbours {mean} on average", mean=mean))
        breaks = len(found.breaks(threshold))
        said.append(tr("1 break") if breaks == 1 else tr("{n} breaks", n=breaks or tr("no")))
    if found.cut:
        said.append(tr("{n} pairs did not fit whole", n=len(found.cut)))
    return " · ".join(said)


def continuity_table(found: Continuity | None, threshold: float) -> Table:
    """A row for each sentence, with how it follows the one before."""
    header = tr("number"), tr("sentence"), tr("p(is next)"), tr("log odds"), tr("break"), tr("cut")
    if found is None:
        return header, []
    rows: list[tuple[object, ...]] = []
    for n, sentence in enumerate(found.sentences):
        known = 0 < n <= len(found.log_odds)
        share = found.is_next[n - 1] if known else 0.0
        rows.append(
            (
                n + 1,
                sentence,
                f"{share:.6f}" if known else "",
                f"{found.log_odds[n - 1]:.4f}" if known else "",
                int(share < threshold) if known else "",
                int(n - 1 in found.cut),
            )
        )
    return header, rows


def _placed(ranking: Ranking) -> list[tuple[int, Candidate]]:
    """With the own one at its rank, the others counted."""
    return [
        (ranking.rank if one.own and ranking.rank is not None else place, one)
        for place, one in enumerate(ranking.best, 1)
    ]


def _detail(one: Candidate, read: str) -> str:
    said = [tr("is next: {share}", share=percent(one.is_next))]
    if one.line:
        said.append(tr("line {n}", n=f"{one.line:,}"))
    if one.own:
        said.append(tr("your sentence B"))
    if one.cut:
        said.append(tr("the pair does not fit whole into the model"))
    said.append(tr("read now as B") if one.text == read else tr("click to read it as B"))
    return " · ".join(said)
