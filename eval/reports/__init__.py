"""What is shown and written of runs: one module for each kind of reader."""
