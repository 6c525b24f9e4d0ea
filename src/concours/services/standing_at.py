"""How candidacies stand at an instant, for every list, task and count a reader sees."""

from datetime import datetime

from django.db.models import QuerySet

from concours.records.models import CandidacyPeriod


def standing_at(at: datetime) -> QuerySet[CandidacyPeriod]:
    """One row a candidacy, as it stands at ``at``: dates that have come count, written down or not."""
    return CandidacyPeriod.objects.filter(holds_from__lte=at, holds_until__gt=at)
