"""Keys of fact sources that carry a question: `P1001?color=黑&size=39`. Readable, stable, reversible."""

from urllib.parse import parse_qsl, quote, urlencode


def join_key(record: str, **asked: object) -> str:
    """The key of a record with what was asked of it; None is left out, names are sorted."""
    given = {name: str(value) for name, value in sorted(asked.items()) if value is not None}
    if not given:
        return record
    # Chinese stays readable; only what would break the key is escaped.
    return f"{record}?{urlencode(given, quote_via=lambda text, *_: _escape(text))}"


def _escape(text: str) -> str:
    return "".join(quote(char, safe="") if char in "?&=%+# " else char for char in text)


def split_key(key: str) -> tuple[str, dict[str, str]]:
    """The record and what was asked, as given to `join_key`."""
    record, _, query = key.partition("?")
    return record, dict(parse_qsl(query))
