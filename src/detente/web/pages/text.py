"""The text of a case: checked while it is typed, kept as a draft, and saved unless somebody else changed the file."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from detente.errors import DetenteError, DiskError
from detente.files import disk
from detente.web.frame.wanted import CaseHere, Word
from detente.web.frame.workspace import MOST_TEXT, CaseText, ChangedError, NoCaseError
from detente.web.lab import Lab, LabHere, page

router = APIRouter()

Text = Annotated[str, Field(max_length=MOST_TEXT)]


class Typed(BaseModel):
    """Text as it stands in the page. began: the digest of what it began from; with it the text is kept as a draft."""

    model_config = ConfigDict(extra="forbid")

    text: Text
    began: Word = ""


Step = Annotated[str, Field(max_length=500)] | Annotated[int, Field(ge=0, le=1_000_000)]
Line = Annotated[int, Field(ge=1, le=10_000_000)]


class WantedForm(BaseModel):
    """Request for the form at a place of a text: a path through the document, or line and column of the cursor."""

    model_config = ConfigDict(extra="forbid")

    text: Text
    path: list[Step] | None = Field(None, max_length=30)
    line: Line = 1
    column: Line = 1


class WantedEdit(BaseModel):
    """Request for an edit of one entry: `put` takes a value, `add` and `rename` a name, `move` a position."""

    model_config = ConfigDict(extra="forbid")

    text: Text
    operation: Literal["put", "add", "remove", "rename", "move"]
    path: list[Step] = Field(max_length=30)
    value: Text = ""
    name: Word = ""
    position: int = Field(0, ge=0, le=1_000_000)


class KeptText(BaseModel):
    """A case as it is kept: its text, its digest, and what was typed last and not saved."""

    name: str
    text: str
    digest: str
    own: bool
    draft: str | None
    draft_began: str | None


class Saved(BaseModel):
    """Result of saving.

    saved: the case as it is now. changed: what somebody else wrote meanwhile, to be compared. says: why nothing was
    written, while the text stays in the page.
    """

    saved: KeptText | None = None
    changed: KeptText | None = None
    says: str = ""


@router.get("/case/{name}/text", include_in_schema=False)
async def text_page(lab: LabHere, name: CaseHere) -> HTMLResponse:
    """The page with the text."""
    return page("text.html", case=await lab.case(name), here="text", folder=str(lab.workspace.folder))


@router.get("/api/cases/{name}/text")
async def read_text(lab: LabHere, name: CaseHere) -> KeptText:
    """Read a case's text, and what was typed and not saved."""
    return await _kept(lab, await lab.case(name))


@router.post("/api/cases/{name}/check")
async def check_text(lab: LabHere, name: CaseHere, typed: Typed) -> dict[str, Any]:
    """Check a text: every problem with its place, and what would be right. With `began` it is kept as a draft."""
    says = await asyncio.to_thread(_keep_draft, lab, name, typed) if typed.began else ""
    told = await lab.processes.read("check", CaseText.of(name, typed.text))
    return {**told, "draft": says}


@router.post("/api/cases/{name}/form")
async def form_of_text(lab: LabHere, name: CaseHere, wanted: WantedForm) -> dict[str, Any]:
    """Tell what stands at a place of a text, entry by entry, and what may be added there."""
    body = wanted.model_dump(exclude={"text"})
    return await lab.processes.read("form", CaseText.of(name, wanted.text), **body)


@router.post("/api/cases/{name}/edit")
async def edit_text(lab: LabHere, name: CaseHere, wanted: WantedEdit) -> dict[str, Any]:
    """Edit one entry of a text; all the rest stays as it is, byte for byte. Nothing is saved."""
    body = wanted.model_dump(exclude={"text"})
    return await lab.processes.read("edit", CaseText.of(name, wanted.text), **body)


@router.post("/api/cases/{name}/complete")
async def complete_text(lab: LabHere, name: CaseHere, wanted: WantedForm) -> dict[str, Any]:
    """Tell everything that may stand at the cursor, each with a sentence."""
    case = CaseText.of(name, wanted.text)
    return await lab.processes.read("complete", case, line=wanted.line, column=wanted.column)


@router.put("/api/cases/{name}/text")
async def save_text(lab: LabHere, name: CaseHere, typed: Typed) -> Saved:
    """Save a text; a case of the catalogue is saved as a new file of the folder."""
    return await asyncio.to_thread(_save, lab, name, typed)


@router.post("/api/cases/{name}/forget")
async def forget_draft(lab: LabHere, name: CaseHere) -> KeptText:
    """Give up what was typed and not saved."""
    case = await lab.case(name)
    await asyncio.to_thread(lab.workspace.forget_draft, name)
    return await _kept(lab, case)


async def _kept(lab: Lab, case: CaseText) -> KeptText:
    draft, began = await asyncio.to_thread(lab.workspace.draft, case.name) or (None, None)
    if draft == case.text:
        draft = began = None
    return KeptText(name=case.name, text=case.text, digest=case.digest, own=case.own, draft=draft, draft_began=began)


def _keep_draft(lab: Lab, name: str, typed: Typed) -> str:
    """Keep what is typed; why that cannot be done."""
    try:
        lab.workspace.keep_draft(name, typed.text, typed.began)
    except NoCaseError as error:
        raise HTTPException(404, str(error)) from error
    except OSError as error:
        return f"What you type cannot be kept in {lab.workspace.folder}: {error.strerror}. It is in this page only."
    return ""


def _save(lab: Lab, name: str, typed: Typed) -> Saved:
    workspace = lab.workspace
    own = workspace.is_file_name(name)  # a file that was deleted meanwhile is written again
    target, began = (name, typed.began) if own else (workspace.free_name(name), "")
    try:
        with disk(workspace.folder, "the case"):
            found = workspace.save(target, typed.text, began)
        workspace.forget_draft(name)
    except ChangedError as error:
        return Saved(changed=_plain(error.now))
    except NoCaseError as error:
        raise HTTPException(404, str(error)) from error
    except DiskError as error:
        return Saved(says=f"{error}. The text is still in this page.")
    except DetenteError as error:
        return Saved(says=str(error))
    except OSError as error:
        return Saved(says=f"{target} cannot be written: {error.strerror}. The text is still in this page.")
    lab.hub.tell("saved", name=found.name, digest=found.digest)
    return Saved(saved=_plain(found))


def _plain(case: CaseText) -> KeptText:
    return KeptText(name=case.name, text=case.text, digest=case.digest, own=case.own, draft=None, draft_began=None)
