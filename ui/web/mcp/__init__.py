"""The course for clients of language models, over the Model Context Protocol; an optional extra."""
