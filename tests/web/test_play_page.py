"""A seat in a real browser: played, refreshed, taken up after a crash, beside another seat; and nothing leaks."""

from __future__ import annotations

import json
import re
import urllib.error
from collections import defaultdict

import pytest
from playwright.sync_api import Page, expect

import detente as dt
from detente.web.answered.play import look
from detente.web.answered.served import Asked
from detente.web.frame.tables import Tables
from detente.web.frame.workspace import CaseText

PAGE = "/case/iran-2025/play"


def ready(page: Page) -> None:
    expect(page.locator("#table")).to_have_attribute("aria-busy", "false")


def begun(visit, *seats: str, view: str = "desk") -> Page:
    page = visit(view).page(PAGE)
    for seat in seats:
        page.check(f"input[value={seat}]")
    page.click("#begin button")
    return page


def test_a_game_is_played_to_its_hindsight_and_stays_after_a_refresh(visit):
    page = begun(visit, "us")
    ready(page)
    expect(page.locator("#who")).to_contain_text("you are United States")
    expect(page.locator(".open button").first).to_contain_text("worth")
    page.uncheck("#advice")
    ready(page)
    expect(page.locator(".open button").first).not_to_contain_text("worth")
    page.locator(".open button").first.click()
    ready(page)
    before = page.inner_text("#seen")
    assert "the President's letter" in before
    page.reload()
    ready(page)
    assert page.inner_text("#seen") == before
    for _ in range(12):
        if page.locator(".open button").count() == 0:
            break
        page.locator(".open button").first.click()
        expect(page.locator("#seen")).not_to_have_text(before)
        ready(page)
        before = page.inner_text("#seen")
    expect(page.locator("#now")).to_contain_text("It ends:")
    expect(page.locator(".hindsight h2").first).to_have_text("What the others were")
    assert "What it cost" in page.inner_text("#hindsight")


def test_a_game_goes_on_after_everything_was_killed(visit, lab):
    seen = visit()
    page = seen.page(PAGE)
    page.check("input[value=us]")
    page.click("#begin button")
    page.locator(".open button").first.click()
    expect(page.locator("#seen")).to_contain_text("the President's letter")
    ready(page)
    before, private = page.inner_text("#seen"), page.inner_text("#private")
    lab.kill()
    lab.begin()
    seen.faults = [fault for fault in seen.faults if "net::ERR_" not in fault]  # of the moment without a laboratory
    again = visit("dark").page(page.url)
    expect(again.locator("#seen")).to_contain_text("the President's letter")
    ready(again)
    assert (again.inner_text("#seen"), again.inner_text("#private")) == (before, private)
    page.goto("about:blank")
    seen.faults = [fault for fault in seen.faults if "net::ERR_" not in fault]


def test_two_seats_in_two_browsers_wait_for_one_another_and_see_their_own(visit, lab):
    told = lab.call("/api/cases/iran-2025/games", {"seats": ["us", "iran"]})["answer"]["seats"]
    keys = {each["seat"]: each["key"] for each in told}
    us, iran = (visit(view).page(f"{PAGE}/{keys[seat]}") for seat, view in (("us", "desk"), ("iran", "dark")))
    ready(us)
    ready(iran)
    expect(iran.locator("#now")).to_have_text("Another seat is to move.")
    assert us.inner_text("#private") != iran.inner_text("#private")
    us.locator(".open button").first.click()
    expect(iran.locator(".open button").first).to_be_visible()
    expect(us.locator("#now")).to_contain_text("Another seat")


def test_a_move_is_made_once_and_a_wrong_key_opens_nothing(lab):
    key = lab.call("/api/cases/iran-2025/games", {"seats": ["us"]})["answer"]["seats"][0]["key"]
    first = lab.call(f"/api/games/{key}/look", {})["answer"]
    wanted = {"move": first["moves"][0]["move"], "made": 0}
    once = lab.call(f"/api/games/{key}/move", wanted)["answer"]
    assert lab.call(f"/api/games/{key}/move", wanted)["answer"] == once
    assert lab.call(f"/api/games/{key}/move", {"move": "surrender", "made": 1})["error"]["kind"] == "refused"
    for wrong in (key[:-1] + ("0" if key[-1] != "0" else "1"), "../../etc/passwd", "nothing"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            lab.call(f"/api/games/{wrong}/look", {})
    assert not re.search(r"seed|\d{6}", json.dumps(first))


def test_a_game_is_kept_move_by_move_and_its_keys_open_their_own_seats(tmp_path):
    case = CaseText.of("mine.yaml", "title: one\n")
    game = Tables(tmp_path).begin(case, {"set": {}}, ["us", "iran"])
    keys = {seat: f"{game.id}-{mark}" for mark, seat in game.seats.items()}
    Tables(tmp_path).moved(game, "us", "offer")
    again, seat = Tables(tmp_path).open(keys["iran"])
    assert seat == "iran"
    assert (again.case, again.seed, again.moves, again.by) == (case, game.seed, ("offer",), ("us",))
    assert again.body("iran")["moves"] == ["offer"]
    assert len({Tables(tmp_path).begin(case, {}, ["us"]).seed for _ in range(5)}) > 1


class Held:
    """The session of a question, held for all of them."""

    def __init__(self) -> None:
        self.session = dt.Session("iran-2025")

    def at(self, asked, settings):
        return self.session


def test_games_that_differ_in_what_a_seat_cannot_see_give_byte_equal_answers():
    held, answers, hidden = Held(), defaultdict(set), defaultdict(set)
    solved = held.session.settle()
    for seed in range(60):
        playing = solved.play("iran", seed=seed)
        while not playing.over:
            body = {"seats": ["iran"], "seed": seed, "moves": list(playing.moves), "seat": "iran", "advice": True}
            told = look(Asked("iran-2025", "", "", body, lambda _: None, held))
            name = (playing.view().private, playing.view().seen)
            answers[name].add(json.dumps(told))
            hidden[name].add(playing.node)
            playing = playing.make(playing.view().moves[seed % 2])
    assert all(len(each) == 1 for each in answers.values())
    assert max(map(len, hidden.values())) > 1


@pytest.mark.parametrize("view", ["desk", "dark", "phone"])
def test_nobody_is_kept_out_of_a_seat(visit, lab, view):
    seen = visit(view)
    page = seen.page(PAGE)
    seen.check(page)
    key = lab.call("/api/cases/iran-2025/games", {"seats": ["us"]})["answer"]["seats"][0]["key"]
    page = seen.page(f"{PAGE}/{key}")
    ready(page)
    expect(page.locator(".open button").first).to_be_visible()
    seen.check(page)
