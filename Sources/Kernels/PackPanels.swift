extension VectorKernels {
    /// Floats of a packed right operand.
    package static func packedCount(depth: Int, columns: Int) -> Int {
        wholeVectors(columns) &* depth
    }

    /// Packs a right operand `[depth, columns]` (rows `stride` apart) into panels; columns that do not exist are 0.
    @inline(never)
    package static func packPanels(
        _ source: UnsafePointer<Float>, stride: Int, depth: Int, columns: Int, _ target: UnsafeMutablePointer<Float>
    ) {
        var column = 0
        var panel = target
        while column < columns {
            let width = panelVectors(at: column, of: columns) &* wideWidth
            let count = width < columns &- column ? width : columns &- column
            var k = 0
            while k < depth {
                var i = 0
                while i < width {
                    panel[i] = i < count ? source[k &* stride &+ column &+ i] : 0
                    i &+= 1
                }
                panel += width
                k &+= 1
            }
            column &+= width
        }
    }
}
