import KernelInterface

extension VectorKernels {
    /// Finishes bare sums in place, for products that somebody else computed. Memory-bound.
    @inline(never)
    package static func finishProduct(
        _ output: UnsafeMutablePointer<Float>, stride: Int, rows: Int, columns: Int, finish: ProductFinish
    ) {
        let low = Wide(repeating: finish.low)
        let high = Wide(repeating: finish.high)
        var row = 0
        while row < rows {
            let target = output + row &* stride
            let added = finish.residual.map { $0 + row &* finish.residualStride }
            var column = 0
            while column &+ wideWidth <= columns {
                var value = clamped(loadWide(target + column) + loadWide(finish.bias + column), low, high)
                if let added { value += loadWide(added + column) }
                storeWide(value, target + column)
                column &+= wideWidth
            }
            if column < columns {
                let rest = columns &- column
                var value = clamped(
                    loadWide(target + column, first: rest) + loadWide(finish.bias + column), low, high)
                if let added { value += loadWide(added + column, first: rest) }
                storeWide(value, target + column, first: rest)
            }
            row &+= 1
        }
    }
}
