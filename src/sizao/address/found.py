"""What was found in one name while its pieces are read, and where in the place the reading stands."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Found:
    """All parts found, in order; `leaves` is the scope of each place that the name lists.

    `road`, `compound` and `village` are where we stand: what a piece leaves out it takes from the one before.
    `street_road` is the road without a lane number, `yards` the name before a yard number.
    """

    districts: list[str] = field(default_factory=list)
    streets: list[str] = field(default_factory=list)
    communities: list[str] = field(default_factory=list)
    villages: list[str] = field(default_factory=list)
    roads: list[str] = field(default_factory=list)
    compounds: list[str] = field(default_factory=list)
    buildings: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    floors: list[str] = field(default_factory=list)
    rooms: list[str] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)
    leaves: list[str] = field(default_factory=list)
    partial: bool = False
    rest: str = ""
    village: str = ""
    road: str = ""
    street_road: str = ""
    compound: str = ""
    yards: str = ""

    def rename_village(self, name: str) -> None:
        """The village goes on: 旧城村 -> 旧城村1组."""
        if self.villages and self.villages[-1] == self.village and name.startswith(self.village):
            self.villages.pop()
        self.village = name
        self.villages.append(name)

    def rename_compound(self, name: str) -> None:
        """The compound goes on: 热心村 -> 热心村3排."""
        if self.compounds and self.compounds[-1] == self.compound and name.startswith(self.compound):
            self.compounds.pop()
        self.compound = name
        self.compounds.append(name)

    def rename_road(self, name: str) -> None:
        """The road gets a number: 建设路 -> 建设路225号."""
        if self.roads and self.roads[-1] == self.road and name.startswith(self.road):
            self.roads.pop()
        self.road = name
        self.roads.append(name)
