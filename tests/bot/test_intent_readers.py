"""The parts of the intent model: word vectors, rows of a turn, nets, the certainty of what they say."""

import gzip
import pickle
from itertools import pairwise

import numpy as np
import pytest

from bot.components import word_vectors
from bot.components.certainty import Certainty, opinion, spread
from bot.components.intent_features import FeatureReader
from bot.components.lexicon import Lexicon
from bot.components.readers import split
from bot.components.turn_encoding import LONGEST, Alphabet, padded
from bot.components.turn_net import NetSettings, TurnNet
from bot.components.word_vectors import read_word_vectors

LEXICON = {"shoes": ["洞洞鞋", "凉鞋"], "stock": ["有货", "货"]}


@pytest.fixture(scope="module")
def reader():
    return FeatureReader(Lexicon(LEXICON))


@pytest.fixture(scope="module")
def alphabet(reader):
    texts = ["凉鞋有货吗", "洞洞鞋有货吗"]
    return Alphabet.learn(map(reader.read, texts), LEXICON, {"凉鞋": 1, "货": 2, "吗": 3})


def test_like_words_have_like_vectors():
    vectors = read_word_vectors(64)
    rows, matrix = vectors.rows(), vectors.matrix

    def likeness(one, other):
        first, second = matrix[rows[one]], matrix[rows[other]]
        return float(first @ second / np.linalg.norm(first) / np.linalg.norm(second))

    assert matrix.shape == (len(vectors.words) + 1, 64)
    assert not matrix[0].any()
    assert likeness("拖鞋", "凉鞋") > likeness("拖鞋", "退款") + 0.3
    assert likeness("退款", "退货") > likeness("退款", "舒服") + 0.3


def test_a_list_of_words_that_holds_code_is_refused(tmp_path):
    file = tmp_path / "test.model"
    with gzip.open(file, "wb") as stream:
        pickle.dump((print,), stream)
    with pytest.raises(pickle.UnpicklingError, match="no place in a list of words"):
        word_vectors._read(file)


def test_a_character_row_knows_its_word_and_classes(reader, alphabet):
    turn = alphabet.by_char(reader.read("凉鞋有货吗"))
    assert turn.chars.shape == (5, 1)
    assert turn.words.tolist()[:2] == [1, 1]
    assert turn.classes[0, 0] == turn.classes[1, 0] == 1 + sorted(LEXICON).index("shoes")
    assert turn.classes[4].tolist() == [0, 0, 0]


def test_a_word_row_holds_its_characters(reader, alphabet):
    turn = alphabet.by_word(reader.read("凉鞋吗"))
    assert [row[row > 0].size for row in turn.chars] == [2, 1]
    assert turn.words.tolist() == [1, 3]


def test_unknown_characters_and_endless_texts_are_bounded(reader, alphabet):
    turn = alphabet.by_char(reader.read("龘" + "鞋" * 2 + "好的" * 500))
    assert len(turn.words) == len(turn.classes) == LONGEST
    assert turn.chars[0, 0] == 1
    blank = padded([alphabet.by_word(reader.read(""))])
    assert blank.chars.sum() == 0


def test_the_net_that_reads_is_the_net_that_learned(reader, alphabet):
    from bot.components.turn_net_training import NetTraining

    settings = NetSettings(filters=8, char_size=6, class_size=4, hidden=0, input_dropout=0, dropout=0)
    vectors = np.random.default_rng(1).normal(size=(4, 5)).astype(np.float32)
    training = NetTraining(settings, vectors, len(alphabet.chars) + 2, len(LEXICON) + 1, 3)
    turns = [alphabet.by_char(reader.read(text)) for text in ("凉鞋有货吗", "洞洞鞋", "货")]
    training.run(turns, np.asarray([0, 1, 2]), epochs=60, rate=0.02)
    net = training.net()
    block = padded(turns)
    scores = training._scores(block.chars, block.words, block.classes).numpy()
    wanted = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    read = np.stack([net.shares(turn, vectors) for turn in turns])
    assert read == pytest.approx(wanted, abs=1e-5)
    assert read.argmax(axis=1).tolist() == [0, 1, 2]
    again = TurnNet.from_tensors(net.to_tensors())
    assert np.stack([again.shares(turn, vectors) for turn in turns]) == pytest.approx(read, abs=5e-3)


