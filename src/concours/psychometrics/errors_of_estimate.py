from dataclasses import dataclass
@dataclass(frozen=True, slots=True)
class StandardErrors:
    a: object = None
def standard_errors_of(*args): return None
