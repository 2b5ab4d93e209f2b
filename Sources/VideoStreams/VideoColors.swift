/// How luma and chroma of a video stand for red, green and blue.
public struct VideoColors: Sendable, Hashable {
    /// The weights of red, green and blue in luma.
    @nonexhaustive public enum Matrix: String, Sendable, Hashable, CaseIterable {
        /// ITU-R BT.601: 0.299, 0.587, 0.114; standard definition, and JPEG.
        case bt601
        /// ITU-R BT.709: 0.2126, 0.7152, 0.0722; high definition.
        case bt709

        /// Of red and of blue; green has the rest.
        var weights: (red: Double, blue: Double) {
            switch self {
            case .bt601: (0.299, 0.114)
            case .bt709: (0.2126, 0.0722)
            }
        }
    }

    /// The weights of red, green and blue in luma.
    public var matrix: Matrix
    /// Whether luma uses all steps, 0 to 255, instead of 16 to 235 (chroma 16 to 240), times 2^(bits − 8).
    public var isFullRange: Bool

    /// Colours of a stream whose matrix and range are known.
    public init(matrix: Matrix, isFullRange: Bool) {
        self.matrix = matrix
        self.isFullRange = isFullRange
    }

    /// What the header of a stream means. YUV4MPEG2 does not tell the matrix: BT.709 where frames are more than 576
    /// rows high, as players guess it, else BT.601. Where it does not tell the range, samples are limited, except those of
    /// grey streams, which ffmpeg writes full.
    ///
    /// - Parameters:
    ///   - header: of the stream.
    ///   - matrix: what the stream has, where that is known.
    public init(_ header: Y4MHeader, matrix: Matrix? = nil) {
        self.init(
            matrix: matrix ?? (header.format.height > 576 ? .bt709 : .bt601),
            isFullRange: header.isFullRange ?? (header.format.sampling == .gray))
    }

    // MARK: Linear maps between steps

    /// Luma's lowest step and its range, in steps of `bitDepth` bits.
    private func luma(_ bitDepth: Int) -> (low: Double, range: Double) {
        let unit = Double(1 << (bitDepth - 8))
        return isFullRange ? (0, Double(1 << bitDepth - 1)) : (16 * unit, 219 * unit)
    }

    /// The range of chroma, whose middle is 2^(bits − 1).
    private func chromaRange(_ bitDepth: Int) -> Double {
        isFullRange ? Double(1 << bitDepth - 1) : 224 * Double(1 << (bitDepth - 8))
    }

    /// What ``KernelSet`` needs to make colours of `maximum` steps: see `colorsRow8`.
    ///
    /// R = Y' + 2 (1 − kR) Cr', B = Y' + 2 (1 − kB) Cb', G from Y' = kR R + kG G + kB B.
    func toColors(bitDepth: Int, maximum: Double) -> [Float] {
        let (red, blue) = matrix.weights
        let green = 1 - red - blue
        let (low, range) = luma(bitDepth)
        let middle = Double(1 << (bitDepth - 1))
        let chroma = maximum / chromaRange(bitDepth)
        let scale = maximum / range
        let redOfRed = 2 * (1 - red) * chroma
        let blueOfBlue = 2 * (1 - blue) * chroma
        let (greenOfBlue, greenOfRed) = (-blueOfBlue * blue / green, -redOfRed * red / green)
        let base = -low * scale
        let coefficients: [Double] = [
            scale, redOfRed, base - redOfRed * middle, greenOfBlue, greenOfRed,
            base - (greenOfBlue + greenOfRed) * middle, blueOfBlue, base - blueOfBlue * middle,
        ]
        return coefficients.map { Float($0) }
    }

    /// What ``KernelSet`` needs to make luma and chroma of colours of `maximum` steps: see `lumaRow8`.
    func toLuma(bitDepth: Int, maximum: Double) -> [Float] {
        let (red, blue) = matrix.weights
        let green = 1 - red - blue
        let (low, range) = luma(bitDepth)
        let scale = range / maximum
        let middle = Double(1 << (bitDepth - 1))
        let chroma = chromaRange(bitDepth) / maximum
        let (ofBlue, ofRed) = (chroma / (2 * (1 - blue)), chroma / (2 * (1 - red)))
        let coefficients: [Double] = [
            red * scale, green * scale, blue * scale, low,
            -red * ofBlue, -green * ofBlue, (1 - blue) * ofBlue, middle,
            (1 - red) * ofRed, -green * ofRed, -blue * ofRed, middle,
        ]
        return coefficients.map { Float($0) }
    }
}
