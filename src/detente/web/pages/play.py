"""Play: one seat or several, each in its own browser, against the solved others."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from detente.web.frame.tables import NoGameError, PlayedGame
from detente.web.frame.wanted import CaseHere, Wanted, Word
from detente.web.lab import Lab, LabHere, page

router = APIRouter()

KeyHere = Annotated[str, Path(max_length=40, description="The key of a seat, from its address.")]


class WantedGame(Wanted):
    """Request for a game in which people play these actors."""

    seats: Annotated[list[Word], Field(min_length=1, max_length=20)]


class WantedLook(BaseModel):
    """Request for the moment as a seat sees it. advice: with what its moves are worth."""

    model_config = ConfigDict(extra="forbid")

    advice: bool = True
    page: Word = ""


class WantedMove(WantedLook):
    """Request for a move. made: how many the seat has made before, so that none is made twice."""

    move: Word
    made: Annotated[int, Field(ge=0, le=10_000)]


@router.get("/case/{name}/play", include_in_schema=False)
async def choose_seat(lab: LabHere, name: CaseHere) -> HTMLResponse:
    """The page on which a seat is chosen."""
    case = await lab.case(name)
    return page("play.html", case=case, here="play", key="", seats=await lab.processes.read("seats", case))


@router.get("/case/{name}/play/{key}", include_in_schema=False)
async def play_page(lab: LabHere, name: CaseHere, key: KeyHere) -> HTMLResponse:
    """The page of a seat."""
    game, _ = _open(lab, key)
    return page("play.html", case=game.case, here="play", key=key, seats={})


@router.post("/api/cases/{name}/games")
async def begin_game(lab: LabHere, name: CaseHere, wanted: WantedGame) -> dict[str, Any]:
    """Begin a game; tells the key of each seat. What luck holds and what the others are, nobody is told."""
    case = await lab.case(name)
    settings = wanted.plain()
    told = await lab.processes.solve(
        "look", case, settings, page=wanted.page, seats=wanted.seats, seed=0, moves=[], seat=wanted.seats[0]
    )
    if "error" in told:
        return told
    try:
        game = lab.tables.begin(case, settings, list(dict.fromkeys(wanted.seats)))
    except OSError as error:
        return {"error": {"kind": "refused", "says": f"The game cannot be kept: {error.strerror}."}}
    return {"answer": {"seats": [{"seat": seat, "key": f"{game.id}-{mark}"} for mark, seat in game.seats.items()]}}


@router.post("/api/games/{key}/look")
async def look(lab: LabHere, key: KeyHere, wanted: WantedLook) -> dict[str, Any]:
    """Tell a seat all that it knows, and nothing else; at the end also hindsight."""
    game, seat = _open(lab, key)
    told = await _asked(lab, game, seat, "look", wanted)
    return _with_count(told, game, seat)


@router.post("/api/games/{key}/move")
async def move(lab: LabHere, key: KeyHere, wanted: WantedMove) -> dict[str, Any]:
    """Make a move of a seat; tell the moment after it."""
    _open(lab, key)
    async with lab.tables.turn(key):
        game, seat = _open(lab, key)
        if game.by.count(seat) != wanted.made:
            return _with_count(await _asked(lab, game, seat, "look", wanted), game, seat)
        told = await _asked(lab, game, seat, "move", wanted, move=wanted.move)
        if "error" not in told:
            try:
                game = lab.tables.moved(game, seat, wanted.move)
            except OSError as error:
                return {"error": {"kind": "refused", "says": f"The move cannot be kept: {error.strerror}."}}
            lab.hub.tell("game", id=game.id)
        return _with_count(told, game, seat)


async def _asked(
    lab: Lab, game: PlayedGame, seat: str, question: str, wanted: WantedLook, **more: Any
) -> dict[str, Any]:
    body = game.body(seat)
    return await lab.processes.solve(
        question, game.case, game.settings, page=wanted.page, advice=wanted.advice, **body, **more
    )


def _with_count(told: dict[str, Any], game: PlayedGame, seat: str) -> dict[str, Any]:
    """The answer with how many moves the seat has made."""
    return told if "error" in told else {"answer": {**told["answer"], "made": game.by.count(seat)}}


def _open(lab: Lab, key: str) -> tuple[PlayedGame, str]:
    try:
        return lab.tables.open(key)
    except NoGameError as error:
        raise HTTPException(404, str(error)) from error
