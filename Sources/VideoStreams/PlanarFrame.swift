import Raster

/// A frame of video as files hold it: planes of luma, Cb and Cr, one after the other, row by row without gaps.
///
/// Samples of more than 8 bits take two bytes, the lower one first. A value with copy-on-write storage.
public struct PlanarFrame: Sendable {
    /// How the samples lie in memory.
    public let format: PlanarFormat
    private var storage: PixelStorage

    /// A frame of zeros.
    ///
    /// - Throws: ``VideoStreamError/outOfMemory(byteCount:)``.
    public init(_ format: PlanarFormat) throws(VideoStreamError) {
        self.format = format
        do throws(RasterError) {
            storage = try PixelStorage(byteCount: format.byteCount, purpose: "a frame")
        } catch {
            throw .outOfMemory(byteCount: format.byteCount)
        }
    }

    /// Reads all planes; the buffer is valid inside `body` only.
    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafeRawBufferPointer(start: storage.base, count: format.byteCount))
    }

    /// Reads or writes all planes in place, copying them first if another frame shares them.
    ///
    /// - Throws: ``VideoStreamError/outOfMemory(byteCount:)`` where a copy was needed and refused.
    public mutating func withMutableBytes<Result>(
        _ body: (UnsafeMutableRawBufferPointer) -> Result
    ) throws(VideoStreamError) -> Result {
        if !isKnownUniquelyReferenced(&storage) {
            do throws(RasterError) {
                storage = try storage.copy()
            } catch {
                throw .outOfMemory(byteCount: format.byteCount)
            }
        }
        defer { withExtendedLifetime(storage) {} }
        return body(UnsafeMutableRawBufferPointer(start: storage.base, count: format.byteCount))
    }
}

extension PlanarFormat {
    /// Where a plane (luma, Cb, Cr) begins, in bytes.
    package func offset(ofPlane plane: Int) -> Int {
        (0..<plane).reduce(0) { $0 + sampleCount(ofPlane: $1) } * bytesPerSample
    }
}
