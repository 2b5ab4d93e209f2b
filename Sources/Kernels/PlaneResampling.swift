// Resampling of planar rows; pixel centres are at half-integers (`align_corners = false`), borders are repeated.

extension VectorKernels {
    /// `result[i] = upper[i] + (lower[i] - upper[i]) * fraction`, in whole vectors.
    @inline(never)
    package static func planeBlendRows(
        _ upper: UnsafePointer<Float>, _ lower: UnsafePointer<Float>, _ fraction: Float,
        _ result: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        let (first, second) = (UnsafeRawPointer(upper), UnsafeRawPointer(lower))
        let target = UnsafeMutableRawPointer(result)
        var offset = 0
        while offset + 32 <= count * 4 {
            let a = first.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
            let b = second.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
            target.storeBytes(of: a + (b - a) * fraction, toByteOffset: offset, as: SIMD8<Float>.self)
            offset += 32
        }
        var index = offset / 4
        while index < count {
            result[index] = upper[index] + (lower[index] - upper[index]) * fraction
            index += 1
        }
    }

    /// Stretches a row of `sourceCount` values to `count`, at least as many, linearly.
    @inline(never)
    package static func planeStretchRow(
        _ source: UnsafePointer<Float>, _ sourceCount: Int, _ result: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        let ratio = Float(sourceCount) / Float(count)
        let last = sourceCount - 1
        var column = 0
        while column < count {
            let position = (Float(column) + 0.5) * ratio - 0.5
            let clamped = position < 0 ? 0 : position
            let left = min(Int(clamped), last)
            let right = left < last ? left + 1 : last
            let value = source[left]
            result[column] = value + (source[right] - value) * (clamped - Float(left))
            column += 1
        }
    }

    /// Enlarges each value to `factor` linearly interpolated ones; `source[-1]` and `source[count]` must be readable.
    ///
    /// Within one value's block the result is `v + n (v - left) + p (right - v)` with constants n and p of the phase, so
    /// eight phases are one vector and no index is looked up. Writes up to seven floats past the end.
    @inline(never)
    package static func planeEnlargeRow(
        _ source: UnsafePointer<Float>, _ count: Int, _ factor: Int, _ result: UnsafeMutablePointer<Float>
    ) {
        let target = UnsafeMutableRawPointer(result)
        // A vector's surplus lanes fall on the next block's first pixels, which are written later.
        var back = SIMD8<Float>(repeating: 0)
        var ahead = SIMD8<Float>(repeating: 0)
        if factor <= 8 {
            planePhases(0, factor, &back, &ahead)
            var index = 0
            while index < count {
                let v = source[index]
                let value = back * (v - source[index - 1]) + ahead * (source[index + 1] - v) + v
                target.storeBytes(of: value, toByteOffset: index * factor * 4, as: SIMD8<Float>.self)
                index += 1
            }
            return
        }
        var index = 0
        while index < count {
            let v = source[index]
            let (fromLeft, toRight) = (v - source[index - 1], source[index + 1] - v)
            var phase = 0
            while phase < factor {
                planePhases(phase, factor, &back, &ahead)
                let value = back * fromLeft + ahead * toRight + v
                target.storeBytes(of: value, toByteOffset: (index * factor + phase) * 4, as: SIMD8<Float>.self)
                phase += 8
            }
            index += 1
        }
    }
}

@inline(__always)
private func planePhases(_ first: Int, _ factor: Int, _ back: inout SIMD8<Float>, _ ahead: inout SIMD8<Float>) {
    let lanes = SIMD8<Float>(0, 1, 2, 3, 4, 5, 6, 7) + (Float(first) + 0.5)
    let distance = lanes * (1 / Float(factor)) - 0.5
    let zero = SIMD8<Float>(repeating: 0)
    back = distance.replacing(with: zero, where: distance .> zero)
    ahead = distance.replacing(with: zero, where: distance .< zero)
}

extension VectorKernels {
    /// Means of blocks of `factor` columns, the last block possibly shorter; `rowScale` is 1 / rows already summed. Pairs
    /// are taken apart eight at a time.
    @inline(never)
    package static func planeReduceRow(
        _ source: UnsafePointer<Float>, _ count: Int, _ factor: Int, _ rowScale: Float,
        _ result: UnsafeMutablePointer<Float>
    ) {
        let whole = count / factor
        let scale = rowScale / Float(factor)
        var block = 0
        while factor == 2 && block + vectorWidth <= whole {
            let (left, right) = (load(source + 2 * block), load(source + 2 * block + vectorWidth))
            let even = Vector(lowHalf: left.evenHalf, highHalf: right.evenHalf)
            let odd = Vector(lowHalf: left.oddHalf, highHalf: right.oddHalf)
            store((even + odd) * scale, result + block)
            block += vectorWidth
        }
        while block < whole {
            let start = source + block * factor
            var sum = start[0]
            var column = 1
            while column < factor {
                sum += start[column]
                column += 1
            }
            result[block] = sum * scale
            block += 1
        }
        if whole * factor < count {
            var sum: Float = 0
            var column = whole * factor
            while column < count {
                sum += source[column]
                column += 1
            }
            result[whole] = sum * rowScale / Float(count - whole * factor)
        }
    }

    /// Shrinks a plane to any smaller size by the mean over each result pixel's exact area.
    @inline(never)
    package static func planeShrink(
        _ source: UnsafePointer<Float>, _ width: Int, _ height: Int,
        _ result: UnsafeMutablePointer<Float>, _ newWidth: Int, _ newHeight: Int
    ) {
        let stepX = Double(width) / Double(newWidth)
        let stepY = Double(height) / Double(newHeight)
        var y = 0
        while y < newHeight {
            let (top, bottom) = (Double(y) * stepY, min(Double(y + 1) * stepY, Double(height)))
            var x = 0
            while x < newWidth {
                let (left, right) = (Double(x) * stepX, min(Double(x + 1) * stepX, Double(width)))
                var sum = 0.0
                var area = 0.0
                var row = Int(top)
                while Double(row) < bottom {
                    let tall = min(Double(row + 1), bottom) - max(Double(row), top)
                    var column = Int(left)
                    while Double(column) < right {
                        let wide = min(Double(column + 1), right) - max(Double(column), left)
                        sum += wide * tall * Double(source[row * width + column])
                        area += wide * tall
                        column += 1
                    }
                    row += 1
                }
                result[y * newWidth + x] = Float(sum / area)
                x += 1
            }
            y += 1
        }
    }

}
