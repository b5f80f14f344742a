"""Views outside the dashboard: at an address, in a frame, saved and reopened."""

from __future__ import annotations

import json
import re
import urllib.request

from playwright.sync_api import expect

from analysis.views.saved import Saved, packed


def test_the_server_of_the_dashboard_answers_addresses_too(address):
    with urllib.request.urlopen(f"{address}/api/views/layers.json?category=Regulated+AI") as answer:
        assert json.load(answer)["total_rows"] == 6


def test_a_frame_shows_the_chart_and_nothing_of_the_dashboard_around_it(visitor):
    page = visitor.open("/embed?view=layers&category=Regulated+AI&embed=true")
    expect(page.get_by_text("Source: AI Production Atlas")).to_be_visible()
    expect(page.get_by_test_id("stSidebar")).to_have_count(0)
    expect(page.get_by_test_id("stTopNavLinkContainer")).to_have_count(0)
    assert visitor.painted("layers") >= 1


def test_a_saved_view_reopens_with_its_own_filter_and_back_returns(visitor):
    items = [Saved(name="Lifts", view="matrix", query="measure=lift&category=Regulated+AI")]
    page = visitor.open(f"/saved?control=Identity&list={packed(items)}")
    page.get_by_role("button", name="Reopen").first.click()
    expect(page).to_have_url(re.compile(r"/matrices\?measure=lift&category=Regulated(\+|%20)AI$"))
    visitor.settled()
    expect(page.get_by_text("of 207 workflows").first).to_contain_text("65")
    page.go_back()
    expect(page.get_by_role("heading", name="Saved views")).to_be_visible()


def test_a_chart_is_saved_from_its_own_buttons_and_leads_to_its_method_with_the_filter(visitor):
    page = visitor.open("/control_frequency?category=Regulated+AI")
    page.get_by_role("button", name="Save this view").click()
    expect(page.get_by_text("Saved. Find it under Data")).to_be_visible()
    page.get_by_role("link", name="How it is measured").click()
    expect(page.get_by_role("heading", name="How everything is measured")).to_be_visible()
    expect(page).to_have_url(re.compile("method=frequency"))
    expect(page).to_have_url(re.compile("category=Regulated"))
    expect(page.get_by_text("Worked here:")).to_be_in_viewport()
