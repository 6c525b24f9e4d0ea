"""The job handlers the worker knows: importing a module here lets the worker do its jobs.

They stand apart from the pages' modules because they load solvers and other
heavy numeric libraries, which the web process never does.
"""

from concours.services import runs
from concours.services.application import judging_run
from concours.services.assessment import grouping, inviting_run
from concours.services.competition import amendment_telling
from concours.services.examination import key_check_run
from concours.services.items import assembling, measuring_run
from concours.services.narratives import allocating
from concours.services.service import posting_run

MODULES = (
    allocating,
    amendment_telling,
    assembling,
    grouping,
    inviting_run,
    judging_run,
    key_check_run,
    measuring_run,
    posting_run,
    runs,
)
