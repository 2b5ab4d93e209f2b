import ImageCodecs
import Matting
import Raster
import TensorCore
import Threads

/// The worst pictures of a set, one a row: picture, truth, prediction, absolute difference, composite over green.
///
/// Each cell is shrunk by area to 256 pixels at most and never enlarged. Colours are the pictures' own numbers; the sheet
/// has no profile. Only the rows that are shown are kept, so memory does not grow with the set.
package struct ContactSheet: Sendable {
    /// A picture on the sheet.
    package struct Row: Sendable {
        package let name: String
        package let error: Double
        fileprivate let strip: RasterImage
    }

    /// Worst first; of equal ones the one that was added first.
    package private(set) var rows: [Row] = []
    private let capacity: Int

    private static let cellSide = 256
    private static let gap = 4
    private static let cellCount = 5
    private static let width = cellCount * (cellSide + gap) + gap
    private static let ground: UInt8 = 72

    /// - Parameter capacity: rows at most, at least 1.
    package init(capacity: Int) {
        precondition(capacity >= 1, "a sheet of \(capacity) rows")
        self.capacity = capacity
    }

    /// Shows a picture if it is among the worst so far.
    ///
    /// - Throws: ``MattingError`` where memory is refused.
    /// - Precondition: the truth has the result's size.
    package mutating func add(
        _ name: String, error: Double, result: MattingResult, truth: AlphaMatte
    ) throws(MattingError) {
        let place = rows.firstIndex { $0.error < error } ?? rows.endIndex
        guard place < capacity else { return }
        let strip = try Self.strip(result, truth)
        rows.insert(Row(name: name, error: error, strip: strip), at: place)
        if rows.count > capacity { rows.removeLast() }
    }

    /// The sheet; nil without rows.
    ///
    /// - Throws: ``MattingError/image(_:)`` where memory is refused.
    package func image() throws(MattingError) -> RasterImage? {
        guard !rows.isEmpty else { return nil }
        return try MattingError.wrapping {
            let height = rows.reduce(Self.gap) { $0 + $1.strip.height + Self.gap }
            var sheet = try Self.blank(height: height)
            let rowBytes = sheet.bytesPerRow
            try sheet.withMutableSamples8 { target in
                var y = Self.gap
                for row in rows {
                    row.strip.withSamples8 { source in
                        guard let source = source.baseAddress, let target = target.baseAddress else { return }
                        (target + y * rowBytes).update(from: source, count: row.strip.height * rowBytes)
                    }
                    y += row.strip.height + Self.gap
                }
            }
            return sheet
        }
    }

    private static func blank(height: Int) throws(RasterError) -> RasterImage {
        var image = try RasterImage(width: width, height: height, colorModel: .rgb)
        try image.withMutableSamples8 { $0.update(repeating: ground) }
        return image
    }

    private static func strip(_ result: MattingResult, _ truth: AlphaMatte) throws(MattingError) -> RasterImage {
        try MattingError.wrapping {
            let pool = result.pool
            let images = [
                result.image, try truth.image(bitDepth: .eight, pool: pool),
                try result.alpha.image(bitDepth: .eight, pool: pool),
                try result.alpha.absoluteDifference(to: truth).image(bitDepth: .eight, pool: pool),
                try result.composite(over: .color(.chromaGreen)),
            ]
            let scale = min(1, Double(cellSide) / Double(max(truth.width, truth.height)))
            let width = max(Int((Double(truth.width) * scale).rounded()), 1)
            let height = max(Int((Double(truth.height) * scale).rounded()), 1)
            var strip = try blank(height: height)
            for (index, image) in images.enumerated() {
                let cell = try image.areaAveraged(width: width, height: height, pool: pool)
                let left = gap + index * (cellSide + gap) + (cellSide - width) / 2
                // Of a profile that cannot be converted the numbers are drawn as they are: a sheet is for looking at mattes.
                let space = try? ColorSpace(of: image)
                try strip.draw(cell, space.flatMap { ColorConversion(from: $0, to: .sRGB) }, atColumn: left)
            }
            return strip
        }
    }
}

extension AlphaMatte {
    /// |α − α*| at every pixel.
    fileprivate func absoluteDifference(to other: AlphaMatte) throws(MattingError) -> AlphaMatte {
        precondition(width == other.width && height == other.height, "mattes of one size")
        return AlphaMatte(
            try MattingError.wrapping {
                try Tensor(shape: tensor.shape) { difference in
                    withValues { one in
                        other.withValues { other in
                            for index in one.indices { difference[index] = abs(one[index] - other[index]) }
                        }
                    }
                }
            })
    }
}

extension RasterImage {
    /// Draws a map `[1, height, w, channels]` of this picture's height, transparency over white, into 8-bit sRGB.
    ///
    /// - Parameter conversion: from the map's colours; nil where they are sRGB.
    fileprivate mutating func draw(
        _ map: Tensor, _ conversion: ColorConversion?, atColumn left: Int
    ) throws(RasterError) {
        let (channels, mapWidth) = (map.shape.channels, map.shape.width)
        let colors = channels < 3 ? 1 : 3
        let (width, height) = (self.width, self.height)
        var line = [Float](repeating: 0, count: 3 * mapWidth)
        try withMutableSamples8 { target in
            map.withValues { source in
                for y in 0..<height {
                    for x in 0..<mapWidth {
                        let pixel = (y * mapWidth + x) * channels
                        let uncovered = channels > colors ? 1 - source[pixel + colors] : 0
                        for c in 0..<3 { line[3 * x + c] = source[pixel + (colors == 1 ? 0 : c)] + uncovered }
                    }
                    line.withUnsafeMutableBufferPointer { line in
                        line.baseAddress.map { conversion?.convert($0, count: mapWidth) }
                    }
                    for (index, value) in line.enumerated() {
                        target[(y * width + left) * 3 + index] = UInt8(min(max(value, 0), 1) * 255 + 0.5)
                    }
                }
            }
        }
    }
}
