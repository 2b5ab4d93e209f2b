@_exported import ImageCodecs
@_exported import MatteRefinement
@_exported import MattingNetworks
