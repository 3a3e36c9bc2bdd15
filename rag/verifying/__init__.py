"""Checking somebody else's quotes, which is a search: `rag/verifying/verify.py` shows the path."""
