import KernelInterface

/// Finishes rows of bare sums on their way to where they belong, or in place; of the last vector only the columns that
/// exist are read and written.
@inline(never)
func finishRows(
    _ sums: UnsafePointer<Float>, stride sumStride: Int, into output: UnsafeMutablePointer<Float>, stride: Int,
    rows: Int, columns: Int, _ epilogue: ProductEpilogue
) {
    if epilogue.isGelu {
        finishGelu(
            sums, stride: sumStride, into: output, stride: stride, rows: rows, columns: columns, bias: epilogue.bias,
            residual: epilogue.residual, residualStride: epilogue.residualStride)
        return
    }
    let low = Wide(repeating: epilogue.low)
    let high = Wide(repeating: epilogue.high)
    var row = 0
    while row < rows {
        let source = sums + row &* sumStride
        let target = output + row &* stride
        let added = epilogue.residual.map { $0 + row &* epilogue.residualStride }
        var column = 0
        while column &+ wideWidth <= columns {
            var value = clamped(loadWide(source + column) + loadWide(epilogue.bias + column), low, high)
            if let added { value += loadWide(added + column) }
            storeWide(value, target + column)
            column &+= wideWidth
        }
        if column < columns {
            let rest = columns &- column
            var value = clamped(loadWide(source + column, first: rest) + loadWide(epilogue.bias + column), low, high)
            if let added { value += loadWide(added + column, first: rest) }
            storeWide(value, target + column, first: rest)
        }
        row &+= 1
    }
}
