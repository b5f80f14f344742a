"""A company and the page that shows it, as cards tell it."""

from __future__ import annotations

from analysis.views.query import encoded
from atlas_data import Atlas
from pages.parts.cards import Card

HOSTS = "“Own site”: the page is on the company's own website. “Named by”: it is on a host of somebody else, or one the company rents."


def company_card(atlas: Atlas, company) -> Card:
    """A company of a workflow; its name leads to the company on the companies page."""
    facet = atlas.taxonomy.facets.get("company")
    term = next(iter(facet.terms_of([company.name])), None) if facet else None  # a vocabulary of one's own may leave it out
    leads = {"page": "companies", "query": encoded([("who", term)])} if term else {}
    told = shown_by(company.role, company.product, company.evidence, company.host, company.on_own_site, company.evidence_url)
    return Card(company.name, **leads, **told)


def shown_by(role: str, product: str | None, evidence: str, host: str, own_site: bool, address: str) -> dict:
    """What a company does in a workflow, what the page says, and the page: the parts of a card."""
    doing = {"vendor": "Vendor", "adopter": "Adopter"}[role]
    named = f"{'Own site' if own_site else 'Named by'} {host}"
    return {"small": f"{doing} · {product}" if product else doing, "text": evidence, "source": {"label": named, "address": address}}
