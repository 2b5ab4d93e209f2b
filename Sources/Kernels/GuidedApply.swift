// The last step of a guided filter: `q = a·I + b`, with coefficients in planar rows.

extension VectorKernels {
    /// For a guide of `channels` interleaved values a pixel; used where the guide is a tensor.
    @inline(never)
    package static func guidedApplyInterleaved(
        _ coefficients: UnsafePointer<Float>, _ stride: Int, _ guide: UnsafePointer<Float>, _ channels: Int,
        _ result: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        var column = 0
        if channels == 1 {
            let offset = coefficients + stride
            while column < count {
                result[column] = coefficients[column] * guide[column] + offset[column]
                column += 1
            }
        } else {
            let (r, g, b, offset) = (
                coefficients, coefficients + stride, coefficients + 2 * stride, coefficients + 3 * stride
            )
            while column < count {
                let pixel = guide + 3 * column
                result[column] = r[column] * pixel[0] + g[column] * pixel[1] + b[column] * pixel[2] + offset[column]
                column += 1
            }
        }
    }

    /// For planar rows: q is kept between a lower and an upper bound, then stretched so that `deadZone` and `1 - deadZone`
    /// become 0 and 1. `coefficients` holds a (`channels` rows), b, lower and upper.
    ///
    /// Eight pixels stay in registers for a dozen operations, so the loop is bound by memory; the tail is scalar because
    /// results go straight to the caller's picture, where nothing may be written past the row.
    @inline(never)
    package static func guidedApplyBounded(
        _ coefficients: UnsafePointer<Float>, _ stride: Int, _ guide: UnsafePointer<Float>, _ guideStride: Int,
        _ channels: Int, _ deadZone: Float, _ result: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        let source = UnsafeRawPointer(coefficients)
        let pixels = UnsafeRawPointer(guide)
        let target = UnsafeMutableRawPointer(result)
        let step = stride * 4
        let slope = 1 / (1 - 2 * deadZone)
        let zero = SIMD8<Float>(repeating: 0)
        let one = SIMD8<Float>(repeating: 1)
        var offset = 0
        while offset + 32 <= count * 4 {
            var q = source.loadUnaligned(fromByteOffset: offset + channels * step, as: SIMD8<Float>.self)
            var channel = 0
            while channel < channels {
                let a = source.loadUnaligned(fromByteOffset: offset + channel * step, as: SIMD8<Float>.self)
                q =
                    q + a
                    * pixels.loadUnaligned(fromByteOffset: offset + channel * guideStride * 4, as: SIMD8<Float>.self)
                channel += 1
            }
            let lower = source.loadUnaligned(fromByteOffset: offset + (channels + 1) * step, as: SIMD8<Float>.self)
            let upper = source.loadUnaligned(fromByteOffset: offset + (channels + 2) * step, as: SIMD8<Float>.self)
            q = q.replacing(with: lower, where: q .< lower)
            q = q.replacing(with: upper, where: q .> upper)
            q = (q - deadZone) * slope
            q = q.replacing(with: zero, where: q .< zero)
            q = q.replacing(with: one, where: q .> one)
            target.storeBytes(of: q, toByteOffset: offset, as: SIMD8<Float>.self)
            offset += 32
        }
        var column = offset / 4
        while column < count {
            var q = coefficients[channels * stride + column]
            var channel = 0
            while channel < channels {
                q += coefficients[channel * stride + column] * guide[channel * guideStride + column]
                channel += 1
            }
            q = max(q, coefficients[(channels + 1) * stride + column])
            q = min(q, coefficients[(channels + 2) * stride + column])
            result[column] = min(max((q - deadZone) * slope, 0), 1)
            column += 1
        }
    }

}
