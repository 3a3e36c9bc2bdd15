"""A run, or two runs side by side, as one HTML file that asks nothing of anybody."""

from eval.reports.html.pages import comparison_page, run_page

__all__ = ["comparison_page", "run_page"]
