"""How far a sent text is from its draft: edit distance, and whether a figure was corrected. Pure."""

import re

MOST_COMPARED = 600
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def edit_distance(draft: str, sent: str) -> float:
    """Levenshtein distance as a share of the longer text: 0 equal, 1 nothing in common."""
    one, two = draft[:MOST_COMPARED], sent[:MOST_COMPARED]
    longer = max(len(one), len(two))
    if longer == 0 or one == two:
        return 0.0
    row = list(range(len(two) + 1))
    for number, left in enumerate(one, start=1):
        before, row[0] = row[0], number
        for place, right in enumerate(two, start=1):
            cost = before if left == right else 1 + min(before, row[place], row[place - 1])
            before, row[place] = row[place], cost
    return row[-1] / longer


def changes_figures(draft: str, sent: str) -> bool:
    """Whether a number of the draft is missing from the sent text or another stands there."""
    return sorted(_NUMBER.findall(draft)) != sorted(_NUMBER.findall(sent))
