extension VectorKernels {
    /// Turns how much a matte varies around each pixel, in [0, 1], into the pixel's weight in a fit:
    /// `least + (1 - least)(1 - variation)⁴`.
    ///
    /// Powers 1, 2 and 4 were tried: the sharper the fall, the less a soft rim pulls on the fits of its neighbourhood.
    @inline(never)
    package static func guidedWeights(_ values: UnsafeMutablePointer<Float>, _ count: Int, _ least: Float) {
        var index = 0
        while index < count {
            let steadiness = max(1 - values[index], 0)
            let square = steadiness * steadiness
            values[index] = least + (1 - least) * (square * square)
            index += 1
        }
    }

}
