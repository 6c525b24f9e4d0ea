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
    from concours.psychometrics.agreement import Intraclass as Intraclass
    from concours.psychometrics.agreement import Kappa as Kappa
    from concours.psychometrics.agreement import intraclass as intraclass
    from concours.psychometrics.agreement import kappa as kappa
    from concours.psychometrics.anchor_equating import Synthetic as Synthetic
    from concours.psychometrics.anchor_equating import (
        equate_through_anchor as equate_through_anchor,
    )
    from concours.psychometrics.anchor_equating import straight_line as straight_line
    from concours.psychometrics.anchor_equating import synthetic as synthetic
    from concours.psychometrics.calibration import Calibration as Calibration
    from concours.psychometrics.calibration import Group as Group
    from concours.psychometrics.calibration import calibrate as calibrate
    from concours.psychometrics.classical import ItemAnalysis as ItemAnalysis
    from concours.psychometrics.classical import item_analysis as item_analysis
    from concours.psychometrics.consistency import Consistency as Consistency
    from concours.psychometrics.consistency import classification as classification
    from concours.psychometrics.consistency import conditional_error as conditional_error
    from concours.psychometrics.dif import MantelHaenszel as MantelHaenszel
    from concours.psychometrics.dif import mantel_haenszel as mantel_haenszel
    from concours.psychometrics.dif_irt import CalibrationDif as CalibrationDif
    from concours.psychometrics.dif_irt import ParameterDif as ParameterDif
    from concours.psychometrics.dif_irt import compare_calibrations as compare_calibrations
    from concours.psychometrics.dif_irt import lord as lord
    from concours.psychometrics.dif_logistic import LogisticDif as LogisticDif
    from concours.psychometrics.dif_logistic import logistic_dif as logistic_dif
    from concours.psychometrics.distractor import DistractorTable as DistractorTable
    from concours.psychometrics.distractor import distractors as distractors
    from concours.psychometrics.distractor import mark as mark
    from concours.psychometrics.drift import Drift as Drift
    from concours.psychometrics.drift import robust_z as robust_z
    from concours.psychometrics.drift import screened_link as screened_link
    from concours.psychometrics.equating import Equating as Equating
    from concours.psychometrics.equating import bootstrap_error as bootstrap_error
    from concours.psychometrics.equating import equate as equate
    from concours.psychometrics.errors_of_estimate import StandardErrors as StandardErrors
    from concours.psychometrics.fit_items import ItemFit as ItemFit
    from concours.psychometrics.fit_items import item_fit as item_fit
    from concours.psychometrics.fit_overall import OverallFit as OverallFit
    from concours.psychometrics.fit_overall import overall_fit as overall_fit
    from concours.psychometrics.fit_persons import ResidualFit as ResidualFit
    from concours.psychometrics.fit_persons import residual_fit as residual_fit
    from concours.psychometrics.fitting import Step as Step
    from concours.psychometrics.frequency import Frequency as Frequency
    from concours.psychometrics.frequency import JointFrequency as JointFrequency
    from concours.psychometrics.frequency import frequency_of as frequency_of
    from concours.psychometrics.frequency import joint_frequency_of as joint_frequency_of
    from concours.psychometrics.generalizability import Components as Components
    from concours.psychometrics.generalizability import Decision as Decision
    from concours.psychometrics.generalizability import components as components
    from concours.psychometrics.generalizability import decide as decide
    from concours.psychometrics.impact import GroupImpact as GroupImpact
    from concours.psychometrics.impact import Impact as Impact
    from concours.psychometrics.impact import adverse_impact as adverse_impact
    from concours.psychometrics.impact import impact_at_cuts as impact_at_cuts
    from concours.psychometrics.information import expected_score as expected_score
    from concours.psychometrics.information import information_of_test as information_of_test
    from concours.psychometrics.information import item_information as item_information
    from concours.psychometrics.information import marginal_reliability as marginal_reliability
    from concours.psychometrics.irt_equating import (
        observed_score_equating as observed_score_equating,
    )
    from concours.psychometrics.irt_equating import score_distribution as score_distribution
    from concours.psychometrics.irt_equating import true_score_equating as true_score_equating
    from concours.psychometrics.irt_equating import true_score_error as true_score_error
    from concours.psychometrics.item_covariance import item_covariances as item_covariances
    from concours.psychometrics.kernel_equating import Kernel as Kernel
    from concours.psychometrics.kernel_equating import kernel_equate as kernel_equate
    from concours.psychometrics.kernel_equating import (
        kernel_equate_through_anchor as kernel_equate_through_anchor,
    )
    from concours.psychometrics.linking import Link as Link
    from concours.psychometrics.linking import expected_points as expected_points
    from concours.psychometrics.linking import link as link
    from concours.psychometrics.linking import moved_parameters as moved_parameters
    from concours.psychometrics.linking_error import link_error as link_error
    from concours.psychometrics.linking_error import linkage_error as linkage_error
    from concours.psychometrics.nodes import Nodes as Nodes
    from concours.psychometrics.notice import Notice as Notice
    from concours.psychometrics.parameters import ItemParameters as ItemParameters
    from concours.psychometrics.parameters import item_parameters as item_parameters
    from concours.psychometrics.presmoothing import Smoothed as Smoothed
    from concours.psychometrics.presmoothing import choose_degree as choose_degree
    from concours.psychometrics.presmoothing import presmooth as presmooth
    from concours.psychometrics.presmoothing import presmooth_joint as presmooth_joint
    from concours.psychometrics.rater_result import Facet as Facet
    from concours.psychometrics.rater_result import RaterModel as RaterModel
    from concours.psychometrics.raters import rater_model as rater_model
    from concours.psychometrics.rating import Connection as Connection
    from concours.psychometrics.reliability import Reliability as Reliability
    from concours.psychometrics.reliability import one_factor as one_factor
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
    from concours.psychometrics.standards import Angoff as Angoff
    from concours.psychometrics.standards import Bookmark as Bookmark
    from concours.psychometrics.standards import Contrast as Contrast
    from concours.psychometrics.standards import angoff as angoff
    from concours.psychometrics.standards import bookmark as bookmark
    from concours.psychometrics.standards import contrasting_groups as contrasting_groups
    from concours.psychometrics.sum_scores import SumScoreTable as SumScoreTable
    from concours.psychometrics.sum_scores import sum_score_table as sum_score_table

