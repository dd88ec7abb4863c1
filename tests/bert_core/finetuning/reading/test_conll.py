from __future__ import annotations

from pathlib import Path

import pytest

from bert_core.errors import TextError
from bert_core.finetuning.examples import Place, TaggingExample
from bert_core.finetuning.reading import guess, read

IOB1 = """-DOCSTART- -X- -X- O

EU NNP I-NP I-ORG
rejects VBZ I-VP O
German JJ I-NP I-MISC

Peter NNP I-NP I-PER
Blackburn NNP I-NP I-PER

-DOCSTART- -X- -X- O

He PRP I-NP O
"""


def written(tmp_path: Path, text: str, name: str = "a.txt") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def test_several_columns_of_which_the_last_has_the_tags(tmp_path: Path) -> None:
    data = read(written(tmp_path, IOB1))
    assert data.layout.columns == (("words", "column 1"), ("tags", "column 4"))
    assert data.columns == ("column 1", "column 2", "column 3", "column 4")
    assert data.examples == (
        TaggingExample(("EU", "rejects", "German"), ("I-ORG", "O", "I-MISC"), Place(3)),
        TaggingExample(("Peter", "Blackburn"), ("I-PER", "I-PER"), Place(7)),
        TaggingExample(("He",), ("O",), Place(12)),
    )
    assert data.labels == ("O", "I-MISC", "I-ORG", "I-PER")


def test_another_column_can_be_chosen(tmp_path: Path) -> None:
    path = written(tmp_path, IOB1)
    layout = guess(path).with_columns((("words", "column 1"), ("tags", "column 2")))
    assert read(path, layout).examples[0].tags == ("NNP", "VBZ", "JJ")


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("New\tB-LOC\nYork\tE-LOC\n\nJohn\tS-PER\nsaw\tO\n", "\t"),
        ("New B-LOC\r\nYork I-LOC\r\n\r\nsaw O\r\n", " "),
        ("New   B-LOC\nYork\t I-LOC\n\nsaw  O\n", ""),
        ("New York\tB-LOC\nis\tO\n\nbig\tO\n", "\t"),
    ],
)
def test_tabs_blanks_and_schemes(tmp_path: Path, text: str, delimiter: str) -> None:
    data = read(written(tmp_path, text))
    assert (data.layout.format, data.layout.delimiter) == ("conll", delimiter)
    assert data.examples[0].words[0].startswith("New")


def test_bare_tags(tmp_path: Path) -> None:
    text = "".join(f"The DET\ndog{i} NOUN\nruns VERB\n. PUNCT\n\n" for i in range(20))
    data = read(written(tmp_path, text))
    assert data.task == "tagging"
    assert data.labels == ("DET", "NOUN", "PUNCT", "VERB")
    assert data.duplicates == 0


def test_conll_u(tmp_path: Path) -> None:
    rest = "_\t_\t0\troot\t_\t_"
    text = (
        f"# sent_id = 1\n# text = The dog\n1\tThe\tthe\tDET\t{rest}\n2\tdog\tdog\tNOUN\t{rest}\n\n"
        f"# text = dont\n1-2\tdont\t_\t_\t{rest}\n1\tdo\tdo\tAUX\t{rest}\n2\tnt\tnot\tPART\t{rest}\n"
    )
    data = read(written(tmp_path, text, "a.conllu"))
    assert data.examples == (
        TaggingExample(("The", "dog"), ("DET", "NOUN"), Place(3)),
        TaggingExample(("do", "nt"), ("AUX", "PART"), Place(7)),
    )


def test_a_number_sign_can_be_a_word(tmp_path: Path) -> None:
    data = read(written(tmp_path, "# O\n1 O\n\nParis B-LOC\n# O\n"))
    assert [example.words for example in data.examples] == [("#", "1"), ("Paris", "#")]


def test_a_broken_line_is_named_and_its_sentence_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, "Paris B-LOC\nis O\n\nbad\nParis B-LOC\n\nfine O\nday O\n\nx O\ny O\n")
    with pytest.raises(TextError, match=r"line 4.*1 column instead of 2"):
        read(path)
    data = read(path, skip_malformed=True)
    assert [example.words for example in data.examples] == [("Paris", "is"), ("fine", "day"), ("x", "y")]
    assert [problem.line for problem in data.problems] == [4]


def test_a_tag_unknown_in_training_is_a_problem(tmp_path: Path) -> None:
    path = written(tmp_path, "Paris B-LOC\nis O\n\nfine O\nday B-DATE\n")
    data = read(path, labels=("O", "B-LOC", "I-LOC"), skip_malformed=True)
    assert len(data.examples) == 1
    assert data.labels == ("O", "B-LOC", "I-LOC")
    assert str(data.problems[0]) == 'a.txt, line 5: the tag "B-DATE" does not occur in the training file'


def test_words_without_tags(tmp_path: Path) -> None:
    data = read(written(tmp_path, "Paris\nis\nbig\n\nWe\ngo\n", "a.conll"))
    assert data.examples[0] == TaggingExample(("Paris", "is", "big"), None, Place(1))
