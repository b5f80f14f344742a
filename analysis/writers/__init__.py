"""A brief as files: slides, a page that prints well, and a workbook."""

from analysis.writers.page import to_html
from analysis.writers.sheets import to_workbook
from analysis.writers.slides import to_pptx

__all__ = ["to_html", "to_pptx", "to_workbook"]
