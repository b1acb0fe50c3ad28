"""GET and POST /preferences: what the visitor wants to see, and how to hear it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from api.categories.routes import list_categories
from api.login.form import read_form
from api.pages import casting
from api.pages.casting import Casting
from api.pages.showing import Shown, show
from api.pages.visitor import OfVisitor
from api.parts import OfFacade
from api.problems import InvalidRequest
from api.sessions.change import change
from api.sessions.preferences import PreferencesOfSession

WISH = "wish-"
"""Before a category's name, in the form: liked, neither or muted."""
WISHES = ("liked", "neither", "muted")
MOST_FIELDS = 40
LENGTHS = (1, 2, 3, 5, 8, 10, 15, 20, 30)
USUAL_LENGTH, USUAL_STYLE = 5, "deep_dive"
STYLES = (("deep_dive", "Takes its time"), ("brief", "The main points"))

router = APIRouter()


@router.get("/preferences")
async def get_preferences(
    parts: OfFacade, visitor: OfVisitor, kept: Annotated[str, Query()] = ""
) -> Response:
    """The form, as it was kept last."""
    listed = await list_categories(parts, visitor.asker)
    wanted = visitor.session.preferences
    minutes = wanted.length_minutes or USUAL_LENGTH
    voices = Casting(await parts.voices.there(), wanted.voices).told()
    words = {
        "categories": listed.categories, "kept": bool(kept), "minutes": minutes,
        "lengths": sorted({*LENGTHS, minutes}), "styles": STYLES,
        "style": wanted.format or USUAL_STYLE, "wish": WISH, "voices": voices,
        "voice_field": casting.FIELD,
    }  # fmt: skip
    answer = {**listed.model_dump(mode="json"), "voices": voices}
    page = Shown("preferences", "Preferences · Aethercast", "/preferences", answer, words, {})
    return show(parts.settings, visitor, page)


@router.post("/preferences")
async def post_preferences(request: Request, parts: OfFacade, visitor: OfVisitor) -> Response:
    """Keep what the form says; what it does not name stays.

    Raises:
        ForeignOrigin: another site's page sent the form.
        InvalidRequest: something in it is not allowed; nothing was kept.
    """
    form = await read_form(request, MOST_FIELDS)
    body = {"preferences": patch_of(form, visitor.session.preferences)}
    await parts.limits.spend("writes", visitor.caller.user_id)
    await change(parts, visitor.asker, visitor.session.session_id, body)
    return RedirectResponse("/preferences?kept=1", 303)


def patch_of(form: dict[str, str], kept: PreferencesOfSession) -> dict[str, Any]:
    """The form as a change of preferences, as PATCH takes it; what it does not name is as kept.

    Raises:
        InvalidRequest: a wish that is none.
    """
    patch: dict[str, Any] = {}
    wishes = {name.removeprefix(WISH): form[name] for name in form if name.startswith(WISH)}
    for category, wish in wishes.items():
        if wish not in WISHES:
            detail = f"{category}: a wish is one of {', '.join(WISHES)}"
            raise InvalidRequest(detail, errors=[{"parameter": WISH + category, "detail": detail}])
    if wishes:
        for kind, before in (("liked", kept.liked), ("muted", kept.muted)):
            named = [category for category, wish in wishes.items() if wish == kind]
            patch[kind] = [each for each in before if each not in wishes] + named
    if "length_minutes" in form:
        given = form["length_minutes"]
        patch["length_minutes"] = int(given) if given.isdecimal() and len(given) < 5 else given
    if "format" in form:
        patch["format"] = form["format"]
    return patch | casting.patch_of(form)
