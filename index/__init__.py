"""Keep passages, find them."""
