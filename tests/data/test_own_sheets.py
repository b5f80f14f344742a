"""Sheets as people really keep them: read as they are meant, and what was read otherwise or not at all is told."""

from __future__ import annotations

import pytest

from atlas_data import Atlas, AtlasError, read_atlas


def csv(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def told(atlas: Atlas) -> list[str]:
    """The warnings, but for those of columns that the sheet leaves out."""
    return [str(warning) for warning in atlas.warnings if "is not in the sheet" not in warning.reason]


def refused(data: bytes, name: str = "own.csv", mapping: dict | None = None) -> list[str]:
    with pytest.raises(AtlasError) as error:
        read_atlas(data, name, mapping)
    return [str(problem) for problem in error.value.problems]


def test_a_label_that_is_the_name_of_a_term_means_that_term_without_a_word():
    atlas = read_atlas(csv("title,category,controls,buyers", "Pay,Operational AI,Identity,Legal;Legal teams;Insurance;Moon"), "own.csv")
    assert atlas.facet("buyer_function").table.loc["pay"].loc[lambda has: has].index.tolist() == ["Legal", "Moon"]
    assert "Insurance" in atlas.facet("buyer_industry").table.columns[atlas.facet("buyer_industry").table.loc["pay"]]
    assert len(told(atlas)) == 1 and "'Moon' is not in the vocabulary and became a term of its own (Buyer function)" in told(atlas)[0]
