/// The samples of a picture of either depth, for one pass over its rows.
package enum Samples: @unchecked Sendable {
    // Unchecked: read only, and alive as long as the closure that was given them.
    case eight(UnsafePointer<UInt8>)
    case sixteen(UnsafePointer<UInt16>)
}

/// The samples of a picture of either depth, to be written row by row.
package enum MutableSamples: @unchecked Sendable {
    // Unchecked: threads write disjoint rows.
    case eight(UnsafeMutablePointer<UInt8>)
    case sixteen(UnsafeMutablePointer<UInt16>)
}

extension RasterImage {
    /// Reads the samples; the pointer is valid inside `body` only. Pictures have at least one pixel.
    package func withSamples(_ body: (Samples) throws -> Void) rethrows {
        switch bitDepth {
        case .eight: try withSamples8 { try $0.baseAddress.map { try body(.eight($0)) } }
        case .sixteen: try withSamples16 { try $0.baseAddress.map { try body(.sixteen($0)) } }
        }
    }

    /// Writes the samples in place, copying them first if another picture shares them.
    ///
    /// - Throws: ``RasterError/outOfMemory(byteCount:purpose:)``.
    package mutating func withMutableSamples(_ body: (MutableSamples) -> Void) throws(RasterError) {
        switch bitDepth {
        case .eight: try withMutableSamples8 { $0.baseAddress.map { body(.eight($0)) } }
        case .sixteen: try withMutableSamples16 { $0.baseAddress.map { body(.sixteen($0)) } }
        }
    }
}
