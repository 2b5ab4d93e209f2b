import TensorCore
import Threads

/// Removing subjects and filling holes of a matte, by area.
///
/// Subjects are the connected parts of at least alpha ½, corners included; holes those below, by sides only, so that the two
/// never cross. A soft pixel goes with the subject, or the hole, from which the fewest steps through soft pixels lead to it.
package enum MaskParts {
    /// Where subject ends and ground begins.
    private static let middle: Float = 0.5

    /// Keeps the largest subjects with their rims; of equally large ones those that come first, row by row.
    ///
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``, ``TensorError/shapeOverflow(dimensions:)``.
    package static func keepLargest(
        _ count: Int, of matte: inout Tensor, pool: ThreadPool
    ) throws(TensorError) {
        var parts = try ConnectedComponents(
            of: matte, reaching: middle, connectivity: .eight, pool: pool)
        try parts.spread(over: matte, pool: pool)
        // The smallest area that stays, by bisection: sorting millions of specks would take seconds.
        var (least, tooLarge) = (0, matte.shape.pixelCount + 1)
        while tooLarge - least > 1 {
            let middle = least + (tooLarge - least) / 2
            let reaching = (0..<parts.count).reduce(0) { parts.area($1 + 1) >= middle ? $0 + 1 : $0 }
            if reaching >= count { least = middle } else { tooLarge = middle }
        }
        var left = count - (0..<parts.count).reduce(0) { parts.area($1 + 1) > least ? $0 + 1 : $0 }
        // What belongs to none has label 0.
        var isRemoved = [Bool](repeating: true, count: parts.count + 1)
        for label in 0..<parts.count {
            let area = parts.area(label + 1)
            if area > least {
                isRemoved[label + 1] = false
            } else if area == least, left > 0 {
                isRemoved[label + 1] = false
                left -= 1
            }
        }
        try parts.fill(&matte, where: isRemoved, with: 0, pool: pool)
    }

    /// Removes subjects of fewer pixels with their rims, and parts that are soft only and of fewer pixels.
    ///
    /// - Throws: As ``keepLargest(_:of:pool:)``.
    package static func removeSpecks(
        smallestArea: Int, of matte: inout Tensor, pool: ThreadPool
    ) throws(TensorError) {
        var parts = try ConnectedComponents(of: matte, reaching: middle, connectivity: .eight, pool: pool)
        try parts.spread(over: matte, pool: pool)
        let isRemoved = [false] + (0..<parts.count).map { parts.area($0 + 1) < smallestArea }
        // Parts of anything at all that are smaller have no subject that could be larger, and no larger rim.
        let wisps = try ConnectedComponents(
            of: matte, reaching: .leastNonzeroMagnitude, connectivity: .eight, pool: pool)
        try parts.fill(&matte, where: isRemoved, with: 0, pool: pool)
        let isWisp = [false] + (0..<wisps.count).map { wisps.area($0 + 1) < smallestArea }
        try wisps.fill(&matte, where: isWisp, with: 0, pool: pool)
    }

    /// Makes subject of holes that do not touch the picture's border, and of their rims.
    ///
    /// - Parameter largestArea: in pixels; nil for any.
    /// - Throws: As ``keepLargest(_:of:pool:)``.
    package static func fillHoles(
        largestArea: Int?, of matte: inout Tensor, pool: ThreadPool
    ) throws(TensorError) {
        let (width, height) = (matte.shape.width, matte.shape.height)
        var parts = try ConnectedComponents(
            of: matte, reaching: middle, isBelow: true, connectivity: .four, pool: pool)
        try parts.spread(over: matte, pool: pool)
        let isFilled =
            [false]
            + (0..<parts.count).map { index in
                let box = parts.box(index + 1)
                let isInside = box.x > 0 && box.y > 0 && box.x + box.width < width && box.y + box.height < height
                return isInside && (largestArea.map { parts.area(index + 1) <= $0 } ?? true)
            }
        try parts.fill(&matte, where: isFilled, with: 1, pool: pool)
    }
}
