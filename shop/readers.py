"""Imports every topic, so that all fact sources and all commands are registered. Add yours here."""

from shop import policy_facts

TOPICS = (policy_facts,)
