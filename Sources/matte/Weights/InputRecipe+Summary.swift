import Matting
import WeightFiles

extension InputRecipe {
    /// How a picture becomes the network's input, in one line.
    var inputSummary: String {
        let size = rule == .native ? "" : " \(width)×\(height)"
        var grid = multiple > 1 ? ", multiples of \(multiple)" : ""
        if let baseSide { grid += ", shrunk to \(baseSide) inside" }
        if let cellOrder { grid += ", cells by \(cellOrder.rawValue)" }
        if closerLook > 0 { grid += ", closer at subjects below \(closerLook)" }
        if largerLook > 0 { grid += ", larger look of \(largerLook)×\(largerLook)" }
        let maximum = dividesByMaximum ? ", divided by the picture's maximum" : ""
        func triple(_ values: SIMD3<Float>) -> String { "(\(values.x), \(values.y), \(values.z))" }
        return
            "\(rule.rawValue)\(size)\(grid), \(channels.rawValue)\(maximum), mean \(triple(mean)), std \(triple(std))"
    }

    /// What becomes of the network's output, in one line.
    var outputSummary: String {
        let channels = outputChannels.map(String.init).joined(separator: ",")
        return (activation == .none ? "no activation" : "\(activation.rawValue) activation")
            + (channels.isEmpty ? "" : " of channel \(channels)")
            + (rescale == .minmax ? ", stretched to the full range" : "")
    }
}
