import TensorCore

extension ReferenceMap {
    /// The average over the area that each output pixel covers, `[i · in / out, (i + 1) · in / out)` along each side; a
    /// source pixel counts by the part of it that is covered.
    package func areaAveraged(height: Int, width: Int) -> ReferenceMap {
        /// The length that source pixel `index` has in common with output `target` of `count`.
        func overlap(_ index: Int, _ target: Int, _ size: Int, _ count: Int) -> Double {
            let begin = Double(target) * Double(size) / Double(count)
            let end = Double(target + 1) * Double(size) / Double(count)
            return max(0, min(end, Double(index + 1)) - max(begin, Double(index)))
        }
        let area = Double(shape.height * shape.width) / Double(height * width)
        return .computed(shape.with(height: height, width: width)) { n, oy, ox, c in
            var sum = 0.0
            for y in 0..<shape.height {
                let rows = overlap(y, oy, shape.height, height)
                if rows == 0 { continue }
                for x in 0..<shape.width { sum += self[n, y, x, c] * rows * overlap(x, ox, shape.width, width) }
            }
            return sum / area
        }
    }

    /// The part that begins at `(x, y)`.
    package func cropped(x: Int, y: Int, height: Int, width: Int) -> ReferenceMap {
        .computed(shape.with(height: height, width: width)) { n, oy, ox, c in self[n, oy + y, ox + x, c] }
    }

    /// A map of `channels` channels, each computed from the pixel's own.
    package func mapped(channels: Int, _ value: (_ pixel: [Double], _ channel: Int) -> Double) -> ReferenceMap {
        .computed(shape.with(channels: channels)) { n, y, x, c in
            value((0..<shape.channels).map { self[n, y, x, $0] }, c)
        }
    }
}
