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

    /// Packs a right operand that is stored by its columns, `[columns, depth]` (`stride` apart), into panels; columns that do
    /// not exist are 0. So linear layers store their weights, and attention its keys.
    ///
    /// Four columns by four rows at a time, turned in registers: a third of the time of single floats.
    @inline(never)
    package static func packTransposedPanels(
        _ source: UnsafePointer<Float>, stride: Int, depth: Int, columns: Int, _ target: UnsafeMutablePointer<Float>
    ) {
        var column = 0
        while column < columns {
            let width = panelVectors(at: column, of: columns) &* wideWidth
            let panel = target + column &* depth
            var i = 0
            while i < width {
                let first = column &+ i
                if first &+ 4 <= columns {
                    packFourColumns(source + first &* stride, stride, depth, panel + i, width)
                } else {
                    packLastColumns(source + first &* stride, stride, depth, columns &- first, panel + i, width)
                }
                i &+= 4
            }
            column &+= width
        }
    }
}

@inline(__always)
private func packFourColumns(
    _ source: UnsafePointer<Float>, _ stride: Int, _ depth: Int, _ panel: UnsafeMutablePointer<Float>, _ width: Int
) {
    func column(_ index: Int, _ k: Int) -> SIMD4<Float> {
        UnsafeRawPointer(source + (index &* stride &+ k)).loadUnaligned(as: SIMD4<Float>.self)
    }
    func store(_ row: SIMD4<Float>, _ k: Int) {
        UnsafeMutableRawPointer(panel + k &* width).storeBytes(of: row, as: SIMD4<Float>.self)
    }
    var k = 0
    while k &+ 4 <= depth {
        let (a, b, c, d) = (column(0, k), column(1, k), column(2, k), column(3, k))
        store(SIMD4(a[0], b[0], c[0], d[0]), k)
        store(SIMD4(a[1], b[1], c[1], d[1]), k &+ 1)
        store(SIMD4(a[2], b[2], c[2], d[2]), k &+ 2)
        store(SIMD4(a[3], b[3], c[3], d[3]), k &+ 3)
        k &+= 4
    }
    while k < depth {
        let (first, second) = (source[k], source[stride &+ k])
        store(SIMD4(first, second, source[2 &* stride &+ k], source[3 &* stride &+ k]), k)
        k &+= 1
    }
}

/// The last four columns of a vector, of which `count` exist, or none.
@inline(__always)
private func packLastColumns(
    _ source: UnsafePointer<Float>, _ stride: Int, _ depth: Int, _ count: Int, _ panel: UnsafeMutablePointer<Float>,
    _ width: Int
) {
    var k = 0
    while k < depth {
        var i = 0
        while i < 4 {
            panel[k &* width &+ i] = i < count ? source[i &* stride &+ k] : 0
            i &+= 1
        }
        k &+= 1
    }
}
