"""``new``: a template entry with a line on what belongs in each field."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from atlas_data.loading import PACKAGED_ATLAS
from atlas_data.problems import nearest, writing
from atlas_data.reading import yaml_files
from atlas_data.schema import Slug
from atlas_data.taxonomy import PACKAGED, Taxonomy, load_taxonomy
from atlas_data.validation import folder_of


def add_to(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "new",
        help="write a template entry to fill in",
        description="Writes workflows/<category>/<ID>.yaml with every field and one line on what belongs there. 'validate' then names "
        "each field still to be filled, 'format' takes the explanations out. Exits 1 if the id exists or a name is not known.",
    )
    parser.add_argument(
        "id", metavar="ID", type=str.strip, help="lower-case words joined by hyphens, such as ai-claims-intake; it never changes later"
    )
    parser.add_argument("--title", required=True, help="the name people see")
    parser.add_argument("--category", required=True, help="one of the categories of the atlas, such as 'Regulated AI'")
    parser.add_argument("--atlas", type=Path, default=PACKAGED_ATLAS, metavar="FOLDER", help="the atlas (default: the packaged one)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    workflows, own = options.atlas / "workflows", options.atlas / "taxonomy"
    taxonomy = load_taxonomy(own if own.is_dir() else PACKAGED)
    reason = _refusal(options, workflows, taxonomy)
    if reason:
        print(reason, file=sys.stderr)
        return 1
    path = workflows / folder_of(options.category) / f"{options.id}.yaml"
    text = template(options.id, options.title.strip(), options.category, taxonomy)
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    print(f"Wrote {path}. Fill it in, then run 'validate' and 'format'.")
    return 0


def _refusal(options: argparse.Namespace, workflows: Path, taxonomy: Taxonomy) -> str | None:
    try:
        TypeAdapter(Slug).validate_python(options.id)
    except ValidationError:
        return f"{options.id!r} is not an id: lower-case letters and digits, words joined by hyphens, at most 80 characters"
    if not options.title.strip():
        return "the title is empty"
    known = _terms(taxonomy, "category")
    if known and options.category not in known:
        return f"{options.category!r} is not one of the categories {', '.join(known)}{nearest(options.category, known)}"
    if not workflows.is_dir():
        return f"{options.atlas}: is not an atlas: it has no folder 'workflows'"
    existing = next((path for path in yaml_files(workflows) if path.stem == options.id), None)
    return f"{options.id!r} exists already: {existing}" if existing else None


def _terms(taxonomy: Taxonomy, facet: str) -> list[str]:
    return [term.name for term in taxonomy.facets[facet].terms] if facet in taxonomy.facets else []


def _any_of(taxonomy: Taxonomy, facet: str) -> str:
    """The terms of a facet as lines of a comment."""
    listed = ", ".join(_terms(taxonomy, facet)) or f"any {facet.replace('_', ' ')}"
    return textwrap.fill(listed, width=110, initial_indent="#   ", subsequent_indent="#   ")


def template(workflow_id: str, title: str, category: str, taxonomy: Taxonomy) -> str:
    """The text of a new entry. Blank values are errors until filled, so that nothing is forgotten.

    >>> template("ai-x", "AI X", "Regulated AI", load_taxonomy()).splitlines()[5:7]
    ['id: ai-x', 'title: "AI X"']
    """
    return _TEMPLATE.format(
        id=workflow_id,
        title=json.dumps(title, ensure_ascii=False),  # a JSON string is a YAML string, whatever it holds
        category=json.dumps(category, ensure_ascii=False),
        stages=_any_of(taxonomy, "stage"),
        controls=_any_of(taxonomy, "control"),
        families=_any_of(taxonomy, "risk_family"),
        today=date.today().isoformat(),
    )


_TEMPLATE = """\
# A line that starts with # says what belongs below it. Add "- " lines as needed and take out the parts marked optional.
# Labels of buyers, capabilities, inputs, context keys, review triggers, reviewers and targets are free words; a label that no entry
# has used yet is added under a term in taxonomy/*.yaml. 'python -m atlas_data validate' names what is missing, 'format' takes these
# lines out.
# The id is the name of this file and never changes; the title is what people see; the category decides the folder.
id: {id}
title: {title}
category: {category}
# How far the work has come in production. One of:
{stages}
stage:
# One or two sentences: what the AI does, for whom, and what must hold.
summary:
# Two to four sentences: how the work runs from first input to last decision, and why a general chat tool would not do.
what_it_is:
# Teams and organisations that sign for it or operate it, about five.
buyers:
  -
# What the AI can do, five short labels.
capabilities:
  -
# Backend controls the workflow requires, about six. Any of:
{controls}
controls:
  -
# Six short requirements on the backend, each with the one control above or any other that it is mostly about.
infrastructure:
  - requirement:
    control:
lifecycle:
  # Step 1: what comes in.
  ingest:
    inputs:
      -
  # Step 2: what must be resolved or scoped before anything is done.
  resolve:
    context_keys:
      -
  # Step 3: what the AI does, as verbs.
  assist:
    ai_tasks:
      -
  # Step 4: what goes to people, and to whom.
  review:
    triggers:
      -
    reviewers:
      -
  # Step 5: what is kept as evidence of the decision.
  record:
    evidence:
      -
  # Step 6: the systems that reviewed results are written back to.
  sync:
    targets:
      -
  # Step 7: what is retained, and what is watched afterwards.
  retain:
    retention:
      -
    monitoring:
      -
# Three or four ways it breaks in production. Family, one of:
{families}
risks:
  - text:
    family:
# Two or three sentences: who feels the pain, and why they pay now.
why_it_matters:
# Optional. Who builds it (vendor) or runs it (adopter), each with the page that shows it; nothing without evidence.
# The product and the website (a bare domain such as example.com) may be left out.
companies:
  - name:
    product:
    role: vendor
    website:
    evidence_url:
    evidence:
# Where the entry comes from: kind curated with the pages it was composed from; or kind catalogue with one page as 'source'
# and the fields filled by judgement as 'completed'; or kind own, from what you know, without pages.
provenance:
  kind: curated
  sources:
    - url:
      says:
  date: {today}
"""
