"""Atlases that Hypothesis makes up: every field holds whatever text the schema lets through, kind or hostile."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from atlas_data import Atlas, Workflow
from atlas_data.adopting import adopt
from atlas_data.atlas import build_atlas
from atlas_data.schema import LABEL_FIELDS, Label, Text
from atlas_data.taxonomy import FacetFile, Taxonomy
from atlas_data.unstated import PLACEHOLDERS

HOSTILE = [
    *(
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "'=1+1",
        "''@x",
        "'",
        "'quoted'",
        "#N/A",
        "#REF!",
        "1",
        "1.0",
        "007",
        "1e5",
        "TRUE",
        "nan",
        "NULL",
        "null",
    ),
    *(
        "2026-11-21",
        "no",
        "~",
        "a;b",
        "a\\;b",
        "a\\",
        "\\;",
        "\\\\;\\",
        ";",
        "a|b",
        "a\\|b|",
        "|",
        "a, b",
        'say "hi"',
        '"',
        "'; DROP TABLE x --",
    ),
    *(
        "a\nb",
        "a\r\nb",
        "a\rb",
        "a\tb",
        "\u202eright to left",
        "العربية",
        "🧾👩‍🔬",
        "é",
        "e\u0301",
        "ﬁ",
        "ß",
        "İ",
        "a\u2028b",
        "a\x85b",
        "\ufeffx",
    ),
    *("a\x00b", "\x00", "\x1f", "\x07bell", "\x1b[31m", "a\ufffeb", "\uffff", "_x0041_", "_x005F_x0041_", "_x0041_x0042_", "x\x0c"),
    *(
        "<r>&</r>",
        "<b>x</b>",
        "<!DOCTYPE x>",
        "]]>",
        "&amp;",
        "{}",
        "{0}",
        "%s",
        "__proto__",
        "Not stated",
        "# comment",
        "x" * 160,
        "$x^2$",
    ),
]


def accepted(kind) -> st.SearchStrategy[str]:
    """Text that the schema accepts, as it keeps it."""
    adapter = TypeAdapter(kind)

    def kept(text: str) -> str | None:
        try:
            return adapter.validate_python(text)
        except ValidationError:
            return None

    raw = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12))
    return raw.map(kept).filter(lambda text: text is not None)


labels = accepted(Label).filter(lambda label: label.casefold() not in PLACEHOLDERS)  # which a plain sheet reads as nothing
texts = st.one_of(accepted(Text), st.sampled_from(["long " * 399 + "x", "=" * 2000]))
some = st.lists(labels, min_size=1, max_size=3, unique_by=str.casefold)
any_number = st.lists(labels, max_size=2, unique_by=str.casefold)
ids = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)
pages = st.sampled_from(["https://example.com/a?b=c;d|e&f='=1", "http://example.org/é", "https://example.com/%0a"])
companies = st.fixed_dictionaries(
    {
        "name": labels,
        "product": st.none() | labels,
        "role": st.sampled_from(["vendor", "adopter"]),
        "website": st.none() | st.just("a-b.example"),
        "evidence_url": pages,
        "evidence": texts,
    }
)
workflows = st.fixed_dictionaries(
    {
        "id": ids,
        "title": labels,
        "category": labels,
        "stage": labels,
        "summary": texts,
        "what_it_is": texts,
        "buyers": some,
        "capabilities": some,
        "controls": some,
        "infrastructure": st.lists(st.fixed_dictionaries({"requirement": texts, "control": labels}), max_size=2),
        "lifecycle": st.fixed_dictionaries(
            {
                "ingest": st.fixed_dictionaries({"inputs": some}),
                "resolve": st.fixed_dictionaries({"context_keys": some}),
                "assist": st.fixed_dictionaries({"ai_tasks": some}),
                "review": st.fixed_dictionaries({"triggers": some, "reviewers": some}),
                "record": st.fixed_dictionaries({"evidence": some}),
                "sync": st.fixed_dictionaries({"targets": some}),
                "retain": st.fixed_dictionaries({"retention": any_number, "monitoring": any_number}),
            }
        ),
        "risks": st.lists(st.fixed_dictionaries({"text": texts, "family": labels}), min_size=1, max_size=2),
        "why_it_matters": texts,
        "companies": st.lists(companies, max_size=2),
        "provenance": st.fixed_dictionaries(
            {
                "kind": st.just("curated"),
                "source": st.none() | pages,
                "sources": st.lists(st.fixed_dictionaries({"url": pages, "says": texts}), min_size=1, max_size=2),
                "completed": any_number,
                "date": st.dates(date(1900, 3, 1), date(2200, 1, 1)),
            }
        ),
    }
).map(Workflow.model_validate)


@st.composite
def facets(draw, field: str) -> FacetFile:
    names = draw(some)
    terms = [{"name": name, "definition": draw(texts), "labels": draw(any_number)} for name in names]
    opened = field == "companies" and draw(st.booleans())
    return FacetFile(
        facet=field,
        title=draw(labels),
        definition=draw(texts),
        field=field,
        ordered=draw(st.booleans()),
        open=opened,
        terms=[] if opened else terms,
    )


@st.composite
def atlases(draw) -> Atlas:
    """A few workflows, and a vocabulary completed with the labels they use."""
    entries = draw(st.lists(workflows, min_size=1, max_size=3, unique_by=lambda entry: entry.id))
    fields = draw(st.permutations(list(LABEL_FIELDS)))
    taxonomy = Taxonomy({field: draw(facets(field)) for field in fields[: draw(st.integers(1, 4))]})
    entries, taxonomy, _ = adopt(entries, taxonomy, "generated")
    return build_atlas(entries, taxonomy, "generated", "1")
