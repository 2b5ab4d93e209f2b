#if HEIF
import CImageCodecs
import Raster

/// Colours that a file describes by numbers, as an ICC profile.
///
/// Source: ITU-T H.273 (2021), tables 2 and 3.
enum CodedColors {
    /// The profile that such numbers mean, nil for sRGB; and in which way the colours are not sRGB where no profile can
    /// say it.
    ///
    /// The curve of BT.709 and its like is a camera's; pictures that name it are shown with sRGB's, as browsers do.
    static func profile(of colors: cic_heif_colors) -> (profile: [UInt8]?, deviation: String?) {
        guard colors.is_known else { return (nil, nil) }
        let (unspecified, bt709) = (2, 1)
        let primaries: [Double]?
        switch Int(colors.primaries) {
        case bt709, unspecified: primaries = nil
        case 9: primaries = [0.708, 0.292, 0.170, 0.797, 0.131, 0.046]
        case 12: primaries = [0.680, 0.320, 0.265, 0.690, 0.150, 0.060]
        default: return (nil, "colour primaries of number \(colors.primaries)")
        }
        let gamma: Double?
        switch Int(colors.transfer) {
        case 1, unspecified, 6, 13, 14, 15: gamma = nil
        case 4: gamma = 2.2
        case 5: gamma = 2.8
        case 8: gamma = 1
        case 16: return (nil, "a picture of high dynamic range, PQ")
        case 18: return (nil, "a picture of high dynamic range, HLG")
        default: return (nil, "a tone curve of number \(colors.transfer)")
        }
        if primaries == nil && gamma == nil { return (nil, nil) }
        let sRGB = [0.640, 0.330, 0.300, 0.600, 0.150, 0.060]
        return (profile(primaries ?? sRGB, gamma), nil)
    }

    /// A profile of red, green and blue as x and y under D65, and a gamma; nil for sRGB's curve.
    private static func profile(_ primaries: [Double], _ gamma: Double?) -> [UInt8]? {
        let name = "From coded colours"
        guard let columns = columns(primaries) else { return nil }
        var curve = BigEndianBytes()
        curve.append("para")
        curve.append32(0)
        let parameters = gamma.map { [$0] } ?? [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]
        curve.append16(gamma == nil ? 3 : 0)
        curve.append16(0)
        for parameter in parameters { curve.append32(fixed(parameter)) }
        func point(_ values: [Double]) -> [UInt8] {
            var data = BigEndianBytes()
            data.append("XYZ ")
            data.append32(0)
            for value in values { data.append32(fixed(value)) }
            return data.bytes
        }
        func text(_ text: String) -> [UInt8] {
            var data = BigEndianBytes()
            data.append("mluc")
            for number in [0, 1, 12] { data.append32(number) }
            data.append("enUS")
            data.append32(text.utf16.count * 2)
            data.append32(28)
            for unit in text.utf16 { data.append16(Int(unit)) }
            data.pad(toMultipleOf: 4)
            return data.bytes
        }
        let white = [0.9642, 1, 0.8249]
        let tags: [(name: StaticString, data: [UInt8])] = [
            ("desc", text(name)), ("cprt", text("None")), ("wtpt", point(white)), ("rXYZ", point(columns[0])),
            ("gXYZ", point(columns[1])), ("bXYZ", point(columns[2])), ("rTRC", curve.bytes), ("gTRC", curve.bytes),
            ("bTRC", curve.bytes),
        ]
        return file(tags, white)
    }

    private static func file(_ tags: [(name: StaticString, data: [UInt8])], _ white: [Double]) -> [UInt8] {
        let start = 128 + 4 + 12 * tags.count
        let size = tags.reduce(start) { $0 + $1.data.count }
        var bytes = BigEndianBytes()
        bytes.append32(size)
        bytes.append32(0)
        bytes.append32(0x0430_0000)
        bytes.append("mntrRGB XYZ ")
        // A fixed date, so that the same picture gives the same file.
        for number in [2026, 1, 1, 0, 0, 0] { bytes.append16(number) }
        bytes.append("acsp")
        bytes.append([UInt8](repeating: 0, count: 28))
        for value in white { bytes.append32(fixed(value)) }
        bytes.append([UInt8](repeating: 0, count: 48))
        bytes.append32(tags.count)
        var offset = start
        for tag in tags {
            bytes.append(tag.name)
            bytes.append32(offset)
            bytes.append32(tag.data.count)
            offset += tag.data.count
        }
        for tag in tags { bytes.append(tag.data) }
        return bytes.bytes
    }

    /// In units of 1/65,536.
    private static func fixed(_ value: Double) -> Int { Int((value * 65_536).rounded()) }

    /// Red, green and blue as X, Y and Z, adapted from D65 to D50 by Bradford's matrix.
    private static func columns(_ primaries: [Double]) -> [[Double]]? {
        func point(_ x: Double, _ y: Double) -> [Double] { [x / y, 1, (1 - x - y) / y] }
        let colors = (0..<3).map { point(primaries[2 * $0], primaries[2 * $0 + 1]) }
        let white = point(0.3127, 0.3290)
        // Row by row: how the three make X, Y and Z.
        let matrix = (0..<9).map { colors[$0 % 3][$0 / 3] }
        guard let inverse = Matrix.inverse(matrix) else { return nil }
        let shares = product(inverse, white)
        let adaptation: [Double] = [
            1.0478112, 0.0228866, -0.0501270, 0.0295424, 0.9904844, -0.0170491, -0.0092345, 0.0150436, 0.7521316,
        ]
        return (0..<3).map { color in product(adaptation, colors[color].map { $0 * shares[color] }) }
    }

    /// A matrix, row by row, times a vector.
    private static func product(_ matrix: [Double], _ vector: [Double]) -> [Double] {
        var result = [0.0, 0.0, 0.0]
        for row in 0..<3 {
            for column in 0..<3 { result[row] += matrix[3 * row + column] * vector[column] }
        }
        return result
    }
}
#endif
