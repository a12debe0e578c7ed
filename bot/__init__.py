"""The dialogue half: Rasa embedded as a pure function (Python 3.10)."""
