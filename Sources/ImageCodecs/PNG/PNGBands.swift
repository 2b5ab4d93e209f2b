/// The rows of a picture cut into bands that are compressed on their own, by its shape alone: the file must be the same
/// for every number of threads.
///
/// Each band ends with a few bytes of its own and its last Huffman code is made from what is left: some 100 bytes a band,
/// less than 0.1 % of half a megabyte compressed.
struct PNGBands {
    /// Bytes before compression; a picture of less than two such bands stays whole.
    static let size = 1 << 19

    let count: Int
    private let rowCount: Int

    /// - Parameters:
    ///   - rowCount: at least 1.
    ///   - bytesPerRow: of the picture, at least 1.
    init(rowCount: Int, bytesPerRow: Int) {
        let (byteCount, overflow) = rowCount.multipliedReportingOverflow(by: bytesPerRow)
        self.count = min(max((overflow ? .max : byteCount) / Self.size, 1), rowCount)
        self.rowCount = rowCount
    }

    /// The rows of band `index` in `0..<count`.
    subscript(index: Int) -> Range<Int> { start(of: index)..<start(of: index + 1) }

    private func start(of index: Int) -> Int {
        let (quotient, remainder) = rowCount.quotientAndRemainder(dividingBy: count)
        return index * quotient + min(index, remainder)
    }
}
