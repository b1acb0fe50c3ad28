"""All pages."""

from fastapi import APIRouter

from api.pages.find import router as find
from api.pages.landing import router as landing
from api.pages.library import router as library
from api.pages.listen import router as listen
from api.pages.preferences import router as preferences
from api.pages.topic import router as topic

router = APIRouter(include_in_schema=False)
for each in (landing, find, library, listen, preferences, topic):
    router.include_router(each)
