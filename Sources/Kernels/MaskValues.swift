extension VectorKernels {
    /// Values clamped to [0, 1]; not a number counts as 0.
    @inline(never)
    package static func clampMatte(_ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, count: Int) {
        var x = 0
        while x < count {
            target[x] = source[x] > 0 ? (source[x] < 1 ? source[x] : 1) : 0
            x &+= 1
        }
    }

    /// 1 where a value is at least the threshold, else 0.
    @inline(never)
    package static func thresholdMatte(_ values: UnsafeMutablePointer<Float>, at threshold: Float, count: Int) {
        var x = 0
        while x < count {
            values[x] = values[x] >= threshold ? 1 : 0
            x &+= 1
        }
    }

    /// One minus each value.
    @inline(never)
    package static func invertMatte(_ values: UnsafeMutablePointer<Float>, count: Int) {
        var x = 0
        while x < count {
            values[x] = 1 - values[x]
            x &+= 1
        }
    }

    /// Each value with the other sign.
    @inline(never)
    package static func negate(_ values: UnsafeMutablePointer<Float>, count: Int) {
        var x = 0
        while x < count {
            values[x] = 0 - values[x]
            x &+= 1
        }
    }
}
