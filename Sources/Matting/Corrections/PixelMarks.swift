import MatteSolving
import Raster

/// What strokes say of a picture's pixels, one byte each: 0 nothing, or one of ``ScribbleLoops``' marks. A value with
/// copy-on-write storage.
struct PixelMarks: Sendable {
    let width: Int
    let height: Int
    private var storage: PixelStorage

    /// Nothing is said of any pixel.
    ///
    /// - Throws: ``RasterError/outOfMemory(byteCount:purpose:)``.
    init(width: Int, height: Int) throws(RasterError) {
        self.width = width
        self.height = height
        self.storage = try PixelStorage(byteCount: width * height, purpose: "marks of \(width) × \(height) pixels")
    }

    /// Reads the bytes, row by row.
    func withBytes<Result, Failure: Error>(
        _ body: (UnsafePointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafePointer(storage.base.bindMemory(to: UInt8.self, capacity: width * height)))
    }

    /// Writes the bytes, row by row.
    ///
    /// - Throws: ``RasterError/outOfMemory(byteCount:purpose:)`` where a copy was needed and refused.
    mutating func withMutableBytes<Result>(
        _ body: (UnsafeMutablePointer<UInt8>) -> Result
    ) throws(RasterError) -> Result {
        if !isKnownUniquelyReferenced(&storage) { storage = try storage.copy() }
        defer { withExtendedLifetime(storage) {} }
        return body(storage.base.bindMemory(to: UInt8.self, capacity: width * height))
    }
}

extension Stroke.Kind {
    /// The byte of its pixels.
    var mark: UInt8 {
        switch self {
        case .subject: ScribbleLoops.subject
        case .background: ScribbleLoops.background
        case .unknown: ScribbleLoops.unknown
        }
    }
}
