"""What only a browser shows: charts painted, marks clicked, addresses shared, keys pressed."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PAGES, ROOT, serve, until


@pytest.mark.parametrize(("scheme", "width"), [("light", 1300), ("dark", 390)])
def test_every_page_paints_its_charts_with_nothing_clipped(regular, scheme, width):
    visitor = regular(width, scheme)
    page = visitor.open("/saved")
    for path, charts in PAGES.items():
        visitor.turn_to(path, charts)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, f"{path} scrolls sideways"


def test_a_cell_click_opens_the_workflows_behind_it_and_back_returns(visitor, pick):
    page = visitor.open("/matrices?category=Regulated+AI")
    behind = pick(category=["Regulated AI"], buyer_function=["Legal"], control=["Audit trail"])
    visitor.click_cell("matrix", "Legal", "Audit trail")
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("Legal × Audit trail")
    expect(drawer).to_contain_text(f"{len(behind)} workflows with")

    drawer.locator("a").first.click()
    expect(page).to_have_url(re.compile(r"/workflow\?.*id="))
    assert parse_qs(urlsplit(page.url).query)["category"] == ["Regulated AI"]
    assert parse_qs(urlsplit(page.url).query)["id"][0] in behind

    page.go_back()
    expect(page.get_by_role("dialog")).to_contain_text("Legal × Audit trail")
    visitor.settled()  # a run that is under way opens the drawer again
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("pick="))


@pytest.mark.parametrize(
    ("path", "open_one"),
    [
        ("/matrices?measure=lift&rows=buyer_industry&pick=control:Audit+trail", "drawer"),
        ("/workflows?page=3", "card"),
        ("/category_map?inside=buyer_function&level=all%E2%80%BAFrontier+AI%E2%80%BASecurity", "leaf"),
    ],
)
def test_back_from_a_workflow_restores_the_page_with_its_own_controls(visitor, path, open_one):
    page = visitor.open(path)
    before = page.evaluate("location.href")
    links = page.locator(".atlas-card a")
    if open_one == "card":
        expect(links).to_have_count(24)
    cards = links.all_inner_texts()
    if open_one == "leaf":
        page.locator("g.slice", has_text="Marketplace").first.click(position={"x": 20, "y": 40})
    else:
        scope = page.get_by_role("dialog") if open_one == "drawer" else page
        scope.locator(".atlas-card a").first.click()
    expect(page).to_have_url(re.compile(r"/workflow\?.*id="))
    visitor.settled()
    page.go_back()
    expect(page).to_have_url(before)
    visitor.settled()
    if open_one == "drawer":
        expect(page.get_by_role("combobox", name="Measure")).to_have_value("Lift")
        expect(page.get_by_role("dialog")).to_contain_text("Audit trail")
    elif open_one == "card":
        expect(links).to_have_text(cards, use_inner_text=True)


def test_adding_a_mark_to_the_filter_selects_exactly_what_the_drawer_showed(visitor, pick):
    both = pick(control=["Identity", "Audit trail"], match="all")
    page = visitor.open("/matrices?rows=control&columns=control&pick=control:Identity&pick=control:Audit+trail")
    expect(page.get_by_role("dialog")).to_contain_text(f"{len(both)} workflows with")
    before = page.url
    page.get_by_role("button", name="Add to the filter").click()
    expect(page.locator(".st-key-filter-bar")).to_contain_text(f"{len(both)} of 207 workflows")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"rows=control&columns=control"))
    visitor.settled()
    page.go_back()  # one step, to the drawer
    expect(page).to_have_url(before)
    expect(page.get_by_role("dialog")).to_contain_text(f"{len(both)} workflows with")
    expect(page.locator(".st-key-filter-bar")).to_contain_text("207 workflows")


def test_a_bar_a_bubble_and_an_area_answer_clicks_too(visitor):
    page = visitor.open("/control_frequency")
    visitor.click_mark("control-frequency", ".bars .point path")
    expect(page.get_by_role("dialog")).to_contain_text("Evidence storage")

    visitor.open("/convergence")
    visitor.click_mark("convergence-map", ".scatterlayer .trace .point")
    expect(page.get_by_role("dialog")).to_contain_text("workflows with control")

    visitor.open("/category_map")
    page.locator("g.slice", has_text="Frontier AI").first.click(position={"x": 60, "y": 8})
    expect(page).to_have_url(re.compile("level=all%E2%80%BAFrontier"))
    visitor.settled()
    page.locator("g.slice", has_text="Marketplace").first.click(position={"x": 20, "y": 40})
    expect(page).to_have_url(re.compile(r"/workflow\?id=ai-agent-marketplace-governance"))


def test_a_click_on_a_filter_is_one_run(visitor):
    asked = []
    visitor.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: asked.append(frame)))
    page = visitor.open("/matrices")
    asked.clear()
    page.get_by_role("button", name="Frontier AI").first.click()
    expect(page.locator(".st-key-filter-bar")).to_contain_text("of 207")
    visitor.settled()
    assert len(asked) == 1


def test_the_matrix_can_be_walked_with_the_keyboard(visitor):
    page = visitor.open("/matrices?sort=taxonomy")
    page.locator(".atlas-chart .plot").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator(".atlas-chart [role=status]")).to_contain_text("Compliance and risk × Customer identity")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Compliance and risk × Customer identity")


def test_a_filter_pill_repaints_the_chart_and_lands_in_the_address(visitor, pick):
    page = visitor.open("/control_frequency")
    before = visitor.painted("control-frequency")
    page.get_by_role("button", name="Frontier AI").click()
    expect(page.locator(".st-key-filter-bar")).to_contain_text(f"{len(pick(category=['Frontier AI']))} of 207 workflows")
    expect(page).to_have_url(re.compile(r"category=Frontier\+AI"))
    visitor.settled()
    assert visitor.painted("control-frequency") > before


def test_no_label_is_cut_while_filters_bring_longer_and_shorter_ones(visitor):
    page = visitor.open("/matrices?rows=company&category=Frontier+AI")
    cut = """chart => [...chart.querySelectorAll('.xtick text, .ytick text')].filter((label) => {
        const [around, box] = [chart.getBoundingClientRect(), label.getBoundingClientRect()];
        return box.left < around.left - 1 || box.right > around.right + 1 || box.top < around.top - 1;
    }).map((label) => label.textContent)"""
    plot = page.locator('.atlas-chart[data-chart="matrix"] .plot')
    seen = set()
    for name in ("Physical World AI", "Frontier AI", "Physical World AI", "Enterprise AI", "Frontier AI"):
        before = visitor.painted("matrix")
        page.locator(".st-key-category").get_by_role("button", name=name).click()
        until(lambda: visitor.painted("matrix") > before)  # noqa: B023
        visitor.settled()
        seen |= set(plot.locator(".ytick text").all_text_contents())
        assert plot.evaluate(cut) == []
    assert len(seen) > 40, "the filters bring other companies"
    for width in (1700, 1500):
        before = visitor.painted("matrix")
        page.set_viewport_size({"width": width, "height": 900})
        until(lambda: visitor.painted("matrix") > before)  # noqa: B023
        assert plot.evaluate(cut) == []


def test_a_copied_address_gives_a_stranger_the_same_view(visitor, newcomer):
    page = visitor.open("/matrices")
    page.get_by_role("button", name="Regulated AI").click()
    expect(page).to_have_url(re.compile("category="))
    page.get_by_role("combobox", name=re.compile("Measure")).click()
    page.get_by_role("option", name="Adjusted residual").click()
    expect(page).to_have_url(re.compile("measure=residual"))
    visitor.settled()
    visitor.click_cell("matrix", "Compliance and risk", "Policy versioning")
    expect(page.get_by_role("dialog")).to_be_visible()
    visitor.settled()
    address = page.evaluate("location.href")
    mine = page.locator(".plot").evaluate("plot => JSON.stringify(plot.data[0].z)")

    stranger = newcomer()
    theirs = stranger.open(address.removeprefix(stranger.address))
    expect(theirs.get_by_role("dialog")).to_contain_text("Compliance and risk × Policy versioning")
    assert theirs.locator(".plot").evaluate("plot => JSON.stringify(plot.data[0].z)") == mine
    assert theirs.evaluate("location.href") == address


def test_the_filter_follows_from_page_to_page_and_the_drawer_does_not(visitor):
    page = visitor.open("/matrices?control=Metering&pick=control:Metering")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_text("Atlas", exact=True).click()
    page.locator("a[href$='/workflows']").click()
    expect(page).to_have_url(re.compile(r"/workflows\?.*control=Metering"))
    visitor.settled()
    expect(page.locator(".st-key-filter-bar")).to_contain_text("Metering")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_copy_link_gives_the_address_of_the_view(newcomer):
    visitor = newcomer(permissions=["clipboard-read", "clipboard-write"])
    page = visitor.open("/matrices?stage=Scaling")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.evaluate("location.href")


def test_an_empty_filter_can_be_loosened_with_one_click(visitor):
    page = visitor.open("/convergence?category=Frontier+AI&stage=Established")
    expect(page.get_by_text("No workflow meets all of these conditions.")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Stage")).click()
    expect(page.locator(".st-key-filter-bar")).to_contain_text("18 of 207 workflows")
    visitor.settled()
    expect(page.locator('.atlas-chart[data-chart="convergence-map"]')).to_be_visible()


def test_search_finds_workflows_by_their_words(visitor, pick):
    page = visitor.open("/workflows")
    page.get_by_placeholder("Title, summary or label").fill("phishing")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-filter-bar")).to_contain_text(f"{len(pick(text='phishing'))} of 207 workflows")
    expect(page).to_have_url(re.compile("q=phishing"))


def test_a_lasso_on_the_map_becomes_the_filter_and_its_chip_takes_it_away(visitor, regular):
    page = visitor.open("/space?category=Frontier+AI&category=Enterprise+AI")
    plot = page.locator(".atlas-chart .plot")
    plot.scroll_into_view_if_needed()
    dots = plot.evaluate(
        "g => g.data.flatMap(t => t.x.map((x, i) => ({id: t.customdata[i][0][1],"
        " x: g._fullLayout.xaxis._offset + g._fullLayout.xaxis.d2p(x), y: g._fullLayout.yaxis._offset + g._fullLayout.yaxis.d2p(t.y[i])})))"
    )
    box, across = plot.bounding_box(), sorted(dot["x"] for dot in dots)
    middle = max(pairwise(across[10:-10]), key=lambda pair: pair[1] - pair[0])  # a lasso is not exact to the pixel
    middle = sum(middle) / 2
    caught = {dot["id"] for dot in dots if dot["x"] < middle}
    corners = [(12, 12), (middle, 12), (middle, box["height"] - 40), (12, box["height"] - 40), (12, 14)]
    for i, (x, y) in enumerate(corners):
        page.mouse.move(box["x"] + x, box["y"] + y, steps=4)
        if i == 0:
            page.mouse.down()
    page.mouse.up()
    expect(page.locator(".st-key-filter-bar")).to_contain_text(f"{len(caught)} of 207 workflows")
    expect(page).to_have_url(re.compile("only="))
    visitor.settled()
    assert set(plot.evaluate("g => g.data.flatMap(t => t.customdata.map(c => c[0][1]))")) == caught

    page.get_by_test_id("stTopNavSection").get_by_text("Analysis").click()
    page.get_by_test_id("stTopNavPopoverBody").get_by_text("Matrices", exact=True).click()
    expect(page).to_have_url(re.compile(r"/matrices\?.*only="))
    another = regular()
    theirs = another.open(page.url.removeprefix(another.address))
    expect(theirs.locator(".st-key-filter-bar")).to_contain_text(f"{len(caught)} of 207 workflows")
    theirs.get_by_role("button", name=f"{len(caught)} workflows picked").click()
    expect(theirs.locator(".st-key-filter-bar")).to_contain_text(f"{len(dots)} of 207 workflows")
    expect(theirs).not_to_have_url(re.compile("only="))


def test_a_dot_opens_its_workflow_and_a_group_can_be_chosen_without_a_mouse(visitor):
    page = visitor.open("/space")
    page.get_by_role("button", name="Filter to this group").first.press("Enter")
    expect(page.locator(".st-key-filter-bar")).to_contain_text("workflows picked")
    visitor.settled()
    page.locator(".atlas-chart .plot").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".atlas-chart [role=status]")).to_contain_text("Nearest:")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/workflow\?.*id="))
    assert "only=" in page.url


def test_a_comparison_starts_at_a_workflow_goes_into_the_address_and_prints(visitor, regular):
    page = visitor.open("/workflow?id=ai-phishing-report-triage")
    page.get_by_role("link", name="Compare with the nearest").click()
    expect(page).to_have_url(re.compile(r"/compare\?.*with_workflow=ai-phishing-report-triage"))
    expect(page.get_by_text("shared by both").first).to_be_visible()
    visitor.settled()
    page.get_by_role("radio", name="Categories").click()
    picker = page.get_by_role("combobox", name=re.compile("Categories"))
    for name in ("Frontier AI", "Regulated AI", "Physical World AI"):
        picker.click()
        page.get_by_role("option", name=name).click()
    expect(page).to_have_url(re.compile(r"with_category=Frontier\+AI&with_category=Regulated\+AI&with_category=Physical"))
    page.keyboard.press("Escape")
    expect(page.get_by_text("common in all 3").first).to_be_visible()
    content = visitor.download("Printable page").path().read_text(encoding="utf-8")
    assert "Only Frontier AI: " in content and "Plotly.newPlot" in content and not re.search(r"<script[^>]+src=", content)
    another = regular()
    theirs = another.open(page.evaluate("location.href").removeprefix(another.address))
    expect(theirs.get_by_text("common in all 3").first).to_be_visible()


def test_markup_in_the_data_is_shown_as_text_everywhere(newcomer, tmp_path):
    for category in ("frontier-ai", "enterprise-ai"):
        shutil.copytree(ROOT / "atlas_data" / "workflows" / category, tmp_path / "workflows" / category)
    path = tmp_path / "workflows" / "frontier-ai" / "ai-agent-marketplace-governance.yaml"
    title, hostile = "AI Agent Marketplace Governance", "<img src=x onerror=document.title=666> **bold** :red[x] $x$ [a](http://b)"
    text = path.read_text(encoding="utf-8")
    assert f"title: {title}" in text
    path.write_text(text.replace(f"title: {title}", f"title: '{hostile}'"), encoding="utf-8")
    with contextmanager(serve)(ATLAS=str(tmp_path)) as address:
        visitor = newcomer(at=address)
        page = visitor.open("/workflow?id=ai-agent-marketplace-governance")
        expect(page.get_by_text(hostile).first).to_be_visible()
        for path, charts in {"/workflows?category=Frontier+AI": [], "/category_map": ["category-map", "stage-mix"]}.items():
            assert page.locator("img[src=x]").count() == 0
            assert page.title() != "666"
            visitor.turn_to(path, charts)
            if not charts:
                expect(page.get_by_text(hostile).first).to_be_visible()
        assert page.locator("img[src=x]").count() == 0
        assert page.title() != "666"


def test_what_was_entered_on_a_page_is_there_when_the_menu_leads_back(visitor):
    page = visitor.open(
        "/map_workflow?category=Regulated+AI&describe=Reads+claims+and+drafts+letters+for+adjusters&map_buyer_function=Legal"
    )
    visitor.settled()
    described = page.url
    for title in ("Platform coverage", "Map your workflow"):
        _by_the_menu(visitor, "Decide", title, {"Platform coverage": "How far"}.get(title, title))
    expect(page.get_by_role("textbox", name="Description")).to_have_value("Reads claims and drafts letters for adjusters")
    assert {*page.url.split("?")[1].split("&")} == {*described.split("?")[1].split("&")}
    expect(page.get_by_role("heading", name="Nearest workflows")).to_be_visible()
    page.go_back()  # one step
    expect(page.get_by_role("heading", level=1)).to_contain_text("How far a platform carries")
    expect(page).to_have_url(re.compile("category=Regulated"))


def test_a_platform_described_once_is_the_platform_of_the_brief_and_stays_when_a_link_says_nothing_of_it(visitor):
    page = visitor.open("/platform?full=Identity&full=Metering")
    visitor.settled()
    _by_the_menu(visitor, "Decide", "Brief", "Brief")
    expect(page).to_have_url(re.compile("full=Identity&full=Metering"))
    page.get_by_role("button", name="Remove Identity").click()
    expect(page).to_have_url(re.compile(r"brief\?full=Metering$"))
    visitor.settled()
    _by_the_menu(visitor, "Decide", "Platform coverage", "How far")
    expect(page).to_have_url(re.compile(r"platform\?full=Metering$"))


def _by_the_menu(visitor, section: str, title: str, heading: str) -> None:
    visitor.page.get_by_test_id("stTopNavSection").get_by_text(section).click()
    visitor.page.get_by_test_id("stTopNavPopoverBody").get_by_text(title, exact=True).click()
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text(heading)
    visitor.settled()


def test_who_uses_the_keyboard_goes_on_where_a_condition_was_removed(visitor):
    page = visitor.open("/control_frequency?category=Regulated+AI&buyer_function=Legal")
    page.get_by_test_id("stMain").get_by_role("button", name="Legal").press("Enter")
    expect(page).to_have_url(re.compile("category=Regulated.AI$"))
    expect(page.get_by_test_id("stMain").get_by_role("button", name="Regulated AI")).to_be_focused()
    expect(page.locator(".atlas-chart [role=status]")).to_contain_text("n = 65 workflows of 207")  # told to who does not see it
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("control_frequency$"))
    expect(page.get_by_test_id("stMain")).to_be_focused()


def test_the_overview_leads_to_the_chart_that_shows_what_it_says(visitor):
    page = visitor.open("/")
    page.get_by_role("link", name="See the test").press("Enter")
    expect(page.get_by_role("heading", name="The thesis, tested", exact=True)).to_be_in_viewport()
    expect(page.get_by_test_id("stMain")).to_be_focused()
    levels = page.locator(".atlas-words h3").evaluate_all("all => all.map((each) => each.ariaLevel)")
    assert levels == ["2", "3", "3", "3", "3"]  # no heading is left out in between


def test_back_from_a_link_leads_to_the_place_on_the_page_where_it_was(visitor):
    page = visitor.open("/convergence")
    link = page.locator(".atlas-chart").nth(2).get_by_role("link", name="How it is measured")
    link.scroll_into_view_if_needed()
    place = page.get_by_test_id("stMain").evaluate("main => main.scrollTop")
    assert place > 500
    link.click()
    expect(page.get_by_role("heading", name="How everything is measured")).to_be_visible()
    visitor.settled()
    page.go_back()
    expect(page.get_by_role("heading", name="Where demand and requirements meet")).to_be_attached()
    page.wait_for_function("place => document.querySelector('[data-testid=stMain]').scrollTop === place", arg=place)


@pytest.mark.parametrize("path", ["/convergence", "/companies"])
def test_what_stays_on_a_page_stays_where_it_is_while_what_stands_above_it_comes_and_goes(visitor, path):
    page = visitor.open(path)
    parts = page.locator(".atlas-chart, .atlas-cards")
    named = "parts => parts.map((part) => [part.closest('[class*=st-key-]').className, part.drawn])"
    for number, category in enumerate(["Physical World AI", "Enterprise AI", "Operational AI", "Frontier AI", "Regulated AI"]):
        parts.evaluate_all("(parts, drawn) => parts.forEach((part) => { part.drawn = drawn; })", number)
        before = {name for name, _ in parts.evaluate_all(named)}
        page.locator(".st-key-category button").get_by_text(category, exact=True).click()
        expect(page.locator(".st-key-filter-bar").get_by_role("button", name=category)).to_be_visible()
        visitor.settled()
        assert [name for name, drawn in parts.evaluate_all(named) if name in before and drawn != number] == []
