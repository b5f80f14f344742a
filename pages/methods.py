"""How is everything measured?"""

import streamlit as st

from analysis.methods import METHODS, SECTIONS
from atlas_data.problems import nearest
from pages.parts.context import context
from pages.parts.filter import escaped
from pages.parts.going import scroll_to
from pages.parts.state import code, notice

atlas, selection = context()
st.title("How everything is measured", anchor=False)
st.markdown(
    "Each measure with its formula, where it comes from and what it takes for granted, worked once with the numbers of the workflows "
    "selected now. Tags are judgements and the atlas is not a random sample: intervals and tests treat its workflows as if drawn from a "
    "larger population of such workflows."
)

asked = st.query_params.get("method", "")
if asked and asked not in METHODS:
    notice(f"The link asks for the measure {code(asked)}, which does not exist{escaped(nearest(asked, METHODS)) or '.'}")
elif asked and st.session_state.get("method-asked") != asked:
    st.session_state[f"method-{asked}"] = True
st.session_state["method-asked"] = asked

for section, methods in SECTIONS.items():
    st.subheader(section, anchor=False)
    for method in methods:
        panel = st.expander(method.title, key=f"method-{method.anchor}", on_change="rerun")
        if not panel.open:  # a measure is worked when it is opened
            continue
        with panel:
            st.markdown(escaped(method.meaning))
            st.latex(method.formula)
            example = method.example(atlas, selection)
            st.markdown("**Worked here:** " + escaped(example.words if example else "the selection leaves nothing to work it on."))
            if example:
                st.latex(example.working)
            st.markdown(f"**Takes for granted:** {escaped(method.assumptions)}")
            said = f"**Source:** {escaped(method.source)} " if method.source else ""
            st.caption(f"{said}**In Python:** `{method.where}`")
if asked in METHODS:
    scroll_to(f"method-{asked}")
