"""From a question to an answer in quotes."""
