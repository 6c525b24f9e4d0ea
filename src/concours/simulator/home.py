"""The process that is rehearsed: its invented places, tracks and citizens, read from its rulebooks."""

from concours.policy.shipped import default, rehearsal_of

REHEARSAL = rehearsal_of(default().process)
