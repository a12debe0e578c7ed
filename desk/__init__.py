"""The desk: conversations, turns, hand-over, drafts, outbox, API and command line."""
