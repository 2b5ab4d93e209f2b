// From light back to samples.

/// Steps of one octave of light in a table of encoded values, and octaves: from 2⁻⁴⁰, which is below half a step of 16 bits
/// in every curve up to a gamma of 2.5, to 1.
private let octaveBits: UInt32 = 7
private let octaves = 40

/// The encoded value of a light, which counts as in `[0, 1]`, between the two entries beside it.
///
/// Entries stand at equal distances within each octave, so that the bits of a float are their number: for a power the
/// error is two millionths of the value, however dark.
@inline(__always)
private func encodedValue(_ light: Float, _ table: UnsafePointer<Float>) -> Float {
    let x = clampedToOne(light)
    let bits = x.bitPattern
    let index = Int(bits >> (23 &- octaveBits)) &- ((127 &- octaves) << Int(octaveBits))
    if index < 0 { return table[0] * (x * Float(1 << 20) * Float(1 << 20)) }
    let mask: UInt32 = (1 << (23 &- octaveBits)) &- 1
    let fraction = Float(bits & mask) * (1 / Float(1 << (23 &- octaveBits)))
    let low = table[index]
    return low + fraction * (table[index &+ 1] - low)
}

/// Noise in `[-0.5, 0.5)` for dithering, as even as an ordered pattern and without its grid.
///
/// Source: Jimenez, "Next Generation Post Processing in Call of Duty: Advanced Warfare", SIGGRAPH 2014 (interleaved gradient
/// noise).
@inline(__always)
private func noise(_ x: Int, _ y: Int) -> Float {
    let inner = 0.06711056 * Float(x & 0xFFFF) + 0.00583715 * Float(y & 0xFFFF)
    let outer = 52.9829189 * (inner - Float(Int32(inner)))
    return outer - Float(Int32(outer)) - 0.5
}

extension VectorKernels {
    /// Entries of one table of encoded values.
    package static var encodedTableCount: Int { octaves << Int(octaveBits) &+ 2 }

    /// Composite pixels of 8 bits in light: where alpha is 1 the picture's own samples, where it is 0 the ground's, else
    /// both mixed.
    ///
    /// `under` is four floats of light a pixel, `underStride` apart; 0 repeats one colour, whose samples are `flat`. `light`
    /// and `encoded` hold three tables, one a channel. `dither` is noise in steps of the samples, by the share of the ground.
    /// A mixed pixel takes some 10 ns, one of the picture or of one colour 1 ns.
    @inline(never)
    package static func blendRow8(
        _ pixels: UnsafePointer<UInt8>, stride: Int, colors: Int, alpha: UnsafePointer<Float>,
        light: UnsafePointer<Float>, encoded: UnsafePointer<Float>, under: UnsafePointer<Float>, underStride: Int,
        flat: UnsafePointer<UInt8>, dither: Float, x: Int, y: Int, _ target: UnsafeMutablePointer<UInt8>,
        outputColors: Int, count: Int
    ) {
        blendRow(
            pixels, stride: stride, colors: colors, alpha: alpha, light: light, encoded: encoded, under: under,
            underStride: underStride, flat: flat, target, outputColors: outputColors, count: count
        ) { i, a in dither > 0 ? dither * (1 - a) * noise(x &+ i, y) : 0 }
    }

    /// The same for 16 bits; noise has no use there.
    @inline(never)
    package static func blendRow16(
        _ pixels: UnsafePointer<UInt16>, stride: Int, colors: Int, alpha: UnsafePointer<Float>,
        light: UnsafePointer<Float>, encoded: UnsafePointer<Float>, under: UnsafePointer<Float>, underStride: Int,
        flat: UnsafePointer<UInt16>, _ target: UnsafeMutablePointer<UInt16>, outputColors: Int, count: Int
    ) {
        blendRow(
            pixels, stride: stride, colors: colors, alpha: alpha, light: light, encoded: encoded, under: under,
            underStride: underStride, flat: flat, target, outputColors: outputColors, count: count
        ) { _, _ in 0 }
    }

