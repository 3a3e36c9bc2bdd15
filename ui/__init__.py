"""Show it: the command line, the chat, the server."""
