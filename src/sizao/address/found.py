"""What was found in one name while its pieces are read, and where in the place the reading stands."""

from __future__ import annotations

Names = tuple[str, ...]


class Found:
    """All parts found, in order; `leaves` is the scope of each place that the name lists.

    `unnamed`: a place is listed that has no name in any part (同层, 某户, 独立单元).
    `road`, `compound` and `village` are where we stand: what a piece leaves out it takes from the one before.
    `street_road` is the road without a lane number, `yards` the name before a yard number.
    """

    # one is made for each name, and most have few parts: tuples, of which the empty one costs nothing
    __slots__ = (
        "buildings",
        "communities",
        "compound",
        "compounds",
        "districts",
        "floors",
        "leaves",
        "partial",
        "rest",
        "road",
        "roads",
        "rooms",
        "sites",
        "street_road",
        "streets",
        "units",
        "unnamed",
        "village",
        "villages",
        "yards",
    )

    def __init__(self) -> None:
        self.districts: Names = ()
        self.streets: Names = ()
        self.communities: Names = ()
        self.villages: Names = ()
        self.roads: Names = ()
        self.compounds: Names = ()
        self.buildings: Names = ()
        self.units: Names = ()
        self.floors: Names = ()
        self.rooms: Names = ()
        self.sites: Names = ()
        self.leaves: Names = ()
        self.partial = self.unnamed = False
        self.rest = self.village = self.road = self.street_road = self.compound = self.yards = ""

    def rename_village(self, name: str) -> None:
        """The village goes on: 旧城村 -> 旧城村1组."""
        if self.villages and self.villages[-1] == self.village and name.startswith(self.village):
            self.villages = self.villages[:-1]
        self.village = name
        self.villages += (name,)

    def rename_compound(self, name: str) -> None:
        """The compound goes on: 热心村 -> 热心村3排."""
        if self.compounds and self.compounds[-1] == self.compound and name.startswith(self.compound):
            self.compounds = self.compounds[:-1]
        self.compound = name
        self.compounds += (name,)

    def rename_road(self, name: str) -> None:
        """The road gets a number: 建设路 -> 建设路225号."""
        if self.roads and self.roads[-1] == self.road and name.startswith(self.road):
            self.roads = self.roads[:-1]
        self.road = name
        self.roads += (name,)
