"""``python -m pages.parts``: make the browser's files now, for a folder that cannot be written to later."""

from pages.parts import cards, chart

if __name__ == "__main__":
    chart.drawing()
    cards.drawing()
