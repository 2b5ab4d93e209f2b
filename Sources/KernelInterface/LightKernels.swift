/// Loops over rows of light: four floats a pixel, red, green and blue multiplied by alpha, and alpha. To it and from it,
/// resampled, mixed. What each computes, and what it costs, stands above it in `Kernels`.
package protocol LightKernels {
    // MARK: LightRows
    static func addLightRow8(
        _ pixels: UnsafePointer<UInt8>, stride: Int, colors: Int, light: UnsafePointer<Float>,
        alpha: UnsafePointer<Float>, weight: Float, into sums: UnsafeMutablePointer<Float>, count: Int
    )
    static func addLightRow16(
        _ pixels: UnsafePointer<UInt16>, stride: Int, colors: Int, light: UnsafePointer<Float>,
        alpha: UnsafePointer<Float>, weight: Float, into sums: UnsafeMutablePointer<Float>, count: Int
    )
    static func addAlphaRow(
        _ alpha: UnsafePointer<Float>, weight: Float, into sums: UnsafeMutablePointer<Float>, count: Int
    )
    static func complementRow(
        _ alpha: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
    )
    static func addRow(
        _ row: UnsafePointer<Float>, weight: Float, into sums: UnsafeMutablePointer<Float>, count: Int
    )
    static func resampleRow(
        _ row: UnsafePointer<Float>, starts: UnsafePointer<Int32>, weights: UnsafePointer<Float>, taps: Int,
        into target: UnsafeMutablePointer<Float>, count: Int
    )
    static func clampLightRow(_ row: UnsafeMutablePointer<Float>, count: Int)

    // MARK: LightMixing
    static func overRow(
        _ over: UnsafePointer<Float>, under: UnsafePointer<Float>, underStride: Int,
        into target: UnsafeMutablePointer<Float>, count: Int
    )
    static func shadeRow(
        _ row: UnsafeMutablePointer<Float>, mask: UnsafePointer<Float>, depth: UnsafePointer<Float>,
        shade: UnsafePointer<Float>, count: Int
    )
    static func moveColorsRow(
        _ row: UnsafeMutablePointer<Float>, table: UnsafePointer<Float>, side: Int, count: Int
    )
    static func alphaOfRow(
        _ row: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
    )

    // MARK: LightEncoding
    static var encodedTableCount: Int { get }
    static func blendRow8(
        _ pixels: UnsafePointer<UInt8>, stride: Int, colors: Int, alpha: UnsafePointer<Float>,
        light: UnsafePointer<Float>, encoded: UnsafePointer<Float>, under: UnsafePointer<Float>, underStride: Int,
        flat: UnsafePointer<UInt8>, dither: Float, x: Int, y: Int, _ target: UnsafeMutablePointer<UInt8>,
        outputColors: Int, count: Int
    )
    static func blendRow16(
        _ pixels: UnsafePointer<UInt16>, stride: Int, colors: Int, alpha: UnsafePointer<Float>,
        light: UnsafePointer<Float>, encoded: UnsafePointer<Float>, under: UnsafePointer<Float>, underStride: Int,
        flat: UnsafePointer<UInt16>, _ target: UnsafeMutablePointer<UInt16>, outputColors: Int, count: Int
    )
    static func encodeRow8(
        _ row: UnsafePointer<Float>, encoded: UnsafePointer<Float>, dither: Float, subject: UnsafePointer<Float>,
        y: Int,
        _ target: UnsafeMutablePointer<UInt8>, outputColors: Int, count: Int
    )
    static func encodeRow16(
        _ row: UnsafePointer<Float>, encoded: UnsafePointer<Float>, _ target: UnsafeMutablePointer<UInt16>,
        outputColors: Int, count: Int
    )
    static func encodeStraightRow8(
        _ row: UnsafePointer<Float>, encoded: UnsafePointer<Float>, mask: UnsafePointer<Float>?,
        shade: UnsafePointer<Float>, _ target: UnsafeMutablePointer<UInt8>, outputColors: Int, count: Int
    )
    static func encodeStraightRow16(
        _ row: UnsafePointer<Float>, encoded: UnsafePointer<Float>, mask: UnsafePointer<Float>?,
        shade: UnsafePointer<Float>, _ target: UnsafeMutablePointer<UInt16>, outputColors: Int, count: Int
    )
    static func keepOpaqueRow8(
        _ pixels: UnsafePointer<UInt8>, stride: Int, colors: Int, alpha: UnsafePointer<Float>,
        _ target: UnsafeMutablePointer<UInt8>, outputColors: Int, outputStride: Int, count: Int
    )
    static func keepOpaqueRow16(
        _ pixels: UnsafePointer<UInt16>, stride: Int, colors: Int, alpha: UnsafePointer<Float>,
        _ target: UnsafeMutablePointer<UInt16>, outputColors: Int, outputStride: Int, count: Int
    )
}
