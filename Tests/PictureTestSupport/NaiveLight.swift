import Matting
import Raster

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// sRGB's curve (IEC 61966-2-1) in double precision, both ways.
package enum NaiveCurve {
    package static func light(_ x: Double) -> Double { x <= 0.04045 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4) }
    package static func encoded(_ y: Double) -> Double {
        y <= 0.04045 / 12.92 ? y * 12.92 : 1.055 * pow(y, 1 / 2.4) - 0.055
    }
}

/// Light of four numbers a pixel, red, green and blue by alpha, and alpha, in double precision: what the pipeline does with
/// rows and tables, done pixel by pixel.
package struct NaiveLight {
    package var width: Int
    package var height: Int
    package var values: [Double]

    package init(width: Int, height: Int, values: [Double]) {
        self.width = width
        self.height = height
        self.values = values
    }

    /// A picture by a matte, and by its own alpha where there is no matte.
    package init(_ image: RasterImage, alpha: [Float]? = nil, isLinear: Bool = true) {
        (width, height) = (image.width, image.height)
        let (samples, scale) = (image.samples, Double(image.maximum))
        let (channels, colors) = (image.colorModel.channelCount, image.colorModel.colorChannelCount)
        values = (0..<width * height).flatMap { pixel -> [Double] in
            var a = 1.0
            if let alpha {
                a = alpha[pixel] > 0 ? Double(min(alpha[pixel], 1)) : 0
            } else if image.colorModel.hasAlpha {
                a = Double(samples[pixel * channels + channels - 1]) / scale
            }
            return (0..<3).map { c in
                let value = Double(samples[pixel * channels + (colors == 1 ? 0 : c)]) / scale
                return a * (isLinear ? NaiveCurve.light(value) : value)
            } + [a]
        }
    }

    package subscript(x: Int, y: Int) -> [Double] {
        guard x >= 0, x < width, y >= 0, y < height else { return [0, 0, 0, 0] }
        return Array(values[4 * (y * width + x)..<4 * (y * width + x) + 4])
    }

    /// Weights of one output of an axis: `origin + x · step` to `origin + (x + 1) · step` of `count` inputs.
    package static func weights(_ x: Int, count: Int, origin: Double, step: Double) -> [Int: Double] {
        var weights: [Int: Double] = [:]
        let (begin, end) = (origin + Double(x) * step, origin + Double(x + 1) * step)
        if step >= 1 - 1e-9 {
            for index in 0..<count {
                let covered = min(end, Double(index + 1)) - max(begin, Double(index))
                if covered > 1e-9 { weights[index] = covered / step }
            }
            return weights
        }
        let middle = (begin + end) / 2
        guard middle >= 0, middle <= Double(count) else { return [:] }
        for index in -8..<count + 8 {
            let t = abs(middle - 0.5 - Double(index))
            guard t < 3 else { continue }
            let value = t < 1e-12 ? 1 : 3 * sin(.pi * t) * sin(.pi * t / 3) / (.pi * .pi * t * t)
            weights[min(max(index, 0), count - 1), default: 0] += value
        }
        let sum = weights.values.reduce(0, +)
        return weights.mapValues { $0 / sum }
    }

    /// Resampled as the pipeline says: means over areas or Lanczos' kernel on each axis, then taken into range.
    package func resampled(
        width: Int, height: Int, x: (origin: Double, step: Double), y: (origin: Double, step: Double)
    ) -> NaiveLight {
        let columns = (0..<width).map { Self.weights($0, count: self.width, origin: x.origin, step: x.step) }
        let rows = (0..<height).map { Self.weights($0, count: self.height, origin: y.origin, step: y.step) }
        var result: [Double] = []
        for row in rows {
            for column in columns {
                var sum = [0.0, 0, 0, 0]
                for (v, down) in row {
                    for (u, across) in column {
                        for c in 0..<4 { sum[c] += down * across * values[4 * (v * self.width + u) + c] }
                    }
                }
                let alpha = min(max(sum[3], 0), 1)
                result += sum.prefix(3).map { min(max($0, 0), alpha) } + [alpha]
            }
        }
        return NaiveLight(width: width, height: height, values: result)
    }

    /// All of it at another size.
    package func resampled(width: Int, height: Int) -> NaiveLight {
        resampled(
            width: width, height: height, x: (0, Double(self.width) / Double(width)),
            y: (0, Double(self.height) / Double(height)))
    }

    /// Over another of the same size.
    package func over(_ ground: NaiveLight) -> NaiveLight {
        var result = self
        for index in 0..<width * height {
            for c in 0..<4 {
                result.values[4 * index + c] += (1 - values[4 * index + 3]) * ground.values[4 * index + c]
            }
        }
        return result
    }

    /// One colour everywhere.
    package static func plain(width: Int, height: Int, _ color: RasterColor, isLinear: Bool = true) -> NaiveLight {
        let parts = [color.red, color.green, color.blue].map {
            color.alpha * (isLinear ? NaiveCurve.light($0) : $0)
        }
        return NaiveLight(
            width: width, height: height,
            values: Array(repeatElement(parts + [color.alpha], count: width * height).joined()))
    }

    /// Straight encoded values in `[0, 1]`, with alpha where it is asked for.
    package func encoded(colors: Int = 3, withAlpha: Bool = false, isLinear: Bool = true) -> [Double] {
        (0..<width * height).flatMap { pixel -> [Double] in
            let a = values[4 * pixel + 3]
            let straight = (0..<colors).map { c -> Double in
                let value = a > 0 ? min(values[4 * pixel + c] / a, 1) : 0
                return isLinear ? NaiveCurve.encoded(value) : value
            }
            return straight + (withAlpha ? [a] : [])
        }
    }
}
