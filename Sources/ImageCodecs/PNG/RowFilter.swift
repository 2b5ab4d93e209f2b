/// Which of PNG's filters a row goes through; compression likes differences that are small.
enum RowFilter {
    case always(Kind)
    /// The one whose differences are smallest in sum, as libpng chooses.
    case best

    /// What a row's bytes are stored as differences to, by its number in the file.
    enum Kind: UInt8, CaseIterable {
        case nothing = 0
        case left = 1
        case above = 2
        /// The mean of left and above, rounded down.
        case mean = 3
        /// That of left, above and above left which is closest to left + above − above left (Paeth 1991).
        case paeth = 4

        /// Filters one row.
        ///
        /// - Parameters:
        ///   - row: `count` bytes, and a pixel of zeros before them.
        ///   - above: the row above, the same way; zeros above the first.
        ///   - pixel: bytes of a pixel.
        ///   - target: room for `count` bytes.
        func apply(
            to row: UnsafePointer<UInt8>, above: UnsafePointer<UInt8>, pixel: Int, count: Int,
            _ target: UnsafeMutablePointer<UInt8>
        ) {
            let left = row - pixel
            let aboveLeft = above - pixel
            switch self {
            case .nothing:
                target.update(from: row, count: count)
            case .left:
                for i in 0..<count { target[i] = row[i] &- left[i] }
            case .above:
                for i in 0..<count { target[i] = row[i] &- above[i] }
            case .mean:
                for i in 0..<count {
                    target[i] = row[i] &- ((left[i] & above[i]) &+ ((left[i] ^ above[i]) >> 1))
                }
            case .paeth:
                for i in 0..<count { target[i] = row[i] &- Self.paeth(left[i], above[i], aboveLeft[i]) }
            }
        }

        @inline(__always)
        private static func paeth(_ left: UInt8, _ above: UInt8, _ aboveLeft: UInt8) -> UInt8 {
            let alongRow = Int16(above) &- Int16(aboveLeft)
            let alongColumn = Int16(left) &- Int16(aboveLeft)
            let toLeft = Swift.abs(alongRow)
            let toAbove = Swift.abs(alongColumn)
            let toAboveLeft = Swift.abs(alongRow &+ alongColumn)
            let second = toAbove <= toAboveLeft ? above : aboveLeft
            return toLeft <= toAbove && toLeft <= toAboveLeft ? left : second
        }
    }

    /// The sum of a filtered row's differences, each without its sign.
    static func weight(of bytes: UnsafePointer<UInt8>, count: Int) -> Int {
        var sum = 0
        for i in 0..<count { sum &+= Int(min(bytes[i], 0 &- bytes[i])) }
        return sum
    }
}
