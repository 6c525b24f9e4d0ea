"""How a finding of an entry is told."""

from zoneinfo import ZoneInfo

from django.utils import translation

from concours.pages.templatetags.findings import finding
from concours.pages.zone import city


def test_no_finding_is_told_as_the_machine_keeps_it() -> None:
    assert finding("2016-11-18T05:00:00.000000Z") == (
        '<time datetime="2016-11-18T05:00+00:00">18 November 2016 at 00:00, New York time</time>'
    )
    assert finding("2016-11-18") == '<time datetime="2016-11-18">18 November 2016</time>'
    assert finding("2016-06-08 09:00 (America/Chicago)") == "8 June 2016, 09:00 (America/Chicago)"
    assert finding("True") == "Yes"
    assert finding("False") == "No"
    assert finding("suitable") == "Suitable"
    assert finding("21/4") == "5.25"
    assert finding("61/18") == "3.39 (61/18)"


def test_a_place_a_day_and_a_zone_are_told_in_the_readers_language() -> None:
    found = {}
    for code in ("en", "es", "ar"):
        with translation.override(code):
            day = finding("2016-06-08 09:00 (America/Chicago)")
            found[code] = (day, finding("los_angeles", "centre"), city(ZoneInfo("Europe/London")))
    assert found == {
        "en": ("8 June 2016, 09:00 (America/Chicago)", "Los Angeles", "London"),
        "es": ("8 de junio de 2016, 09:00 (America/Chicago)", "Los Ángeles", "Londres"),
        "ar": ("8 يونيو 2016, 09:00 (America/Chicago)", "لوس أنجلوس", "لندن"),
    }
