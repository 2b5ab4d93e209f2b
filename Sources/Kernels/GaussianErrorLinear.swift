/// x · Φ(x), the Gaussian error linear unit (Hendrycks and Gimpel 2016), good to 10⁻⁶ of its value down to −5, and below
/// to what the rounding of x² / 2 leaves of e^(−x²/2); what is not a number stays so.
///
/// max(x, 0) − |x| · Φ(−|x|), of which neither side loses digits. Φ(−a) = e^(−a²/2) · t · P(t) with t = 1 / (1 + 0.21 a): the
/// form of Abramowitz and Stegun 7.1.26, with a polynomial of degree 8 fitted to a relative error of 2 · 10⁻⁸. Beyond 13
/// the result is x or nothing that counts. Some 35 instructions a vector.
@inline(__always)
private func wideGelu(_ x: Wide) -> Wide {
    let limit = Wide(repeating: 13)
    let magnitude = maximum(x, -x)
    let a = magnitude.replacing(with: limit, where: magnitude .> limit)
    let one = Wide(repeating: 1)
    let t = one / multiplyAdd(one, a, 0.21)
    var p = Wide(repeating: -0.071_656_279_3)
    p = multiplyAdd(Wide(repeating: 0.283_588_409), p, t)
    p = multiplyAdd(Wide(repeating: -0.330_253_094), p, t)
    p = multiplyAdd(Wide(repeating: 0.349_400_669), p, t)
    p = multiplyAdd(Wide(repeating: -0.093_924_991_8), p, t)
    p = multiplyAdd(Wide(repeating: 0.124_872_64), p, t)
    p = multiplyAdd(Wide(repeating: 0.069_192_193_4), p, t)
    p = multiplyAdd(Wide(repeating: 0.085_068_851_7), p, t)
    p = multiplyAdd(Wide(repeating: 0.083_711_579_4), p, t)

    let power = wideExponential(Wide(repeating: -0.5) * a * a)
    return multiplyAdd(maximum(x, .zero), -a, p * t * power)
}

/// The same eight at a time, bit for bit, for loops that take any activation.
@inline(never)
func gelu(_ x: Vector) -> Vector {
    #if arch(x86_64) && KERNELS_AVX512
    wideGelu(Wide(lowHalf: x, highHalf: x)).lowHalf
    #elseif arch(x86_64) && KERNELS_AVX2
    wideGelu(x)
    #else
    Vector(lowHalf: wideGelu(x.lowHalf), highHalf: wideGelu(x.highHalf))
    #endif
}

/// `output = gelu(sums + bias) + residual`, rows of bare sums on their way to where they belong, or in place; of the last
/// vector only the columns that exist are read and written.
@inline(never)
func finishGelu(
    _ sums: UnsafePointer<Float>, stride sumStride: Int, into output: UnsafeMutablePointer<Float>, stride: Int,
    rows: Int, columns: Int, bias: UnsafePointer<Float>?, residual: UnsafePointer<Float>?, residualStride: Int
) {
    var row = 0
    while row < rows {
        let source = sums + row &* sumStride
        let target = output + row &* stride
        let added = residual.map { $0 + row &* residualStride }
        var column = 0
        while column &+ wideWidth <= columns {
            var value = loadWide(source + column)
            if let bias { value += loadWide(bias + column) }
            value = wideGelu(value)
            if let added { value += loadWide(added + column) }
            storeWide(value, target + column)
            column &+= wideWidth
        }
        if column < columns {
            let rest = columns &- column
            var value = loadWide(source + column, first: rest)
            if let bias { value += loadWide(bias + column, first: rest) }
            value = wideGelu(value)
            if let added { value += loadWide(added + column, first: rest) }
            storeWide(value, target + column, first: rest)
        }
        row &+= 1
    }
}
