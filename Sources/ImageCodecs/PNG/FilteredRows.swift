import Raster

/// A picture's rows as they go into a PNG's stream: the filter's number, then the filtered bytes, big-endian.
///
/// Reads the picture only, so that every thread can have its own, at its own row.
final class FilteredRows {
    /// Bytes of a row in the stream.
    let byteCount: Int
    private let image: RasterImage
    private let filter: RowFilter
    private let pixel: Int
    private let memory: PixelStorage
    /// The picture's row at work and the one above, each after a pixel of zeros.
    private var row: UnsafeMutablePointer<UInt8>
    private var above: UnsafeMutablePointer<UInt8>
    /// Rows to be returned: the best so far and one to try.
    private var result: UnsafeMutablePointer<UInt8>
    private var candidate: UnsafeMutablePointer<UInt8>
    private var next = 0

    /// - Throws: ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    init(of image: RasterImage, filter: RowFilter) throws(ImageCodecError) {
        // Room for the largest pixel, and rows apart from each other in the cache.
        let margin = 64
        let stride = (image.bytesPerRow + 2 * margin - 1) / margin * margin
        self.image = image
        self.filter = filter
        self.pixel = image.colorModel.channelCount * image.bitDepth.bytesPerSample
        self.byteCount = image.bytesPerRow + 1
        self.memory = try ImageCodecError.wrapping { () throws(RasterError) in
            try PixelStorage(byteCount: 4 * stride + margin, purpose: "rows of a picture")
        }
        let base = memory.base.bindMemory(to: UInt8.self, capacity: memory.byteCount) + margin
        (self.row, self.above) = (base, base + stride)
        (self.result, self.candidate) = (base + 2 * stride, base + 3 * stride)
    }

    /// The next row to be returned is number `row`.
    func seek(to row: Int) {
        next = row
        if row > 0 {
            load(row - 1, to: self.row)
        } else {
            self.row.update(repeating: 0, count: image.bytesPerRow)
        }
    }

    /// The row after the last one; valid until the next call.
    func read() -> UnsafeRawBufferPointer {
        swap(&row, &above)
        load(next, to: row)
        next += 1
        switch filter {
        case .always(let kind): apply(kind, result)
        case .best: applyBest()
        }
        return UnsafeRawBufferPointer(start: result, count: byteCount)
    }

    private func apply(_ kind: RowFilter.Kind, _ target: UnsafeMutablePointer<UInt8>) {
        target[0] = kind.rawValue
        kind.apply(to: row, above: above, pixel: pixel, count: byteCount - 1, target + 1)
    }

    private func applyBest() {
        var smallest = Int.max
        for kind in RowFilter.Kind.allCases {
            apply(kind, candidate)
            let weight = RowFilter.weight(of: candidate + 1, count: byteCount - 1)
            if weight < smallest {
                smallest = weight
                swap(&result, &candidate)
            }
        }
    }

    private func load(_ number: Int, to target: UnsafeMutablePointer<UInt8>) {
        let source = image.storage.base + number * image.bytesPerRow
        switch image.bitDepth {
        case .eight:
            UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: image.bytesPerRow)
        case .sixteen:
            let count = image.bytesPerRow / 2
            let samples = source.assumingMemoryBound(to: UInt16.self)
            target.withMemoryRebound(to: UInt16.self, capacity: count) { target in
                for i in 0..<count { target[i] = samples[i].bigEndian }
            }
        }
    }
}
