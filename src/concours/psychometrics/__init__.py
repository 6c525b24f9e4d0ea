"""Measurement: arrays in, arrays out.

This package's surface is what ``SURFACE`` names; a name is loaded from its module when it is first
asked for, so that a program pays only for what it uses (compiled loops and statistics take a
second to load).

Conventions: persons in rows, items in columns; responses are whole numbers from 0, -1 where the
item was not presented; abilities, slopes and difficulties are in the logistic metric. Bad input
raises ``BadInput``; everything else worth knowing is a ``Notice`` in the result.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concours.psychometrics.calibration import Calibration as Calibration
    from concours.psychometrics.calibration import Group as Group
    from concours.psychometrics.calibration import calibrate as calibrate
    from concours.psychometrics.errors_of_estimate import StandardErrors as StandardErrors
    from concours.psychometrics.fit_items import ItemFit as ItemFit
    from concours.psychometrics.fit_items import item_fit as item_fit
    from concours.psychometrics.fit_overall import OverallFit as OverallFit
    from concours.psychometrics.fit_overall import overall_fit as overall_fit
    from concours.psychometrics.fit_persons import ResidualFit as ResidualFit
    from concours.psychometrics.fit_persons import residual_fit as residual_fit
    from concours.psychometrics.fitting import Step as Step
    from concours.psychometrics.information import expected_score as expected_score
    from concours.psychometrics.information import information_of_test as information_of_test
    from concours.psychometrics.information import item_information as item_information
    from concours.psychometrics.information import marginal_reliability as marginal_reliability
    from concours.psychometrics.nodes import Nodes as Nodes
    from concours.psychometrics.notice import Notice as Notice
    from concours.psychometrics.parameters import ItemParameters as ItemParameters
    from concours.psychometrics.parameters import item_parameters as item_parameters
    from concours.psychometrics.responses import Responses as Responses
    from concours.psychometrics.responses import pack as pack
    from concours.psychometrics.rounding import ScaledScores as ScaledScores
    from concours.psychometrics.rounding import scaled_scores as scaled_scores
    from concours.psychometrics.rounding import t_scores as t_scores
    from concours.psychometrics.scoring import Scores as Scores
    from concours.psychometrics.scoring import score as score
    from concours.psychometrics.shards import Shard as Shard
    from concours.psychometrics.shards import ShardMap as ShardMap
    from concours.psychometrics.shards import threaded as threaded
    from concours.psychometrics.sum_scores import SumScoreTable as SumScoreTable
    from concours.psychometrics.sum_scores import sum_score_table as sum_score_table

# Public name: the module it stands in.
SURFACE = {
    "Calibration": "calibration",
    "Group": "calibration",
    "ItemFit": "fit_items",
    "ItemParameters": "parameters",
    "Nodes": "nodes",
    "Notice": "notice",
    "OverallFit": "fit_overall",
    "ResidualFit": "fit_persons",
    "Responses": "responses",
    "ScaledScores": "rounding",
    "Scores": "scoring",
    "Shard": "shards",
    "ShardMap": "shards",
    "StandardErrors": "errors_of_estimate",
    "Step": "fitting",
    "SumScoreTable": "sum_scores",
    "calibrate": "calibration",
    "expected_score": "information",
    "information_of_test": "information",
    "item_fit": "fit_items",
    "item_information": "information",
    "item_parameters": "parameters",
    "marginal_reliability": "information",
    "overall_fit": "fit_overall",
    "pack": "responses",
    "residual_fit": "fit_persons",
    "scaled_scores": "rounding",
    "score": "scoring",
    "sum_score_table": "sum_scores",
    "t_scores": "rounding",
    "threaded": "shards",
}


def __getattr__(name: str) -> object:
    """Load a public name from its module."""
    if name not in SURFACE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{SURFACE[name]}"), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted(SURFACE)
