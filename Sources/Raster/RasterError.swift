/// What can go wrong with a picture in memory: its size, its parts, its colours.
@nonexhaustive public enum RasterError: Error, Sendable, Equatable {
    /// A picture to be made has no pixels or a negative size.
    case emptyPicture(width: Int, height: Int)
    /// A picture to be made has more pixels than can be counted in bytes, or longer sides than the formats can hold.
    case tooLarge(width: Int, height: Int, maxPixels: Int, maxSide: Int)
    /// A part that is empty or not within its picture, in pixels of the picture.
    case partOutside(columns: Range<Int>, rows: Range<Int>, width: Int, height: Int)
    /// The rows of a caller's memory are shorter than the picture's, in bytes.
    case rowsTooShort(bytesPerRow: Int, needed: Int)
    /// A caller's memory is too small for the picture, in bytes.
    case bufferTooSmall(byteCount: Int, needed: Int)
    /// A caller's memory or its rows do not begin at a multiple of a sample's size, in bytes.
    case misaligned(byteCount: Int)
    /// A caller's layout has no room for what the picture has: alpha, colours, or both.
    case layoutTooNarrow(hasAlpha: Bool, hasColors: Bool)
    /// The samples are of another depth than those that were asked for, in bits.
    case differentBitDepth(expected: Int, actual: Int)
    /// A text is not a colour.
    case unreadableColor(text: String)
    /// The system refused `byteCount` bytes for `purpose`.
    case outOfMemory(byteCount: Int, purpose: String)
}

extension RasterError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .emptyPicture(let width, let height):
            "a picture of \(width) x \(height) pixels has no pixels; both sides must be at least 1"
        case .tooLarge(let width, let height, let maxPixels, let maxSide):
            "a picture of \(width) x \(height) pixels is too large, with limits of \(maxPixels) pixels and \(maxSide) "
                + "a side; make it smaller"
        case .partOutside(let columns, let rows, let width, let height):
            "columns \(columns) and rows \(rows) are no part of a picture of \(width) x \(height) pixels; "
                + "use ranges of at least one pixel within it"
        case .rowsTooShort(let bytesPerRow, let needed):
            "rows of \(bytesPerRow) bytes do not hold the pixels of a row; give at least \(needed) bytes a row"
        case .bufferTooSmall(let byteCount, let needed):
            "\(byteCount) bytes do not hold the picture; give \(needed)"
        case .misaligned(let byteCount):
            "the memory and its rows must begin at multiples of \(byteCount) bytes; align them, or use samples of 8 bits"
        case .layoutTooNarrow(let hasAlpha, let hasColors):
            "the layout has no room for the picture's \(hasAlpha ? hasColors ? "colours and alpha" : "alpha" : "colours"); "
                + "use one with \(hasAlpha ? "alpha" : "colours"), or composite or convert the picture first"
        case .differentBitDepth(let expected, let actual):
            "the picture has samples of \(actual) bits, not \(expected); look at its bitDepth, or convert it"
        case .unreadableColor(let text):
            "\"\(text)\" is not a colour; write a name of CSS such as white, #rrggbb, #rrggbbaa or rgb(255 128 0)"
        case .outOfMemory(let byteCount, let purpose):
            "out of memory: \(byteCount) bytes for \(purpose) were refused; use a smaller picture"
        }
    }
}