    /// - Parameter dither: what is added to a sample in steps, by the pixel and its alpha.
    @inline(__always)
    private static func blendRow<Sample: FixedWidthInteger & UnsignedInteger>(
        _ pixels: UnsafePointer<Sample>, stride: Int, colors: Int, alpha: UnsafePointer<Float>,
        light: UnsafePointer<Float>, encoded: UnsafePointer<Float>, under: UnsafePointer<Float>, underStride: Int,
        flat: UnsafePointer<Sample>, _ target: UnsafeMutablePointer<Sample>, outputColors: Int, count: Int,
        dither: (_ i: Int, _ alpha: Float) -> Float
    ) {
        let size = encodedTableCount
        let levels = Int(Sample.max) &+ 1
        var i = 0
        while i < count {
            let a = clampedToOne(alpha[i])
            let output = target + i &* outputColors
            let pixel = pixels + i &* stride
            let ground = under + i &* underStride
            var c = 0
            if a == 1 {
                while c < outputColors {
                    output[c] = pixel[colors == 1 ? 0 : c]
                    c &+= 1
                }
            } else if a == 0 && underStride == 0 {
                while c < outputColors {
                    output[c] = flat[c]
                    c &+= 1
                }
            } else {
                let offset = 0.5 + dither(i, a)
                while c < outputColors {
                    var mixed = ground[c]
                    if a > 0 { mixed += (light[c &* levels &+ Int(pixel[colors == 1 ? 0 : c])] - mixed) * a }
                    output[c] = sample(mixed, encoded + c &* size, offset)
                    c &+= 1
                }
            }
            i &+= 1
        }
    }

    /// The sample of a light; `offset` is a half and what dithering adds.
    @inline(__always)
    private static func sample<Sample: FixedWidthInteger & UnsignedInteger>(
        _ light: Float, _ encoded: UnsafePointer<Float>, _ offset: Float
    ) -> Sample {
        let largest = Float(Sample.max)
        let value = encodedValue(light, encoded) * largest + offset
        return Sample(truncatingIfNeeded: Int32(value > 0 ? (value < largest + 0.5 ? value : largest) : 0))
    }

    /// Light to opaque samples of 8 bits, of the first `outputColors` colours. `dither` is noise in steps of the samples, by
    /// what `alpha` (four floats a pixel, of which the last counts) leaves free.
    @inline(never)
    package static func encodeRow8(
        _ row: UnsafePointer<Float>, encoded: UnsafePointer<Float>, dither: Float, subject: UnsafePointer<Float>,
        y: Int,
        _ target: UnsafeMutablePointer<UInt8>, outputColors: Int, count: Int
    ) {
        encodeRow(row, encoded: encoded, target, outputColors: outputColors, count: count) { i in
            dither > 0 ? dither * (1 - subject[i &* 4 &+ 3]) * noise(i, y) : 0
        }
    }

    /// The same for 16 bits, without noise.
    @inline(never)
    package static func encodeRow16(
        _ row: UnsafePointer<Float>, encoded: UnsafePointer<Float>, _ target: UnsafeMutablePointer<UInt16>,
        outputColors: Int, count: Int
    ) {
        encodeRow(row, encoded: encoded, target, outputColors: outputColors, count: count) { _ in 0 }
    }

    /// - Parameter dither: what is added to a pixel's samples in steps.
    @inline(__always)
    private static func encodeRow<Sample: FixedWidthInteger & UnsignedInteger>(
        _ row: UnsafePointer<Float>, encoded: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Sample>,
        outputColors: Int, count: Int, dither: (_ i: Int) -> Float
    ) {
        let size = encodedTableCount
        var i = 0
        while i < count {
            let offset = 0.5 + dither(i)
            var c = 0
            while c < outputColors {
                target[i &* outputColors &+ c] = sample(row[i &* 4 &+ c], encoded + c &* size, offset)
                c &+= 1
            }
            i &+= 1
        }
    }

