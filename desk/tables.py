"""Every module of the desk that has tables: importing this one fills the metadata (migrations, tests)."""

from desk import (
    alarms,
    audit,
    auth,
    channel_models,
    fetches,
    levels,
    models,
    notes,
    passes,
    past_answers,
    phrases,
    ratings,
    reviews,
    roster,
    users,
)

TABLES = (
    models,
    channel_models,
    fetches,
    users,
    auth,
    audit,
    notes,
    phrases,
    alarms,
    reviews,
    levels,
    past_answers,
    roster,
    ratings,
    passes,
)
