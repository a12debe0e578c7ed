"""Which earlier question is most like this one: TF-IDF over pairs of characters. Pure.

Chinese needs no word list this way, and a few thousand questions take milliseconds.
"""

import math
from collections import Counter
from collections.abc import Sequence

Vector = dict[str, float]


def split(text: str) -> Counter[str]:
    """The pairs of neighbouring characters, blanks and punctuation left out."""
    plain = "".join(char for char in text.lower() if char.isalnum())
    return Counter(plain[at : at + 2] for at in range(len(plain) - 1)) or Counter([plain] if plain else [])


def rank(question: str, earlier: Sequence[str], least: float) -> list[tuple[int, float]]:
    """Places of the earlier questions that are at least this similar (0 to 1), the most similar first."""
    wanted = split(question)
    bags = [split(text) for text in earlier]
    spread = Counter(pair for bag in bags for pair in bag)
    weight = dict.fromkeys(wanted, 1.0)  # what nobody asked before tells neither for nor against
    weight |= {pair: math.log((1 + len(bags)) / (1 + count)) + 1.0 for pair, count in spread.items()}
    target = _weigh(wanted, weight)
    scored = [(place, _cosine(target, _weigh(bag, weight))) for place, bag in enumerate(bags)]
    return sorted(
        ((place, score) for place, score in scored if score >= least), key=lambda one: (-one[1], one[0])
    )


def _weigh(bag: Counter[str], weight: dict[str, float]) -> Vector:
    return {pair: (1 + math.log(count)) * weight[pair] for pair, count in bag.items()}


def _cosine(one: Vector, two: Vector) -> float:
    lengths = math.sqrt(sum(x * x for x in one.values()) * sum(x * x for x in two.values()))
    return sum(value * two.get(pair, 0.0) for pair, value in one.items()) / lengths if lengths else 0.0
