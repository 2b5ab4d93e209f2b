/// What the numbers of a picture's pixels mean: tone curves, and for colours the primaries that they are parts of.
package struct ColorSpace: Sendable, Equatable {
    /// One curve for grey, three for red, green and blue.
    let curves: [ToneCurve]
    /// To CIE XYZ under D50, row by row; nil for grey.
    let primaries: [Double]?

    /// IEC 61966-2-1, adapted to D50 as its profiles have it, in their units of 1/65,536.
    package static let sRGB = ColorSpace(
        curves: [.sRGB, .sRGB, .sRGB],
        primaries: [28_578, 25_241, 9_376, 14_581, 46_981, 3_972, 912, 6_362, 46_799].map { $0 / 65_536 })

    private init(curves: [ToneCurve], primaries: [Double]?) {
        self.curves = curves
        self.primaries = primaries
    }

    /// What keeps a profile from being converted.
    package struct Defect: Error, Equatable {
        package let reason: String
    }

    /// The space of a picture's pixels: sRGB without a profile, and with one that no file of them could hold, such as one
    /// for grey with colours.
    ///
    /// - Throws: ``Defect`` for profiles that are more than curves and primaries: tables, inks, other spaces.
    package init(of image: RasterImage) throws(Defect) {
        try self.init(profile: image.iccProfile, image.colorModel)
    }

    /// The space of pixels with a profile.
    ///
    /// - Throws: ``Defect``.
    package init(profile: [UInt8]?, _ colorModel: RasterImage.ColorModel) throws(Defect) {
        guard let profile, ICCProfile.defect(in: profile, for: colorModel) == nil else {
            self = .sRGB
            return
        }
        guard ICCProfile.tag("A2B0", in: profile) == nil else {
            throw Defect(reason: "its profile is made of tables")
        }
        func curve(_ name: String) throws(Defect) -> ToneCurve {
            guard let tag = ICCProfile.tag(name, in: profile), let curve = ToneCurve(tag: tag) else {
                throw Defect(reason: "its profile has no tone curve that can be used")
            }
            return curve
        }
        if colorModel.colorChannelCount == 1 {
            self.init(curves: [try curve("kTRC")], primaries: nil)
            return
        }
        var primaries = [Double](repeating: 0, count: 9)
        for (column, name) in ["rXYZ", "gXYZ", "bXYZ"].enumerated() {
            guard let tag = ICCProfile.tag(name, in: profile), TagData(tag).type == "XYZ " else {
                throw Defect(reason: "its profile has no primaries")
            }
            for row in 0..<3 {
                guard let value = TagData(tag).fixed(8 + 4 * row) else {
                    throw Defect(reason: "its profile has no primaries")
                }
                primaries[3 * row + column] = value
            }
        }
        guard Matrix.inverse(primaries) != nil else { throw Defect(reason: "its primaries are no colours") }
        self.init(curves: [try curve("rTRC"), try curve("gTRC"), try curve("bTRC")], primaries: primaries)
    }
}

/// Matrices of three rows and three columns, row by row.
package enum Matrix {
    package static func product(_ left: [Double], _ right: [Double]) -> [Double] {
        var product = [Double](repeating: 0, count: 9)
        for row in 0..<3 {
            for column in 0..<3 {
                for k in 0..<3 { product[3 * row + column] += left[3 * row + k] * right[3 * k + column] }
            }
        }
        return product
    }

    /// nil where there is none, or none that means anything.
    package static func inverse(_ m: [Double]) -> [Double]? {
        func minor(_ row: Int, _ column: Int) -> Double {
            let (r1, r2) = ((row + 1) % 3 * 3, (row + 2) % 3 * 3)
            let (c1, c2) = ((column + 1) % 3, (column + 2) % 3)
            return m[r1 + c1] * m[r2 + c2] - m[r1 + c2] * m[r2 + c1]
        }
        let determinant: Double = m[0] * minor(0, 0) + m[1] * minor(0, 1) + m[2] * minor(0, 2)
        guard abs(determinant) > 1e-4 else { return nil }
        return (0..<9).map { index in minor(index % 3, index / 3) / determinant }
    }
}
