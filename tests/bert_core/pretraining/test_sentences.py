from __future__ import annotations

import time

import pytest

from bert_core.pretraining.sentences import LONGEST, split_sentences

# A bar stands where a sentence ends.
HARD = [
    "They went to the U.S. Then they came back.",
    "J. R. R. Tolkien wrote it.|J. S. Bach did not.",
    '"I saw Mr."|She did not go on.',
    "“It is time,” he said.|“Come with me.”|‘Not yet.’",
    "I met Mrs. Lee of St. Ives there.|Dr. Ray was ill.",
    "He waited for an hour...|Then he left.",
    "He waited ... and waited … then left.",
    "In the year 1990.|1991 was better.",
    "A second try.   |\tSpaces do not matter.",
    "It rained all day.|We stayed in.",
    "I met Mr. Brown and Dr. Lee there.",
    "I met Mr. Brown there.|He was in good spirits.",
    '"Where are you?"|She looked up.',
    '"Where are you?" she asked.',
    "“Where are you?”|She looked up.",
    "«Où es-tu ?»|Élise leva les yeux.",
    "She laughed (and not softly).|(He did not.)|They went home.",
    "No, no! Stop it at once.",
    "It costs 3.50 at most.|4 of them were sold.",
    "It costs 3.50 at most. so they say",
    "By J. R. R. Tolkien, of course.",
    '"Nobody was asked but I," said I.|"So it was."',
    "Look at No. 5 and Vol. 3, p. 12 and Fig. 3 of it.",
    "Of course he said No.|Then he left.",
    "They wrote many, e.g. Austen, i.e. Jane, and others (Meyer et al. 2016) as well.",
    "The U.S. Senate met.|It was late.",
    'It was in the "Q."|Then it was gone.',
    "Wait ... what is it?|I do not know...|I see nothing.",
    "And after that…|Nothing was there.",
    "He stood still. . . .|Then he ran away.",
    "What do you mean?!|Everything is fine!!|Really.",
    "He came home.|- She had gone already.",
    "Он пришёл домой.|Она уже ушла.",
    "Ça va très bien.|À demain, alors.",
    "¿Dónde está el perro?|¡Aquí está!|¿Lo ves?",
    "वह घर गया था।|फिर वह सो गया।",
    "أين ذهبت أمس؟|ذهبت إلى البيت.",
    "今天天气很好。|我们去公园吧！|你来吗？",
    "他说：“今天天气很好。”|我们去公园吧。",
    "「はい。」と彼は言った。|それから帰った。",
    "本当ですか！？|信じられない。",
    "他说：「我不去。」|然后他走了。",
    "《你好吗？》|是一本书。",
    "他等了很久……然后走了。|没有人来。",
    "我喜歡 Python 3.11。|你呢？我也是。",
    "No end at all",
    "a.b.c.d.e.f",
    "",
    " \t ",
]


@pytest.mark.parametrize("marked", HARD)
def test_sentences(marked):
    expected = [part.strip() for part in marked.split("|") if part.strip()]
    joined = "" if "。" in marked or "！" in marked else " "
    paragraph = marked.replace("|", joined)
    assert split_sentences(paragraph) == expected
    assert split_sentences(f"\u3000 {paragraph} \t") == expected


def test_a_stretch_too_short_stays_with_what_follows():
    assert split_sentences("Oh! What a day it was. So. We went.") == [
        "Oh! What a day it was.",
        "So. We went.",
    ]
    assert split_sentences("好。我们走吧。") == ["好。我们走吧。"]


def test_what_has_no_end_is_cut_at_spaces():
    text = "word " * 2000
    parts = split_sentences(text)
    assert max(map(len, parts)) <= LONGEST
    assert " ".join(parts).split() == text.split()
    assert list(map(len, split_sentences("x" * (2 * LONGEST + 1)))) == [LONGEST, LONGEST, 1]


@pytest.mark.parametrize(
    "text",
    [
        "." * 200_000,
        '."' * 100_000,
        "Mr. " * 50_000,
        ". " * 100_000,
        "? -" * 100_000,
        "( " * 100_000,
        "。" * 100_000,
    ],
)
def test_punctuation_without_end_takes_linear_time(text):
    begun = time.process_time()
    split_sentences(text)
    assert time.process_time() - begun < 2  # milliseconds; were it quadratic, minutes
