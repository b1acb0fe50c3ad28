"""Image models on Vertex AI: our requests in the vendor's words, its answers, its refusals."""

import base64
import json

import pytest
import skia
from pydantic import SecretStr

from agents.iga.backend import Order, choose_painter
from agents.iga.errors import (
    BadPicture,
    ImageError,
    ImageMisconfigured,
    PictureRefused,
    PictureUnavailable,
)
from agents.iga.settings import ImageSettings
from tests.agents.site import Site

ORDER = Order("a quiet harbour", "Harbours", "16:9", 640, 360)
BASE = "/v1/projects/ours/locations/us-central1/publishers/google/models/"
IMAGEN, GEMINI = "imagen-4.0-generate-001", "gemini-2.5-flash-image"


def picture() -> str:
    surface = skia.Surface(64, 64)
    surface.getCanvas().clear(skia.ColorBLUE)
    return base64.b64encode(bytes(surface.makeImageSnapshot().encodeToData())).decode()


def settings_for(site: Site, model: str) -> ImageSettings:
    return ImageSettings(
        image_backend="vertex", vertex_url=site.url, vertex_project="ours",
        vertex_access_token=SecretStr("token"), vertex_image_model=model,
    )  # fmt: skip


def test_imagen_paints(site: Site) -> None:
    answer = {"predictions": [{"mimeType": "image/png", "bytesBase64Encoded": picture()}]}
    site.put(f"{BASE}{IMAGEN}:predict", json.dumps(answer), "application/json")
    painted = choose_painter(settings_for(site, IMAGEN)).paint(ORDER)
    asked = site.asked[0]
    body = json.loads(asked.body)
    assert asked.headers["Authorization"] == "Bearer token"
    assert body["instances"][0]["prompt"].endswith("a quiet harbour")
    assert body["parameters"]["aspectRatio"] == "16:9"
    assert body["parameters"]["sampleCount"] == 1
    assert painted.data[:3] == b"\xff\xd8\xff"
    assert painted.cost_usd > 0


def test_gemini_paints(site: Site) -> None:
    parts = [{"text": "Here it is."}, {"inlineData": {"mimeType": "image/png", "data": picture()}}]
    answer = {"candidates": [{"content": {"role": "model", "parts": parts}}]}
    site.put(f"{BASE}{GEMINI}:generateContent", json.dumps(answer), "application/json")
    painted = choose_painter(settings_for(site, GEMINI)).paint(ORDER)
    body = json.loads(site.asked[0].body)
    assert "IMAGE" in body["generationConfig"]["responseModalities"]
    assert body["generationConfig"]["imageConfig"] == {"aspectRatio": "16:9"}
    assert painted.data[:3] == b"\xff\xd8\xff"


@pytest.mark.parametrize(
    ("status", "body", "error", "retryable"),
    [
        (200, {}, PictureRefused, False),
        (200, {"predictions": [{"raiFilteredReason": "no"}]}, PictureRefused, False),
        (200, {"predictions": [{"bytesBase64Encoded": "bm8="}]}, BadPicture, True),
        (400, {}, PictureRefused, False),
        (403, {}, ImageMisconfigured, False),
        (429, {}, PictureUnavailable, True),
        (503, {}, PictureUnavailable, True),
    ],
)
def test_what_goes_wrong_is_told_apart(
    site: Site, status: int, body: object, error: type[ImageError], retryable: bool
) -> None:
    site.put(f"{BASE}{IMAGEN}:predict", json.dumps(body), "application/json", status)
    with pytest.raises(error) as caught:
        choose_painter(settings_for(site, IMAGEN)).paint(ORDER)
    assert caught.value.retryable is retryable
    assert "token" not in str(caught.value)


def test_a_service_that_is_not_there_may_come_back(site: Site) -> None:
    gone = settings_for(site, IMAGEN).model_copy(update={"vertex_url": "http://127.0.0.1:9"})
    with pytest.raises(PictureUnavailable):
        choose_painter(gone).paint(ORDER)


def test_without_a_project_nothing_starts() -> None:
    with pytest.raises(ImageMisconfigured, match="VERTEX_PROJECT"):
        choose_painter(ImageSettings(image_backend="vertex"))
