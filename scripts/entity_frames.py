"""Compare two frames for the entity recogniser: the phrase tables, and spaCy with the jieba segmenter.

Both take the same patterns for figures and numbers; only the word lists are found in another way. Prints F1
on tests/nlu/entities.txt and the milliseconds a turn; runs in the bot's environment (bot/.venv/bin/python).
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import spacy
from spacy.matcher import PhraseMatcher

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.components.entities import words
from bot.components.entities.found import Found
from bot.components.entities.words import NONE_OF_THEM, Catalogue, WordFinder
from bot.components.entity_recognizer import EntityRecognizer
from bot.marked_turns import compare, read_marked

MARKED = Path("tests/nlu/entities.txt")
ROUNDS = 5


class SpacyFinder(WordFinder):
    """The same lists in a spaCy PhraseMatcher over jieba's words; the lists are jieba's user dictionary."""

    def __init__(self, lists: dict[str, dict[str, str]]) -> None:
        super().__init__(lists)
        self._nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "jieba"}}})
        phrases = [phrase.lower() for table in lists.values() for phrase in table]
        for phrase in phrases:
            self._nlp.tokenizer.jieba_seg.add_word(phrase)
        self._matchers = {entity: PhraseMatcher(self._nlp.vocab) for entity in lists}
        for entity, table in lists.items():
            for phrase, value in table.items():
                self._matchers[entity].add(value, [self._nlp.make_doc(phrase.lower())])

    def find(self, text: str) -> Iterator[Found]:
        """Yield the words of a lower-case text that stand between jieba's word borders."""
        doc = self._nlp.make_doc(text)
        for entity, matcher in self._matchers.items():
            for span in spacy.util.filter_spans(matcher(doc, as_spans=True)):
                start, end = span.start_char, span.end_char
                single = entity == "color" and end - start == 1
                if span.label_ != NONE_OF_THEM and (not single or words._stands_alone(text, start, end)):
                    yield Found(entity, span.label_, start, end)


def main() -> None:
    """Print one line a frame."""
    turns = read_marked(MARKED)
    goods = Path("var/entity_frames_terms.txt")
    goods.parent.mkdir(exist_ok=True)
    named = {value for turn in turns for entity, value in turn.values if entity == "product"}
    goods.write_text("".join(f"{name}\n" for name in sorted(named)), encoding="utf-8")
    tables = WordFinder.read()
    for name, finder in (("phrase tables", tables), ("spaCy, jieba", SpacyFinder(tables.lists))):
        recognizer = EntityRecognizer(None, None, finder, Catalogue(goods))
        score = compare(turns, recognizer.entities)[0]["all"]
        begun = time.process_time()
        for turn in turns * ROUNDS:
            recognizer.entities(turn.text)
        spent = (time.process_time() - begun) / len(turns) / ROUNDS * 1000
        print(f"{name:16} F1 {score.f1:.3f}  {spent:.2f} ms a turn")
    goods.unlink()


if __name__ == "__main__":
    main()
