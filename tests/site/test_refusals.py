"""An anticipated refusal becomes an answer with its status; anything else stays loud."""

import json

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from concours.kernel.errors import BadInput, NotPermitted, OutOfDate, Refusal, RuleRefused
from concours.site.middleware import RefusalPages

PAGES = RefusalPages(lambda request: HttpResponse())


@pytest.mark.parametrize(
    ("kind", "status"), [(NotPermitted, 403), (RuleRefused, 422), (OutOfDate, 409), (BadInput, 400)]
)
def test_each_kind_has_its_status_and_says_what_to_do(kind: type[Refusal], status: int) -> None:
    request = RequestFactory().get("/", headers={"accept": "application/json"})
    answer = PAGES.process_exception(request, kind("no_seat", remedy="Choose another session."))
    assert answer is not None
    assert answer.status_code == status
    assert json.loads(answer.content) == {
        "code": "no_seat",
        "remedy": "Choose another session.",
        "field": None,
        "rule": None,
        "numbers": {},
    }


def test_what_nobody_anticipated_is_left_to_crash() -> None:
    assert PAGES.process_exception(RequestFactory().get("/"), ValueError("Ada Lovelace")) is None
