import TensorCore
import WeightFiles

/// The body that U²-Net and IS-Net share: six residual U-blocks down, five up, and a side output at each size.
struct NestedUNet: Sendable {
    private let encoder: [ResidualUBlock]
    private let decoder: [ResidualUBlock]
    /// Side outputs 1 (finest) to 6 (coarsest).
    private let sides: [Convolution2D]

    /// The tensor by whose shape files of the networks with this body are told apart.
    static let firstTensor = "stage1.rebnconv1.conv_s1.weight"

    /// - Parameter classes: maps of each side output.
    init(_ scope: WeightScope, inputs: Int = 3, widths: Widths, classes: Int = 1) throws(WeightError) {
        /// Stages 1 to 4 are RSU-7 to RSU-4, stages 5 and 6 dilated.
        func stage(
            _ number: Int, suffix: String, inputs: Int, _ width: (middle: Int, outputs: Int)
        ) throws(WeightError) -> ResidualUBlock {
            let scope = scope["stage\(number)\(suffix)"]
            if number >= 5 {
                return try ResidualUBlock(dilated: scope, inputs: inputs, middle: width.middle, outputs: width.outputs)
            }
            return try ResidualUBlock(
                scope, levels: 8 - number, inputs: inputs, middle: width.middle, outputs: width.outputs)
        }
        let down = widths.encoder
        let up = widths.decoder
        self.encoder = try (1...6).map { (number) throws(WeightError) in
            try stage(number, suffix: "", inputs: number == 1 ? inputs : down[number - 2].outputs, down[number - 1])
        }
        // A decoder stage reads what comes up from below beside the encoder's map of its own size.
        self.decoder = try (0..<5).map { (step) throws(WeightError) in
            let below = step == 0 ? down[5].outputs : up[step - 1].outputs
            return try stage(5 - step, suffix: "d", inputs: below + down[4 - step].outputs, up[step])
        }
        let sideInputs = up.reversed().map(\.outputs) + [down[5].outputs]
        self.sides = try sideInputs.enumerated().map { (index, inputs) throws(WeightError) in
            try Convolution2D(scope["side\(index + 1)"], inputs: inputs, outputs: classes, kernel: 3)
        }
    }

    /// Six maps, finest first, each at its stage's size.
    func callAsFunction(_ x: Value) -> [Value] {
        var skips: [Value] = []
        var x = x
        for (index, stage) in encoder.enumerated() {
            if index > 0 { x = x.halved() }
            x = stage(x)
            skips.append(x)
        }

        var maps = [x]
        for (stage, skip) in zip(decoder, skips.dropLast().reversed()) {
            x = stage(concatenate(x.upsampled(like: skip), skip))
            maps.append(x)
        }
        return zip(sides, maps.reversed()).map { side, map in side(map) }
    }
}
