extension VectorKernels {
    /// Adds `weight` times a row of 8-bit samples to a row of float sums.
    ///
    /// The vertical half of an area average; memory-bound, a byte read and eight bytes of sums touched a sample.
    @inline(never)
    package static func accumulateRow8(
        _ samples: UnsafePointer<UInt8>, weight: Float, into sums: UnsafeMutablePointer<Float>, count: Int
    ) {
        let scale = Vector(repeating: weight)
        var i = 0
        while i &+ vectorWidth <= count {
            let bytes = UnsafeRawPointer(samples + i).loadUnaligned(as: SIMD8<UInt8>.self)
            store(load(sums + i) + Vector(SIMD8<Int32>(truncatingIfNeeded: bytes)) * scale, sums + i)
            i &+= vectorWidth
        }
        while i < count {
            sums[i] += Float(samples[i]) * weight
            i &+= 1
        }
    }

    /// Adds `weight` times a row of 16-bit samples to a row of float sums.
    @inline(never)
    package static func accumulateRow16(
        _ samples: UnsafePointer<UInt16>, weight: Float, into sums: UnsafeMutablePointer<Float>, count: Int
    ) {
        let scale = Vector(repeating: weight)
        var i = 0
        while i &+ vectorWidth <= count {
            let words = UnsafeRawPointer(samples + i).loadUnaligned(as: SIMD8<UInt16>.self)
            store(load(sums + i) + Vector(SIMD8<Int32>(truncatingIfNeeded: words)) * scale, sums + i)
            i &+= vectorWidth
        }
        while i < count {
            sums[i] += Float(samples[i]) * weight
            i &+= 1
        }
    }

    /// Averages a row of `width` pixels down to `outputWidth`: output x covers the source from `x · width / outputWidth` to
    /// `(x + 1) · width / outputWidth`, border pixels by the part that is covered. Each result is multiplied by `scale`.
    ///
    /// The horizontal half of an area average. `channels` is small (1 to 4); positions are doubles, so that a row of
    /// 32,768 pixels is cut without drift.
    @inline(never)
    package static func averageRow(
        _ row: UnsafePointer<Float>, width: Int, channels: Int, scale: Float,
        into output: UnsafeMutablePointer<Float>, outputWidth: Int
    ) {
        if outputWidth == width {
            // Nothing to average: the same values, without finding out for every pixel.
            let count = width &* channels
            var i = 0
            while i &+ vectorWidth <= count {
                store(load(row + i) * Vector(repeating: scale), output + i)
                i &+= vectorWidth
            }
            while i < count {
                output[i] = row[i] * scale
                i &+= 1
            }
            return
        }
        let step = Double(width) / Double(outputWidth)
        var x = 0
        while x < outputWidth {
            let begin = Double(x) * step
            let end = x &+ 1 == outputWidth ? Double(width) : begin + step
            let first = Int(begin)
            var last = Int(end)
            if Double(last) == end { last &-= 1 }
            if last >= width { last = width &- 1 }
            let normaliser = scale / Float(end - begin)
            var c = 0
            while c < channels {
                var sum: Float = 0
                if first == last {
                    sum = row[first &* channels &+ c] * Float(end - begin)
                } else {
                    sum = row[first &* channels &+ c] * Float(Double(first &+ 1) - begin)
                    var i = first &+ 1
                    while i < last {
                        sum += row[i &* channels &+ c]
                        i &+= 1
                    }
                    sum += row[last &* channels &+ c] * Float(end - Double(last))
                }
                output[x &* channels &+ c] = sum * normaliser
                c &+= 1
            }
            x &+= 1
        }
    }

    /// Adds `weight` times a row of 8-bit pixels whose colours are multiplied by their alpha (the last channel) first, so
    /// that invisible colours weigh nothing. Colours of a full alpha count as in `accumulateRow8`.
    @inline(never)
    package static func accumulatePremultipliedRow8(
        _ pixels: UnsafePointer<UInt8>, weight: Float, channels: Int, into sums: UnsafeMutablePointer<Float>, count: Int
    ) {
        var i = 0
        while i < count {
            let first = i &* channels
            let alpha = Float(pixels[first &+ channels &- 1])
            let scale = weight * alpha * (1 / 255)
            var c = 0
            while c &+ 1 < channels {
                sums[first &+ c] += Float(pixels[first &+ c]) * scale
                c &+= 1
            }
            sums[first &+ c] += alpha * weight
            i &+= 1
        }
    }

    /// The same for 16-bit pixels.
    @inline(never)
    package static func accumulatePremultipliedRow16(
        _ pixels: UnsafePointer<UInt16>, weight: Float, channels: Int, into sums: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        var i = 0
        while i < count {
            let first = i &* channels
            let alpha = Float(pixels[first &+ channels &- 1])
            let scale = weight * alpha * (1 / 65535)
            var c = 0
            while c &+ 1 < channels {
                sums[first &+ c] += Float(pixels[first &+ c]) * scale
                c &+= 1
            }
            sums[first &+ c] += alpha * weight
            i &+= 1
        }
    }

}
