import Matting

extension InputRecipe {
    /// How a picture becomes the network's input, in one line.
    var inputSummary: String {
        let size = rule == .native ? "" : " \(width)×\(height)"
        let multiples = multiple > 1 ? ", multiples of \(multiple)" : ""
        let maximum = dividesByMaximum ? ", divided by the picture's maximum" : ""
        func triple(_ values: SIMD3<Float>) -> String { "(\(values.x), \(values.y), \(values.z))" }
        return
            "\(rule.rawValue)\(size)\(multiples), \(channels.rawValue)\(maximum), mean \(triple(mean)), std \(triple(std))"
    }

    /// What becomes of the network's output, in one line.
    var outputSummary: String {
        (activation == .none ? "no activation" : "\(activation.rawValue) activation")
            + (rescale == .minmax ? ", stretched to the full range" : "")
    }
}