def test_held_back_examples_of_an_intent_stand_together():
    labels = ["a"] * 40 + ["b"] * 20 + ["only"]
    known, held = split(labels, 0.25, seed=3)
    assert sorted([*known, *held]) == list(range(len(labels)))
    of_a, of_b = [at for at in held if at < 40], [at for at in held if 40 <= at < 60]
    assert (len(of_a), len(of_b), 60 in held) == (10, 5, False)
    for places in (of_a, of_b):
        assert sum(after - before > 1 for before, after in pairwise(places)) <= 1


def _shares(best, of_best, mind=3):
    """Three readers, of which `mind` find `best` the likeliest of four intents."""
    rows = []
    for at in range(3):
        row = np.full(4, (1 - of_best) / 3)
        row[best if at < mind else (best + 1) % 4] = of_best
        rows.append(row)
    return np.asarray(rows, np.float32)


@pytest.fixture(scope="module")
def certainty():
    """Learned from readings of which the sure ones are right, and more so where the readers agree."""
    random = np.random.default_rng(5)
    names = ["ask_size", "ask_stock", "greet", "unclear"]
    shares, labels = [], []
    for _ in range(4000):
        of_best, mind, best = random.uniform(0.3, 0.98), int(random.integers(2, 4)), int(random.integers(4))
        shares.append(_shares(best, of_best, mind))
        right = random.random() < of_best * (1 if mind == 3 else 0.6)
        labels.append(names[best] if right else names[(best + 2) % 4])
    return Certainty.learn(np.stack(shares, axis=1), labels, names)


def test_certainty_is_the_share_that_is_right(certainty):
    for of_best in (0.55, 0.75, 0.95):
        assert certainty.of(_shares(0, of_best)) == pytest.approx(of_best, abs=0.12)


def test_readers_of_one_mind_are_surer(certainty):
    assert certainty.of(_shares(1, 0.9)) > certainty.of(_shares(1, 0.9, mind=2)) + 0.1


def test_who_thinks_that_nothing_is_to_be_understood_makes_a_reading_less_sure():
    random = np.random.default_rng(6)
    names = ["ask_size", "ask_stock", "greet", "unclear"]
    shares, labels = [], []
    for _ in range(4000):
        row = np.asarray([0.7, 0.01, 0.01, 0.28] if random.random() < 0.5 else [0.7, 0.28, 0.01, 0.01])
        right = random.random() < (0.5 if row[3] > 0.1 else 0.95)
        shares.append(np.tile(row, (4, 1)).astype(np.float32))
        labels.append("ask_size" if right else "unclear")
    learned = Certainty.learn(np.stack(shares, axis=1), labels, names)
    vague = np.tile(np.asarray([0.7, 0.01, 0.01, 0.28], np.float32), (4, 1))
    clear = np.tile(np.asarray([0.7, 0.28, 0.01, 0.01], np.float32), (4, 1))
    assert learned.of(vague) == pytest.approx(0.5, abs=0.05)
    assert learned.of(clear) == pytest.approx(0.95, abs=0.05)


def test_the_rate_rises_and_falls():
    from bot.components.turn_net_training import WARMING, _slope

    assert [round(_slope(done), 2) for done in (0.0, WARMING, 1.0)] == [0.05, 1.0, 0.01]
    assert _slope(WARMING / 2) < 0.6 > _slope(0.6)


def test_what_cannot_be_answered_is_never_sure(certainty):
    assert certainty.of(_shares(3, 0.97)) <= 0.4


def test_a_curve_comes_back_from_plain_data(certainty):
    again = Certainty.from_json(certainty.to_json(), list(certainty.names))
    assert again.of(_shares(2, 0.8)) == certainty.of(_shares(2, 0.8))


def test_the_doubt_of_one_reader_counts_in_the_common_opinion():
    doubted = np.asarray([[0.9, 0.1], [0.9, 0.1], [0.001, 0.999]], np.float32)
    assert opinion(doubted)[0] < 0.6


def test_the_best_share_stays_the_highest():
    shares = spread(np.asarray([0.9, 0.06, 0.04]), 0.4)
    assert shares.argmax() == 0
    assert shares[0] == 0.4
    assert (shares <= 0.4).all()
