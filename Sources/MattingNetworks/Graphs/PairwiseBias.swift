/// The relative position bias of windows (Liu et al., ICCV 2021) as exporters fold it: a value for each head and pair of
/// pixels, `[heads, pixels, pixels]`, where networks have a table with one for each head and displacement.
struct PairwiseBias {
    let heads: Int
    /// The side of a window.
    let side: Int

    init(heads: Int, side: Int) {
        self.heads = heads
        self.side = side
    }

    /// Nil where that is no such shape: windows are squares.
    init?(shape: [Int]) {
        guard shape.count == 3, shape[1] == shape[2], shape[1] > 0,
            let side = (1...Self.sideLimit).first(where: { $0 * $0 >= shape[1] }), side * side == shape[1]
        else { return nil }
        self.init(heads: shape[0], side: side)
    }

    private static let sideLimit = 64

    /// `[displacements, heads]`.
    var tableShape: [Int] { [(2 * side - 1) * (2 * side - 1), heads] }

    /// The table from which such values were gathered; nil where two pairs of one displacement differ, so that there is
    /// none.
    ///
    /// - Parameter values: as many as the shape asks for.
    /// - Complexity: O(values).
    func table(_ values: UnsafeBufferPointer<Float>) -> [Float]? {
        let (span, pixels) = (2 * side - 1, side * side)
        var table = [Float?](repeating: nil, count: span * span * heads)
        for head in 0..<heads {
            for query in 0..<pixels {
                for key in 0..<pixels {
                    let rows = query / side - key / side + side - 1
                    let columns = query % side - key % side + side - 1
                    let place = (rows * span + columns) * heads + head
                    let value = values[(head * pixels + query) * pixels + key]
                    if let known = table[place], known.bitPattern != value.bitPattern { return nil }
                    table[place] = value
                }
            }
        }
        return table.map { $0 ?? 0 }
    }
}
