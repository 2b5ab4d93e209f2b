extension RasterImage {
    /// A part of the picture as a picture of its own, with the profile and EXIF of the whole.
    ///
    /// - Throws: ``RasterError/partOutside(columns:rows:width:height:)`` unless the ranges are within the picture and hold
    ///   at least one pixel; ``RasterError/outOfMemory(byteCount:purpose:)``.
    /// - Complexity: O(pixels of the part).
    public func part(columns: Range<Int>, rows: Range<Int>) throws(RasterError) -> RasterImage {
        guard columns.lowerBound >= 0, columns.upperBound <= width, !columns.isEmpty, rows.lowerBound >= 0,
            rows.upperBound <= height, !rows.isEmpty
        else { throw .partOutside(columns: columns, rows: rows, width: width, height: height) }
        let bytesPerPixel = bytesPerRow / width
        let partBytesPerRow = columns.count * bytesPerPixel
        let storage = try PixelStorage(
            byteCount: rows.count * partBytesPerRow,
            purpose: "a part of \(columns.count) x \(rows.count) pixels of a picture")
        let first = self.storage.base + rows.lowerBound * bytesPerRow + columns.lowerBound * bytesPerPixel
        for row in 0..<rows.count {
            (storage.base + row * partBytesPerRow)
                .copyMemory(from: first + row * bytesPerRow, byteCount: partBytesPerRow)
        }
        withExtendedLifetime(self.storage) {}
        return RasterImage(
            width: columns.count, height: rows.count, colorModel: colorModel, bitDepth: bitDepth,
            iccProfile: iccProfile, metadata: metadata, warnings: warnings, storage: storage)
    }
}
