"""What a desk process counted since it started; the edge shows it to Prometheus."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Counters:
    """Named counts by label, e.g. `turns/auto`, `repairs/lease_expired`, `deliveries/sent`."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, name: str, label: str, by: int = 1) -> None:
        """Count something that happened."""
        self.counts[name, label] += by

    def get(self, name: str, label: str) -> int:
        """How often it happened in this process."""
        return self.counts[name, label]
