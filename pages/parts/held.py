"""What a visitor holds in their tab alone, given back to them when their session begins anew.

Streamlit forgets a session when its page is loaded anew, when the connection was lost for over two minutes, and when its server ends.
What stands in the address comes back by itself. The rest the tab keeps in its browser (``sessionStorage``, gone when it is closed), and a
session that has just begun asks for it. A cookie without content says whether it is worth asking.
"""

from __future__ import annotations

from typing import Annotated

import streamlit as st
from pydantic import BaseModel, Field, ValidationError

from analysis.shortlist import LONGEST_NOTE, MOST
from analysis.views import VIEWS
from analysis.views.saved import MOST as MOST_SAVED
from analysis.views.saved import Saved
from analysis.weights import HIGHEST
from pages.parts import state
from pages.parts.edited import in_use, rewritten
from pages.parts.filter import escaped
from pages.parts.saved import keep, kept_views

SHORTLIST, NOTES = "shortlist-kept", "shortlist-notes"  # workflow ids, and notes by id
KEEP = "keep"  # the control that shows the list and changes it
_COOKIE, _ASKED, _TOLD, _GONE = "atlas-held", "held-asked", "held-told", "held-gone"
_Note = Annotated[str, Field(max_length=LONGEST_NOTE)]

_held = st.components.v2.component(
    "atlas_held",
    js="""
    const NAME = "NAMED";
    let answered = false;
    export default function ({ data, setTriggerValue }) {
      try {
        if (data.asks) {
          if (answered) return;
          answered = true;
          const held = window.sessionStorage.getItem(NAME) ?? "";
          setTriggerValue("given", held);
          window.sessionStorage.setItem(NAME, JSON.stringify({ ...JSON.parse(held), own: "" })); // told once, also by pages that stop
          return;
        }
        answered = false;
        window.sessionStorage.setItem(NAME, data.held);
        document.cookie = `${NAME}=1; path=/; SameSite=Lax`;
      } catch {
        // A browser that may keep nothing, or no more; or nonsense was kept.
      }
    }
    """.replace("NAMED", _COOKIE),
)


class Held(BaseModel):
    """What a tab holds. It comes back from a browser, so nothing in it is taken for granted."""

    own: Annotated[str, Field(max_length=200)] = ""  # the name of an atlas of one's own: of that no more than the name is kept
    saved: Annotated[list[Saved], Field(max_length=MOST_SAVED)] = []
    shortlist: Annotated[list[str], Field(max_length=MOST)] = []
    notes: dict[str, _Note] = {}
    weights: dict[str, Annotated[float, Field(ge=0, le=HIGHEST, allow_inf_nan=False)]] = {}
    platform: dict[str, _Note] = {}


def ask() -> None:
    """In a session that has just begun, ask the tab what it holds; say that an atlas of one's own is no longer there."""
    if _ASKED not in st.session_state:
        st.session_state[_ASKED] = _COOKIE not in st.context.cookies
    if not st.session_state[_ASKED]:
        with st.sidebar:  # below the filter, where it moves nothing
            _held(key="held", data={"asks": True}, on_given_change=_given)
    if name := st.session_state.pop(_GONE, ""):
        state.notice(
            f"Your atlas “{escaped(name)}” is gone: the page was loaded anew, or the connection was lost for some minutes. This is "
            "another atlas. Bring the file again under Data, Your own atlas."
        )


def remember() -> None:
    """Have the tab keep what it holds, once the page has run. Where one stops early, it is kept with the next run."""
    held = _now()
    if st.session_state[_ASKED] and (held != Held() or st.session_state.get(_TOLD)):
        st.session_state[_TOLD] = True
        _held(key="held", data={"held": held.model_dump_json(exclude_defaults=True)}, on_given_change=_given)


def _now() -> Held:
    own = state.own()
    return Held.model_construct(
        own=own.name[:200] if own is not None else "",
        saved=kept_views(),
        shortlist=st.session_state.get(SHORTLIST, []),
        notes={workflow: note for workflow, note in st.session_state.get(NOTES, {}).items() if note},
        weights=in_use("weights"),
        platform=in_use("platform-notes"),
    )


def _given() -> None:
    """Take up what the tab had kept, where the session has nothing of its own by now, from the address for instance."""
    st.session_state[_ASKED] = st.session_state[_TOLD] = True
    try:
        held = Held.model_validate_json(st.session_state["held"].given or "{}")
    except ValidationError:  # not written by this version
        return
    atlas, now = state.atlas(), _now()
    st.session_state[_GONE] = "" if now.own else held.own
    if not now.saved:
        keep([item for item in held.saved if item.view in VIEWS])  # another version may have had others
    if not now.shortlist:
        st.session_state[SHORTLIST] = [workflow for workflow in held.shortlist if workflow in atlas]
        st.session_state.pop(KEEP, None)  # on the page itself it has none by now; it takes the list anew
    st.session_state[NOTES] = {**held.notes, **now.notes}
    for name, before, after in (("weights", held.weights, now.weights), ("platform-notes", held.platform, now.platform)):
        if before:
            rewritten(name, {**before, **after})
