// Rows of pixels as light: four floats a pixel, red, green and blue multiplied by alpha, and alpha.

extension VectorKernels {
    /// Adds `weight` times a row of 8-bit pixels as light to a row of sums.
    ///
    /// `pixels` has `stride` samples a pixel, of which the first `colors` (1 or 3) are colour. `light` holds three tables of
    /// 256 values, one a channel. Three look-ups a pixel; pixels that are not there cost one comparison.
    @inline(never)
    package static func addLightRow8(
        _ pixels: UnsafePointer<UInt8>, stride: Int, colors: Int, light: UnsafePointer<Float>,
        alpha: UnsafePointer<Float>, weight: Float, into sums: UnsafeMutablePointer<Float>, count: Int
    ) {
        addLightRow(
            pixels, stride: stride, colors: colors, light: light, alpha: alpha, weight: weight, into: sums, count: count
        )
    }

    /// The same for 16-bit pixels, with tables of 65,536 values.
    @inline(never)
    package static func addLightRow16(
        _ pixels: UnsafePointer<UInt16>, stride: Int, colors: Int, light: UnsafePointer<Float>,
        alpha: UnsafePointer<Float>, weight: Float, into sums: UnsafeMutablePointer<Float>, count: Int
    ) {
        addLightRow(
            pixels, stride: stride, colors: colors, light: light, alpha: alpha, weight: weight, into: sums, count: count
        )
    }

    @inline(__always)
    private static func addLightRow<Sample: FixedWidthInteger & UnsignedInteger>(
        _ pixels: UnsafePointer<Sample>, stride: Int, colors: Int, light: UnsafePointer<Float>,
        alpha: UnsafePointer<Float>, weight: Float, into sums: UnsafeMutablePointer<Float>, count: Int
    ) {
        let (second, third) = colors == 1 ? (0, 0) : (1, 2)
        let size = Int(Sample.max) &+ 1
        var i = 0
        while i < count {
            let a = clampedToOne(alpha[i])
            if a > 0 {
                let pixel = pixels + i &* stride
                let color = SIMD4<Float>(
                    light[Int(pixel[0])], light[size &+ Int(pixel[second])], light[2 &* size &+ Int(pixel[third])], 1)
                add4(color * SIMD4(repeating: a * weight), sums + i &* 4)
            }
            i &+= 1
        }
    }

    /// Adds `weight` times a row of alpha alone, as black, to a row of sums.
    @inline(never)
    package static func addAlphaRow(
        _ alpha: UnsafePointer<Float>, weight: Float, into sums: UnsafeMutablePointer<Float>, count: Int
    ) {
        var i = 0
        while i < count {
            sums[i &* 4 &+ 3] += clampedToOne(alpha[i]) * weight
            i &+= 1
        }
    }

    /// One minus each value, which counts as in `[0, 1]`.
    @inline(never)
    package static func complementRow(
        _ alpha: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
    ) {
        var i = 0
        while i < count {
            target[i] = 1 - clampedToOne(alpha[i])
            i &+= 1
        }
    }

    /// Adds `weight` times a row of floats to a row of sums. Memory-bound.
    @inline(never)
    package static func addRow(
        _ row: UnsafePointer<Float>, weight: Float, into sums: UnsafeMutablePointer<Float>, count: Int
    ) {
        let scale = Vector(repeating: weight)
        var i = 0
        while i &+ vectorWidth <= count {
            store(load(sums + i) + load(row + i) * scale, sums + i)
            i &+= vectorWidth
        }
        while i < count {
            sums[i] += row[i] * weight
            i &+= 1
        }
    }

    /// A row of light at other places: pixel x is the sum of `taps` pixels from `starts[x]` on, each by its weight.
    ///
    /// The horizontal half of a resampling; bound by the additions of one pixel, `taps` in a row.
    @inline(never)
    package static func resampleRow(
        _ row: UnsafePointer<Float>, starts: UnsafePointer<Int32>, weights: UnsafePointer<Float>, taps: Int,
        into target: UnsafeMutablePointer<Float>, count: Int
    ) {
        var x = 0
        while x < count {
            let source = row + Int(starts[x]) &* 4
            let weight = weights + x &* taps
            var sum = SIMD4<Float>.zero
            var k = 0
            while k < taps {
                sum += load4(source + k &* 4) * SIMD4(repeating: weight[k])
                k &+= 1
            }
            store4(sum, target + x &* 4)
            x &+= 1
        }
    }

    /// Takes alpha into `[0, 1]` and the colours into `[0, alpha]`: what a kernel with negative lobes leaves.
    @inline(never)
    package static func clampLightRow(_ row: UnsafeMutablePointer<Float>, count: Int) {
        var i = 0
        while i < count {
            let pixel = load4(row + i &* 4)
            let alpha = SIMD4<Float>(repeating: clampedToOne(pixel[3]))
            let raised = pixel.replacing(with: SIMD4.zero, where: pixel .< SIMD4.zero)
            store4(raised.replacing(with: alpha, where: raised .> alpha), row + i &* 4)
            i &+= 1
        }
    }
}

@_transparent
func load4(_ pointer: UnsafePointer<Float>) -> SIMD4<Float> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Float>.self)
}

@_transparent
func store4(_ vector: SIMD4<Float>, _ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: vector, as: SIMD4<Float>.self)
}

@_transparent
func add4(_ vector: SIMD4<Float>, _ pointer: UnsafeMutablePointer<Float>) { store4(load4(pointer) + vector, pointer) }

/// In `[0, 1]`; what is not a number is 0.
@_transparent
func clampedToOne(_ x: Float) -> Float { x > 0 ? (x < 1 ? x : 1) : 0 }
