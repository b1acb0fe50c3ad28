"""All pages."""

from fastapi import APIRouter

from api.pages.landing import router as landing

router = APIRouter(include_in_schema=False)
for each in (landing,):
    router.include_router(each)
