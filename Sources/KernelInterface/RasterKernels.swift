/// Loops over rows of pictures: to and from samples of 8 and 16 bits, averages, compositing.
/// What each computes, and what it costs, stands above it in `Kernels`.
package protocol RasterKernels {
    // MARK: AreaResize
    static func accumulateRow8(
        _ samples: UnsafePointer<UInt8>, weight: Float, into sums: UnsafeMutablePointer<Float>, count: Int
    )
    static func accumulateRow16(
        _ samples: UnsafePointer<UInt16>, weight: Float, into sums: UnsafeMutablePointer<Float>, count: Int
    )
    static func averageRow(
        _ row: UnsafePointer<Float>, width: Int, channels: Int, scale: Float,
        into output: UnsafeMutablePointer<Float>, outputWidth: Int
    )
    static func accumulatePremultipliedRow8(
        _ pixels: UnsafePointer<UInt8>, weight: Float, channels: Int, into sums: UnsafeMutablePointer<Float>, count: Int
    )
    static func accumulatePremultipliedRow16(
        _ pixels: UnsafePointer<UInt16>, weight: Float, channels: Int, into sums: UnsafeMutablePointer<Float>,
        count: Int
    )

    // MARK: Compositing
    static func cutOutRow8(
        _ pixels: UnsafePointer<UInt8>, stride: Int, colors: Int, alpha: UnsafePointer<Float>,
        _ target: UnsafeMutablePointer<UInt8>, count: Int, keepsHidden: Bool
    )
    static func cutOutRow16(
        _ pixels: UnsafePointer<UInt16>, stride: Int, colors: Int, alpha: UnsafePointer<Float>,
        _ target: UnsafeMutablePointer<UInt16>, count: Int, keepsHidden: Bool
    )

    // MARK: Quantization
    static func quantizeRow8(_ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<UInt8>, count: Int)
    static func quantizeRow16(_ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<UInt16>, count: Int)
    static func quantizeChannel8(
        _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<UInt8>, stride: Int, count: Int
    )
    static func quantizeChannel16(
        _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<UInt16>, stride: Int, count: Int
    )
    static func multiplyByAlpha8(
        _ alpha: UnsafeMutablePointer<Float>, _ pixels: UnsafePointer<UInt8>, channels: Int, count: Int
    )
    static func multiplyByAlpha16(
        _ alpha: UnsafeMutablePointer<Float>, _ pixels: UnsafePointer<UInt16>, channels: Int, count: Int
    )
    static func sum(_ values: UnsafePointer<Float>, count: Int) -> Double
    static func largest(_ values: UnsafePointer<Float>, count: Int) -> Float
}
