/// Writes ICC profiles of tone curves and primaries, right or wrong on purpose.
package struct MatrixProfile {
    package var space = "RGB "
    package var tags: [(name: String, data: [UInt8])]

    /// Red, green and blue as CIE XYZ under D50.
    package typealias Primaries = [[Double]]

    package static let sRGB: Primaries = [
        [0.43607, 0.22249, 0.01392], [0.38515, 0.71687, 0.09708], [0.14307, 0.06061, 0.71410],
    ]
    package static let displayP3: Primaries = [
        [0.51512, 0.24120, -0.00105], [0.29198, 0.69225, 0.04189], [0.15710, 0.06657, 0.78407],
    ]
    package static let adobeRGB: Primaries = [
        [0.60974, 0.31111, 0.01947], [0.20528, 0.62567, 0.06087], [0.14919, 0.06322, 0.74457],
    ]
    package static let proPhoto: Primaries = [
        [0.79767, 0.28804, 0], [0.13519, 0.71188, 0], [0.03134, 0.00009, 0.82491],
    ]

    /// The curve of sRGB and Display P3.
    package static let standardCurve = parameters(3, [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045])

    package init(_ primaries: Primaries, curve: [UInt8]) {
        let names = ["r", "g", "b"]
        tags = zip(names, primaries).map { ("\($0)XYZ", Self.head("XYZ ") + $1.flatMap(Self.fixed)) }
        tags += names.map { ("\($0)TRC", curve) }
    }

    /// Of grey.
    package init(grayCurve: [UInt8]) {
        space = "GRAY"
        tags = [("kTRC", grayCurve)]
    }

    package func bytes() -> [UInt8] {
        var (table, data): ([UInt8], [UInt8]) = (bigEndian(tags.count), [])
        let start = 128 + 4 + 12 * tags.count
        for tag in tags {
            table += Array(tag.name.utf8) + bigEndian(start + data.count) + bigEndian(tag.data.count)
            data += tag.data + [UInt8](repeating: 0, count: (4 - tag.data.count % 4) % 4)
        }
        var header = bigEndian(start + data.count) + Array("test".utf8) + [4, 0x30, 0, 0]
        header += Array("mntr".utf8) + Array(space.utf8) + Array("XYZ ".utf8) + [UInt8](repeating: 0, count: 12)
        header += Array("acsp".utf8) + [UInt8](repeating: 0, count: 28) + [0.9642, 1, 0.8249].flatMap(Self.fixed)
        header += [UInt8](repeating: 0, count: 128 - header.count)
        return header + table + data
    }

    package static func parameters(_ function: Int, _ values: [Double]) -> [UInt8] {
        head("para") + [0, UInt8(function), 0, 0] + values.flatMap(fixed)
    }

    package static func gamma(_ gamma: Double) -> [UInt8] {
        let number = Int((gamma * 256).rounded())
        return head("curv") + bigEndian(1) + [UInt8(number >> 8), UInt8(number & 255), 0, 0]
    }

    package static func table(_ values: [Int]) -> [UInt8] {
        head("curv") + bigEndian(values.count) + values.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
    }

    private static func head(_ type: String) -> [UInt8] { Array(type.utf8) + [0, 0, 0, 0] }

    private static func fixed(_ value: Double) -> [UInt8] {
        bigEndian(Int((value * 65_536).rounded()) & 0xFFFF_FFFF)
    }
}
