"""A company and the page that shows it, as cards tell it."""

from __future__ import annotations

import streamlit as st

from atlas_data import Atlas
from pages.parts.filter import escaped

HOSTS = "“Own site”: the page is on the company's own website. “Named by”: it is on a host of somebody else, or one the company rents."


def company_link(atlas: Atlas, name: str) -> None:
    """The name as a link to the company on the companies page that keeps the filter."""
    facet = atlas.taxonomy.facets.get("company")
    term = next(iter(facet.terms_of([name])), None) if facet else None
    if term is None:  # a vocabulary of one's own may leave it out
        st.markdown(f"**{escaped(name)}**")
    else:
        st.page_link("pages/companies.py", label=f":primary[**{escaped(name)}**]", icon="", query_params={"who": term})


def shown_by(role: str, product: str | None, evidence: str, host: str, own_site: bool, address: str) -> None:
    """What a company does in a workflow, what the page says, and the page."""
    doing = {"vendor": "Vendor", "adopter": "Adopter"}[role]
    st.markdown(f":small[:gray[{doing}{' · ' + escaped(product) if product else ''}]]\n\n{escaped(evidence)}")
    st.page_link(address, label=f":small[{'Own site' if own_site else 'Named by'} {escaped(host)}]", icon=":material/open_in_new:")
