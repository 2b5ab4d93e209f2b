/// What is solved: a picture, and which of its pixels are unknown.
///
/// Read by several threads at once. Whoever makes it keeps the memory behind the pointers alive and unchanged.
package struct SolvingProblem: @unchecked Sendable {
    // Unchecked: the pointer is only read.
    /// Of the picture, in pixels.
    package let width: Int
    package let height: Int
    /// One byte a pixel, row by row, and the byte that means unknown.
    package let mask: UnsafePointer<UInt8>
    package let unknownValue: UInt8
    private let guideChannels: Int
    private let guide:
        @Sendable (_ row: Int, _ columns: Range<Int>, _ planes: UnsafeMutablePointer<Float>, _ stride: Int) -> Void

    /// - Parameters:
    ///   - mask: `width · height` bytes.
    ///   - unknownValue: the byte of unknown pixels.
    ///   - guideChannels: 1 (grey) or 3 (red, green, blue).
    ///   - guide: writes the columns of a row of the picture in [0, 1], plane c at `planes + c · stride`.
    package init(
        width: Int, height: Int, mask: UnsafePointer<UInt8>, unknownValue: UInt8, guideChannels: Int,
        guide:
            @escaping @Sendable (
                _ row: Int, _ columns: Range<Int>, _ planes: UnsafeMutablePointer<Float>, _ stride: Int
            ) -> Void
    ) {
        precondition(guideChannels == 1 || guideChannels == 3, "a guide of \(guideChannels) channels; it has 1 or 3")
        self.width = width
        self.height = height
        self.mask = mask
        self.unknownValue = unknownValue
        self.guideChannels = guideChannels
        self.guide = guide
    }

    /// Writes red, green and blue of a row; those of a grey picture are alike.
    func readGuide(row: Int, columns: Range<Int>, into planes: UnsafeMutablePointer<Float>, stride: Int) {
        guide(row, columns, planes, stride)
        guard guideChannels == 1 else { return }
        for channel in 1..<3 { (planes + channel * stride).update(from: planes, count: columns.count) }
    }
}
