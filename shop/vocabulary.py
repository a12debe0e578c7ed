"""Words of customers that look-ups listen for: data in `vocabulary.yml`, read once."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

VOCABULARY = Path(__file__).with_name("vocabulary.yml")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names of attributes, and lists of words by what they tell."""

    labels: dict[str, str]
    attributes: dict[str, list[str]]
    needs: list[str]
    feet: dict[str, list[str]]
    buying_now: list[str]
    categories: dict[str, list[str]]
    care: dict[str, list[str]]
    topics: dict[str, list[str]]

    def label(self, attribute: str) -> str:
        """What an attribute is called; one the file does not know goes by its own name."""
        return self.labels.get(attribute, attribute)

    def attributes_in(self, text: str) -> list[str]:
        """The attributes that a text asks for, in the file's order."""
        return [name for name, words in self.attributes.items() if _holds(text, words)]

    def foot_in(self, text: str) -> str | None:
        """The shape of foot that a text tells: high (or wide), narrow, or None."""
        return next(
            (s for s, patterns in self.feet.items() if any(re.search(p, text) for p in patterns)), None
        )

    def means_to_buy(self, text: str) -> bool:
        """Whether a text speaks of what would be bought now."""
        return any(re.search(pattern, text) for pattern in self.buying_now)

    def category_of(self, word: str) -> str | None:
        """The category that a general word for goods means, or None."""
        return next((name for name, words in self.categories.items() if word in words), None)

    def care_of(self, material: str) -> str | None:
        """The care group of a material, or None."""
        return next((group for group, words in self.care.items() if _holds(material, words)), None)

    def needs_in(self, text: str) -> list[str]:
        """The words of a text that tell what the goods are for or should be."""
        return [word for word in self.needs if word in text]

    def is_about(self, topic: str, text: str) -> bool:
        """Whether a text has a word of that topic."""
        return _holds(text, self.topics[topic])


def _holds(text: str, words: list[str]) -> bool:
    return any(word in text for word in words)


@cache
def get_vocabulary() -> Vocabulary:
    """The vocabulary of the file, read at first use."""
    data = yaml.safe_load(VOCABULARY.read_text(encoding="utf-8"))
    return Vocabulary(
        labels={name: entry["label"] for name, entry in data["attributes"].items()},
        attributes={name: entry["words"] for name, entry in data["attributes"].items()},
        needs=data["needs"],
        feet=data["feet"],
        buying_now=data["buying_now"],
        categories=data["categories"],
        care=data["care"],
        topics=data["topics"],
    )
