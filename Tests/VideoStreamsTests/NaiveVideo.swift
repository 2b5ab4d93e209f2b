import Matting
import PictureTestSupport
import VideoStreams

/// Video's colours by their textbook formulas, in double precision, a pixel at a time.
struct NaiveVideo {
    let colors: VideoColors
    let format: PlanarFormat

    /// Weights of red, green, blue.
    private var weights: (Double, Double, Double) {
        colors.matrix == .bt601 ? (0.299, 0.587, 0.114) : (0.2126, 0.7152, 0.0722)
    }
    private var unit: Double { Double(1 << (format.bitDepth - 8)) }
    private var top: Double { Double(format.maximum) }

    /// Y' in [0, 1], Cb' and Cr' in [−½, ½].
    func decode(_ y: Double, _ u: Double, _ v: Double) -> [Double] {
        let middle = 128 * unit
        let (luma, blue, red) =
            colors.isFullRange
            ? (y / top, (u - middle) / top, (v - middle) / top)
            : ((y - 16 * unit) / (219 * unit), (u - middle) / (224 * unit), (v - middle) / (224 * unit))
        let (kr, kg, kb) = weights
        let (r, b) = (luma + 2 * (1 - kr) * red, luma + 2 * (1 - kb) * blue)
        return [r, (luma - kr * r - kb * b) / kg, b]
    }

    /// Steps of luma, Cb and Cr, not rounded, of red, green and blue in [0, 1].
    func encode(_ color: [Double]) -> [Double] {
        let (kr, kg, kb) = weights
        let luma = kr * color[0] + kg * color[1] + kb * color[2]
        let (blue, red) = ((color[2] - luma) / (2 * (1 - kb)), (color[0] - luma) / (2 * (1 - kr)))
        let middle = 128 * unit
        if colors.isFullRange { return [luma * top, blue * top + middle, red * top + middle] }
        return [luma * 219 * unit + 16 * unit, blue * 224 * unit + middle, red * 224 * unit + middle]
    }

    /// Where chroma sample (i, j) was taken, in pixels.
    private func place(_ i: Int, _ j: Int) -> (x: Double, y: Double) {
        switch format.sampling {
        case .gray, .full: (Double(i), Double(j))
        case .half: (Double(2 * i), Double(j))
        case .quarterCentered: (Double(2 * i) + 0.5, Double(2 * j) + 0.5)
        case .quarterLeft: (Double(2 * i), Double(2 * j) + 0.5)
        case .quarterTopLeft: (Double(2 * i), Double(2 * j))
        }
    }

    /// A plane's value between samples: linear, the border repeated.
    private func interpolated(_ plane: [Double], x: Double, y: Double) -> Double {
        let (origin, next) = (place(0, 0), place(1, 1))
        let (width, height) = (format.chromaWidth, format.chromaHeight)
        let (u, v) = ((x - origin.x) / (next.x - origin.x), (y - origin.y) / (next.y - origin.y))
        func value(_ i: Double, _ j: Double) -> Double {
            plane[min(max(Int(j), 0), height - 1) * width + min(max(Int(i), 0), width - 1)]
        }
        let (left, above) = (u.rounded(.down), v.rounded(.down))
        let (p, q) = (u - left, v - above)
        let upper = value(left, above) * (1 - p) + value(left + 1, above) * p
        let lower = value(left, above + 1) * (1 - p) + value(left + 1, above + 1) * p
        return upper * (1 - q) + lower * q
    }

    /// Red, green and blue in [0, 1], clamped, of all pixels of planes of samples.
    func image(_ planes: [[Double]]) -> [Double] {
        (0..<format.width * format.height).flatMap { index -> [Double] in
            let (x, y) = (Double(index % format.width), Double(index / format.width))
            let color =
                format.sampling == .gray
                ? [decode(planes[0][index], 128 * unit, 128 * unit)[0]]
                : decode(
                    planes[0][index], interpolated(planes[1], x: x, y: y), interpolated(planes[2], x: x, y: y))
            return color.map { min(max($0, 0), 1) }
        }
    }

    /// Planes of rounded samples of red, green and blue in [0, 1].
    func planes(_ image: [[Double]]) -> [[Double]] {
        let encoded = image.map(encode)
        func sample(_ plane: Int, _ x: Int, _ y: Int) -> Double {
            encoded[min(max(y, 0), format.height - 1) * format.width + min(max(x, 0), format.width - 1)][plane]
        }
        func rounded(_ value: Double) -> Double { min(max(value.rounded(), 0), top) }
        let luma = encoded.map { rounded($0[0]) }
        if format.sampling == .gray { return [luma] }
        /// Offsets and weights of the pixels around a sample.
        func taps(_ isShared: Bool, _ isCentered: Bool) -> [(Int, Double)] {
            if !isShared { return [(0, 1)] }
            return isCentered ? [(0, 0.5), (1, 0.5)] : [(-1, 0.25), (0, 0.5), (1, 0.25)]
        }
        let across = taps(format.sampling != .full, format.sampling == .quarterCentered)
        let isQuarter = ![.full, .half].contains(format.sampling)
        let down = taps(isQuarter, format.sampling != .quarterTopLeft)
        return [luma]
            + [1, 2].map { plane in
                (0..<format.chromaHeight).flatMap { j in
                    (0..<format.chromaWidth).map { i -> Double in
                        var sum = 0.0
                        for (dy, wy) in down {
                            for (dx, wx) in across {
                                let x = (format.sampling == .full ? i : 2 * i) + dx
                                let y = (isQuarter ? 2 * j : j) + dy
                                sum += wx * wy * sample(plane, x, y)
                            }
                        }
                        return rounded(sum)
                    }
                }
            }
    }
}
