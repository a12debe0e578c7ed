"""The HTTP API of the desk, one router a noun."""