# Public name: the module it stands in.
SURFACE = {
    "Angoff": "standards",
    "Bookmark": "standards",
    "Calibration": "calibration",
    "CalibrationDif": "dif_irt",
    "Components": "generalizability",
    "Connection": "rating",
    "Consistency": "consistency",
    "Contrast": "standards",
    "Decision": "generalizability",
    "DistractorTable": "distractor",
    "Drift": "drift",
    "Equating": "equating",
    "Facet": "rater_result",
    "Frequency": "frequency",
    "Group": "calibration",
    "GroupImpact": "impact",
    "Impact": "impact",
    "Intraclass": "agreement",
    "ItemAnalysis": "classical",
    "ItemFit": "fit_items",
    "ItemParameters": "parameters",
    "JointFrequency": "frequency",
    "Kappa": "agreement",
    "Kernel": "kernel_equating",
    "Link": "linking",
    "LogisticDif": "dif_logistic",
    "MantelHaenszel": "dif",
    "Nodes": "nodes",
    "Notice": "notice",
    "OverallFit": "fit_overall",
    "ParameterDif": "dif_irt",
    "RaterModel": "rater_result",
    "Reliability": "reliability",
    "ResidualFit": "fit_persons",
    "Responses": "responses",
    "ScaledScores": "rounding",
    "Scores": "scoring",
    "Shard": "shards",
    "ShardMap": "shards",
    "Smoothed": "presmoothing",
    "StandardErrors": "errors_of_estimate",
    "Step": "fitting",
    "SumScoreTable": "sum_scores",
    "Synthetic": "anchor_equating",
    "adverse_impact": "impact",
    "angoff": "standards",
    "bookmark": "standards",
    "bootstrap_error": "equating",
    "calibrate": "calibration",
    "choose_degree": "presmoothing",
    "classification": "consistency",
    "compare_calibrations": "dif_irt",
    "components": "generalizability",
    "conditional_error": "consistency",
    "contrasting_groups": "standards",
    "decide": "generalizability",
    "distractors": "distractor",
    "equate": "equating",
    "equate_through_anchor": "anchor_equating",
    "expected_points": "linking",
    "expected_score": "information",
    "frequency_of": "frequency",
    "impact_at_cuts": "impact",
    "information_of_test": "information",
    "intraclass": "agreement",
    "item_analysis": "classical",
    "item_covariances": "item_covariance",
    "item_fit": "fit_items",
    "item_information": "information",
    "item_parameters": "parameters",
    "joint_frequency_of": "frequency",
    "kappa": "agreement",
    "kernel_equate": "kernel_equating",
    "kernel_equate_through_anchor": "kernel_equating",
    "link": "linking",
    "link_error": "linking_error",
    "linkage_error": "linking_error",
    "logistic_dif": "dif_logistic",
    "lord": "dif_irt",
    "mantel_haenszel": "dif",
    "marginal_reliability": "information",
    "mark": "distractor",
    "moved_parameters": "linking",
    "observed_score_equating": "irt_equating",
    "one_factor": "reliability",
    "overall_fit": "fit_overall",
    "pack": "responses",
    "presmooth": "presmoothing",
    "presmooth_joint": "presmoothing",
    "rater_model": "raters",
    "residual_fit": "fit_persons",
    "robust_z": "drift",
    "scaled_scores": "rounding",
    "score": "scoring",
    "score_distribution": "irt_equating",
    "screened_link": "drift",
    "straight_line": "anchor_equating",
    "sum_score_table": "sum_scores",
    "synthetic": "anchor_equating",
    "t_scores": "rounding",
    "threaded": "shards",
    "true_score_equating": "irt_equating",
    "true_score_error": "irt_equating",
}


def __getattr__(name: str) -> object:
    """Load a public name from its module."""
    if name not in SURFACE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{SURFACE[name]}"), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted(SURFACE)
