"""The registers: places, points, the clock, classes and offers."""
