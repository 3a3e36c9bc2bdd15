"""The recipe that makes the span reader's weights, from public question-answering data."""