    /// Light to straight samples of 8 bits with alpha, over a shadow: `mask` is the shadow's opacity a pixel and `shade` its
    /// colour, both as encoded, as whoever opens the file will mix it. Nothing visible is black.
    @inline(never)
    package static func encodeStraightRow8(
        _ row: UnsafePointer<Float>, encoded: UnsafePointer<Float>, mask: UnsafePointer<Float>?,
        shade: UnsafePointer<Float>, _ target: UnsafeMutablePointer<UInt8>, outputColors: Int, count: Int
    ) {
        encodeStraightRow(
            row, encoded: encoded, mask: mask, shade: shade, target, outputColors: outputColors, count: count)
    }

    /// The same for 16 bits.
    @inline(never)
    package static func encodeStraightRow16(
        _ row: UnsafePointer<Float>, encoded: UnsafePointer<Float>, mask: UnsafePointer<Float>?,
        shade: UnsafePointer<Float>, _ target: UnsafeMutablePointer<UInt16>, outputColors: Int, count: Int
    ) {
        encodeStraightRow(
            row, encoded: encoded, mask: mask, shade: shade, target, outputColors: outputColors, count: count)
    }

    @inline(__always)
    private static func encodeStraightRow<Sample: FixedWidthInteger & UnsignedInteger>(
        _ row: UnsafePointer<Float>, encoded: UnsafePointer<Float>, mask: UnsafePointer<Float>?,
        shade: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Sample>, outputColors: Int, count: Int
    ) {
        let size = encodedTableCount
        let largest = Float(Sample.max)
        var i = 0
        while i < count {
            let a = clampedToOne(row[i &* 4 &+ 3])
            var shadow: Float = 0
            if let mask { shadow = clampedToOne(mask[i]) * (1 - a) }
            let all = a + shadow
            let visible = Sample(truncatingIfNeeded: Int32(all * largest + 0.5))
            let output = target + i &* (outputColors &+ 1)
            let inverse = a > 0 ? 1 / a : 0
            let share = all > 0 ? 1 / all : 0
            var c = 0
            while c < outputColors {
                let own = a > 0 ? encodedValue(row[i &* 4 &+ c] * inverse, encoded + c &* size) : 0
                let value = (own * a + shade[c] * shadow) * share * largest + 0.5
                output[c] = visible > 0 ? Sample(truncatingIfNeeded: Int32(value < largest ? value : largest)) : 0
                c &+= 1
            }
            output[outputColors] = visible
            i &+= 1
        }
    }

    /// Where alpha is 1, the picture's own samples in place of what was computed; `outputStride` samples a pixel of the
    /// target, of which `outputColors` are colour and a fourth or second, if any, is left alone.
    @inline(never)
    package static func keepOpaqueRow8(
        _ pixels: UnsafePointer<UInt8>, stride: Int, colors: Int, alpha: UnsafePointer<Float>,
        _ target: UnsafeMutablePointer<UInt8>, outputColors: Int, outputStride: Int, count: Int
    ) {
        keepOpaqueRow(
            pixels, stride: stride, colors: colors, alpha: alpha, target, outputColors: outputColors,
            outputStride: outputStride, count: count)
    }

    /// The same for 16 bits.
    @inline(never)
    package static func keepOpaqueRow16(
        _ pixels: UnsafePointer<UInt16>, stride: Int, colors: Int, alpha: UnsafePointer<Float>,
        _ target: UnsafeMutablePointer<UInt16>, outputColors: Int, outputStride: Int, count: Int
    ) {
        keepOpaqueRow(
            pixels, stride: stride, colors: colors, alpha: alpha, target, outputColors: outputColors,
            outputStride: outputStride, count: count)
    }

    @inline(__always)
    private static func keepOpaqueRow<Sample>(
        _ pixels: UnsafePointer<Sample>, stride: Int, colors: Int, alpha: UnsafePointer<Float>,
        _ target: UnsafeMutablePointer<Sample>, outputColors: Int, outputStride: Int, count: Int
    ) {
        var i = 0
        while i < count {
            if alpha[i] >= 1 {
                var c = 0
                while c < outputColors {
                    target[i &* outputStride &+ c] = pixels[i &* stride &+ (colors == 1 ? 0 : c)]
                    c &+= 1
                }
            }
            i &+= 1
        }
    }
}
