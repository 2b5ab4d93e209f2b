/// Walks through a part of a Photoshop file; every step is checked.
struct PSDCursor {
    private let file: ByteReader
    private let format: ImageFormat
    private(set) var position: Int
    let end: Int

    init(_ bytes: UnsafeRawBufferPointer, _ format: ImageFormat) {
        file = ByteReader(bytes)
        self.format = format
        (position, end) = (0, bytes.count)
    }

    private init(_ other: PSDCursor, end: Int) {
        (file, format, position, self.end) = (other.file, other.format, other.position, end)
    }

    var remaining: Int { end - position }

    func malformed(_ reason: String) -> ImageCodecError { .malformed(format: format, reason: reason) }

    var truncated: ImageCodecError { .truncated(format: format, rowsDecoded: 0, height: 0) }

    /// The next bytes.
    ///
    /// - Throws: ``ImageCodecError/truncated(format:rowsDecoded:height:path:)`` where the file ends before, and
    ///   ``ImageCodecError/malformed(format:reason:path:)`` where only this part of it does.
    mutating func part(_ count: Int) throws(ImageCodecError) -> UnsafeRawBufferPointer {
        let (partEnd, overflow) = position.addingReportingOverflow(count)
        guard count >= 0, !overflow, let bytes = file.part(position, count: count) else { throw truncated }
        guard partEnd <= end else { throw malformed("a length leads out of the part it is in") }
        position = partEnd
        return bytes
    }

    mutating func skip(_ count: Int) throws(ImageCodecError) { _ = try part(count) }

    mutating func skipZeros(atMost count: Int) {
        for _ in 0..<count where position < end && file.byte(position) == 0 { position += 1 }
    }

    /// The next bytes as a part of their own.
    mutating func section(_ count: Int) throws(ImageCodecError) -> PSDCursor {
        let start = self
        try skip(count)
        return PSDCursor(start, end: position)
    }

    /// A number of 1 to 8 bytes; one that no length can be is refused where it is used.
    mutating func number(_ byteCount: Int) throws(ImageCodecError) -> Int {
        Int(truncatingIfNeeded: try part(byteCount).reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
    }

    mutating func signed16() throws(ImageCodecError) -> Int { Int(Int16(truncatingIfNeeded: try number(2))) }

    mutating func signed32() throws(ImageCodecError) -> Int { Int(Int32(truncatingIfNeeded: try number(4))) }

    /// A key or signature of four letters.
    mutating func key() throws(ImageCodecError) -> String { String(decoding: try part(4), as: UTF8.self) }

    /// A rectangle as Photoshop has it: top, left, bottom, right.
    ///
    /// - Throws: ``ImageCodecError/malformed(format:reason:path:)`` for one whose sides are below zero.
    mutating func rectangle() throws(ImageCodecError) -> PSDRectangle {
        let (top, left, bottom, right) = (try signed32(), try signed32(), try signed32(), try signed32())
        guard top <= bottom, left <= right else { throw malformed("a rectangle ends before it begins") }
        return PSDRectangle(columns: left..<right, rows: top..<bottom)
    }
}

/// A part of the plane, in pixels from the canvas' upper left corner; may lie outside of the canvas.
struct PSDRectangle: Equatable {
    let columns: Range<Int>
    let rows: Range<Int>

    var isEmpty: Bool { columns.isEmpty || rows.isEmpty }
}
