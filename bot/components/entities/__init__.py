"""Finders of values in a customer's text, one kind a file; each yields `Found` in half-width text."""
