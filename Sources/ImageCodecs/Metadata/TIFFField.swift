import Raster

/// A tagged value of a TIFF directory, in the byte order of its file: what EXIF blocks and TIFF files are made of.
///
/// Source: TIFF revision 6.0 (1992), section 2.
struct TIFFField {
    let tag: Int
    let type: Int
    let count: Int
    let value: [UInt8]

    static func number(_ value: Int, _ byteCount: Int, isBigEndian: Bool) -> [UInt8] {
        (0..<byteCount).map { index in
            UInt8(truncatingIfNeeded: value >> (8 * (isBigEndian ? byteCount - 1 - index : index)))
        }
    }

    /// A directory and behind it the values that do not fit its entries, each at an even offset.
    static func directory(_ fields: [TIFFField], at start: Int, isBigEndian: Bool) -> [UInt8] {
        func number(_ value: Int, _ byteCount: Int) -> [UInt8] {
            Self.number(value, byteCount, isBigEndian: isBigEndian)
        }
        var entries = number(fields.count, 2)
        var values: [UInt8] = []
        let valueStart = start + 2 + 12 * fields.count + 4
        for field in fields.sorted(by: { $0.tag < $1.tag }) {
            entries += number(field.tag, 2) + number(field.type, 2) + number(field.count, 4)
            if field.value.count <= 4 {
                entries += field.value + [UInt8](repeating: 0, count: 4 - field.value.count)
            } else {
                entries += number(valueStart + values.count, 4)
                values += field.value
                if !values.count.isMultiple(of: 2) { values.append(0) }
            }
        }
        return entries + number(0, 4) + values
    }

    /// Density and its unit; none for a proportion.
    static func fields(of resolution: RasterImage.Resolution?, isBigEndian: Bool) -> [TIFFField] {
        guard let resolution, resolution.unit != .ratio else { return [] }
        func fraction(_ value: Double) -> [UInt8] {
            // Pixels a metre are no whole pixels an inch: 11811 of them are 299.9994.
            let isWhole = abs(value - value.rounded()) < 0.001
            let denominator = isWhole ? 1 : 1_000
            let numerator = Int((value * Double(denominator)).rounded())
            return number(numerator, 4, isBigEndian: isBigEndian) + number(denominator, 4, isBigEndian: isBigEndian)
        }
        let unit = resolution.unit == .inch ? 2 : 3
        return [
            TIFFField(tag: ExifTag.horizontalResolution, type: 5, count: 1, value: fraction(resolution.horizontal)),
            TIFFField(tag: ExifTag.verticalResolution, type: 5, count: 1, value: fraction(resolution.vertical)),
            TIFFField(
                tag: ExifTag.resolutionUnit, type: 3, count: 1, value: number(unit, 2, isBigEndian: isBigEndian)),
        ]
    }

    /// The same value in the other byte order.
    var swapped: TIFFField {
        let size =
            switch type {
            case 3, 8: 2
            case 4, 5, 9, 10, 11: 4
            case 12: 8
            default: 1
            }
        guard size > 1 else { return self }
        var swapped = value
        for start in stride(from: 0, through: value.count - size, by: size) {
            swapped.replaceSubrange(start..<start + size, with: value[start..<start + size].reversed())
        }
        return TIFFField(tag: tag, type: type, count: count, value: swapped)
    }
}
