/// Loops of the networks' layers, over maps `[N, H, W, C]` with a pixel stride.
/// What each computes, and what it costs, stands above it in `Kernels`.
package protocol NetworkKernels {
    // MARK: CandidateMixture
    static func mixCandidates(
        _ logits: UnsafePointer<Float>, logitStride: Int, first: UnsafePointer<Float>, second: UnsafePointer<Float>,
        candidateStride: Int, _ output: UnsafeMutablePointer<Float>, outputStride: Int, count: Int
    )

    // MARK: ClassProbability
    static func classProbabilities(
        _ logits: UnsafePointer<Float>, logitStride: Int, classes: Int, chosen: UnsafePointer<Float>,
        _ output: UnsafeMutablePointer<Float>, outputStride: Int, count: Int)

    // MARK: Activation
    static func finishConvolution(
        _ output: UnsafeMutablePointer<Float>, pixelStride: Int, rows: Int, channels: Int,
        bias: UnsafePointer<Float>?, activation: Activation,
        residual: UnsafePointer<Float>?, residualStride: Int
    )

    // MARK: BilinearResize
    static func bilinearRow(
        _ output: UnsafeMutablePointer<Float>, outputStride: Int, outputWidth: Int,
        top: UnsafePointer<Float>, bottom: UnsafePointer<Float>, weightY: Float,
        pixelStride: Int, width: Int, channels: Int, scaleX: Float, offsetX: Float
    )

    // MARK: ChannelStatistics
    static func channelMoments(
        _ input: UnsafePointer<Float>, pixelStride: Int, rows: Int, channels: Int,
        means: UnsafeMutablePointer<Float>, variances: UnsafeMutablePointer<Float>?
    )
    static func scaleAndShiftPixels(
        _ input: UnsafePointer<Float>, inputStride: Int, _ output: UnsafeMutablePointer<Float>, outputStride: Int,
        rows: Int, channels: Int, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>
    )

    // MARK: DeformableSampling
    static func sampleTaps(
        _ panel: UnsafeMutablePointer<Float>, first: Int, count: Int, firstTap: Int, tapCount: Int,
        input: UnsafePointer<Float>, pixelStride: Int, height: Int, width: Int, channels: Int, kernel: Int,
        offsets: UnsafePointer<Float>, offsetStride: Int, modulation: UnsafePointer<Float>, modulationStride: Int
    )

    // MARK: DepthwiseConvolution
    static func depthwiseRow(
        _ output: UnsafeMutablePointer<Float>, outputStride: Int, outputWidth: Int,
        rows: UnsafePointer<UnsafePointer<Float>?>, pixelStride: Int, width: Int, channels: Int,
        weights: UnsafePointer<Float>, bias: UnsafePointer<Float>,
        kernelHeight: Int, kernelWidth: Int, strideX: Int, paddingLeft: Int, dilationX: Int,
        activation: Activation, residual: UnsafePointer<Float>?, residualStride: Int
    )

    // MARK: Elementwise
    static func copyPixels(
        _ input: UnsafePointer<Float>, inputStride: Int, _ output: UnsafeMutablePointer<Float>, outputStride: Int,
        rows: Int, channels: Int
    )
    static func addPixels(
        _ left: UnsafePointer<Float>, leftStride: Int, _ right: UnsafePointer<Float>, rightStride: Int,
        _ output: UnsafeMutablePointer<Float>, outputStride: Int, rows: Int, channels: Int
    )
    static func multiplyPixels(
        _ left: UnsafePointer<Float>, leftStride: Int, _ right: UnsafePointer<Float>, rightStride: Int,
        _ output: UnsafeMutablePointer<Float>, outputStride: Int, rows: Int, channels: Int
    )
    static func scalePixels(
        _ input: UnsafePointer<Float>, inputStride: Int, _ scale: UnsafePointer<Float>, scaleStride: Int,
        _ output: UnsafeMutablePointer<Float>, outputStride: Int, rows: Int, channels: Int
    )
    static func mixPixels(
        _ left: UnsafePointer<Float>, leftStride: Int, _ right: UnsafePointer<Float>, rightStride: Int,
        weight: UnsafePointer<Float>, weightStride: Int, _ output: UnsafeMutablePointer<Float>, outputStride: Int,
        rows: Int, channels: Int
    )
    static func subtractProductPixels(
        _ value: UnsafePointer<Float>, valueStride: Int, _ left: UnsafePointer<Float>, leftStride: Int,
        _ right: UnsafePointer<Float>, rightStride: Int, _ output: UnsafeMutablePointer<Float>, outputStride: Int,
        rows: Int, channels: Int
    )

    // MARK: GuidedLinear
    static func guidedLinearRow(
        _ output: UnsafeMutablePointer<Float>, outputStride: Int, count: Int,
        guide: UnsafePointer<Float>, guideStride: Int, guideWeights: SIMD3<Float>,
        slopes: UnsafePointer<Float>, slopesBelow: UnsafePointer<Float>,
        offsets: UnsafePointer<Float>, offsetsBelow: UnsafePointer<Float>, weightY: Float, low: Float, high: Float
    )

    // MARK: HalfPanels
    static func narrowPanels(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
    ) -> Bool
    static func widenPanels(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
    )

    // MARK: ImageToColumns
    static func fillPanel(
        _ panel: UnsafeMutablePointer<Float>, first: Int, count: Int,
        input: UnsafePointer<Float>, pixelStride: Int, height: Int, width: Int, channels: Int,
        outputHeight: Int, outputWidth: Int, kernelHeight: Int, kernelWidth: Int,
        strideY: Int, strideX: Int, paddingTop: Int, paddingLeft: Int, dilationY: Int, dilationX: Int
    )

    // MARK: PackWeights
    static func packWeights(
        _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, scale: UnsafePointer<Float>,
        outputs: Int, groupOutputs: Int, groupInputs: Int, taps: Int, groupStride: Int, tapStride: Int
    )

    // MARK: Pooling
    static func maximumPoolRow(
        _ output: UnsafeMutablePointer<Float>, outputStride: Int, outputWidth: Int,
        rows: UnsafePointer<UnsafePointer<Float>>, rowCount: Int, pixelStride: Int, width: Int, channels: Int,
        kernelWidth: Int, strideX: Int, paddingLeft: Int
    )
    static func averagePoolRow(
        _ output: UnsafeMutablePointer<Float>, outputStride: Int, outputWidth: Int,
        rows: UnsafePointer<UnsafePointer<Float>>, rowCount: Int, rowWeight: Int,
        pixelStride: Int, width: Int, channels: Int,
        kernelWidth: Int, strideX: Int, paddingLeft: Int, paddingRight: Int, countsPadding: Bool
    )

    // MARK: ScaleAttention
    static func attendRow(
        _ output: UnsafeMutablePointer<Float>, outputStride: Int,
        features: UnsafePointer<UnsafePointer<Float>>, strides: UnsafePointer<Int>,
        logits: UnsafePointer<UnsafeMutablePointer<Float>>, count: Int, width: Int, channels: Int
    )

    // MARK: SingleOutputConvolution
    static func singleOutputRow(
        _ output: UnsafeMutablePointer<Float>, outputStride: Int, outputWidth: Int,
        rows: UnsafePointer<UnsafePointer<Float>?>, pixelStride: Int, width: Int, channels: Int,
        weights: UnsafePointer<Float>, kernelHeight: Int, kernelWidth: Int,
        strideX: Int, paddingLeft: Int, dilationX: Int
    )

    // MARK: MatrixProduct
    static var lanes: Int { get }
    static var panelColumns: Int { get }
    static func packedCount(depth: Int, columns: Int) -> Int
    static func packPanels(
        _ source: UnsafePointer<Float>, stride: Int, depth: Int, columns: Int, _ target: UnsafeMutablePointer<Float>
    )
    static func product(
        rows: Int, columns: Int, depth: Int, _ left: UnsafePointer<Float>, leftStride: Int,
        panels: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, stride: Int, epilogue: ProductEpilogue?
    )
    static func indirectProduct(
        rows: Int, columns: Int, taps: Int, depth: Int, pointers: UnsafePointer<UnsafePointer<Float>>,
        panels: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, stride: Int, epilogue: ProductEpilogue?
    )
    static func winogradProduct(
        tiles: Int, inputs: Int, outputs: Int, _ factors: UnsafePointer<Float>, factorLayout: WinogradLayout,
        panels: UnsafePointer<Float>, into products: UnsafeMutablePointer<Float>, productLayout: WinogradLayout
    )

    // MARK: Winograd
    static var winogradLeastChannels: Int { get }
    static func winogradScratchCount(channels: Int) -> Int
    static func winogradInput(
        _ grid: WinogradGrid, first: Int, count: Int, _ input: UnsafePointer<Float>, pixelStride: Int,
        channels: Int, shiftY: Int, shiftX: Int, _ target: UnsafeMutablePointer<Float>, layout: WinogradLayout,
        scratch: UnsafeMutablePointer<Float>
    )
    static func winogradOutput(
        _ grid: WinogradGrid, first: Int, count: Int, _ source: UnsafePointer<Float>,
        layout: WinogradLayout, _ output: UnsafeMutablePointer<Float>, pixelStride: Int, channels: Int,
        epilogue: ProductEpilogue, scratch: UnsafeMutablePointer<Float>
    )
    static func winogradWeights(
        size: Int, point: Int, _ weights: UnsafePointer<Float>, inputs: Int, outputs: Int,
        _ target: UnsafeMutablePointer<Float>
    )

    // MARK: ImageToColumns
    static func fillPointers(
        _ pointers: UnsafeMutablePointer<UnsafePointer<Float>>, first: Int, count: Int, input: UnsafePointer<Float>,
        zeros: UnsafePointer<Float>, pixelStride: Int, height: Int, width: Int, outputHeight: Int, outputWidth: Int,
        kernelHeight: Int, kernelWidth: Int, strideY: Int, strideX: Int, paddingTop: Int, paddingLeft: Int,
        dilationY: Int, dilationX: Int
    )
}
