"""docs/SETTINGS.md lists every setting there is, with what it means."""

from scripts.settings_doc import PAGE, own_fields, page, settings_classes, undocumented, variable


def test_every_field_says_what_it_means() -> None:
    assert undocumented() == []


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: make settings"


def test_every_service_has_its_settings_on_the_page() -> None:
    owners = {one.__module__.partition(".")[0] for one in settings_classes()}
    assert owners >= {"sql", "streamer", "agents", "plugins", "api"}
    names = {
        variable(owner, name, field)
        for owner in settings_classes()
        for name, field in own_fields(owner).items()
    }
    assert names >= {"AETHERCAST_DATABASE_URL", "AETHERCAST_MEDIA_URL", "AETHERCAST_SECRET_KEY"}
