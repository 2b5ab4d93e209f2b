import MatteRefinement
import Raster
import TensorCore
import Threads

/// One subject of a picture, from ``MattingResult/subjects(_:)``. Its matte is made when it is asked for.
public struct MatteSubject: Sendable {
    /// Its place among the picture's subjects by area: 1 is the largest.
    public let number: Int
    /// The smallest rectangle that holds its body: its pixels of at least ``SubjectSeparation/threshold``, but for specks.
    public let box: PixelRect
    /// What it covers, in pixels: the sum of its alphas.
    public let area: Double
    /// The share of its matte that the network expects to be right, in `[0, 1]`: 1 less the expected errors of its pixels'
    /// alphas, summed, over ``area``. Nil where the network does not tell.
    public let confidence: Double?

    let storage: SubjectStorage

    init(number: Int, box: PixelRect, area: Double, confidence: Double?, storage: SubjectStorage) {
        self.number = number
        self.box = box
        self.area = area
        self.confidence = confidence
        self.storage = storage
    }
}
