"""The understanding of Xiaoer as Rasa graph components, one a file."""
