#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How the pixels of one axis are sums of pixels of another: for each a run of neighbours and their weights.
package struct AxisWeights: Sendable {
    /// Outputs there are.
    package let count: Int
    /// The outputs that are sums of anything; others are nothing.
    package let outputs: Range<Int>
    /// Where the run of each of ``outputs`` begins.
    package let starts: [Int32]
    /// `taps` weights for each of ``outputs``, in single precision; those behind the end of a run are 0.
    package let weights: [Float]
    /// The longest run, at least 1.
    package let taps: Int
    /// The inputs that have a weight anywhere; empty where no output lies within them.
    package let inputs: Range<Int>
    /// Whether weights may be negative.
    package let hasLobes: Bool

    /// Where the outputs of an axis lie on another: output x covers from `origin + x · step` to `origin + (x + 1) · step`.
    package struct Placement: Sendable, Equatable {
        /// Inputs there are.
        package var inputCount: Int
        /// Outputs that are wanted.
        package var outputCount: Int
        package var origin: Double
        /// Inputs an output covers.
        package var step: Double

        package init(inputCount: Int, outputCount: Int, origin: Double = 0, step: Double) {
            self.inputCount = inputCount
            self.outputCount = outputCount
            self.origin = origin
            self.step = step
        }

        /// All inputs on all outputs.
        package init(_ inputCount: Int, to outputCount: Int) {
            self.init(
                inputCount: inputCount, outputCount: outputCount, step: Double(inputCount) / Double(outputCount))
        }
    }

    /// Ends of an axis beyond which its outermost input goes on; beyond others there is nothing.
    package struct Ends: OptionSet, Sendable {
        package let rawValue: Int

        package init(rawValue: Int) { self.rawValue = rawValue }

        package static let first = Ends(rawValue: 1)
        package static let last = Ends(rawValue: 2)
        package static let both: Ends = [.first, .last]
    }

    private init(_ inputCount: Int, _ runs: [(start: Int, weights: [Double])], hasLobes: Bool) {
        // Outputs beside the inputs have no runs: on a large canvas with a small picture, of which a pixel is the sum of
        // thousands, their weights alone would take gigabytes.
        let isSum = { (index: Int) in !runs[index].weights.isEmpty }
        let first = runs.indices.first(where: isSum) ?? 0
        let outputs = first..<(runs.indices.last(where: isSum) ?? first - 1) + 1
        let taps = max(runs.lazy.map(\.weights.count).max() ?? 1, 1)
        var weights = [Float](repeating: 0, count: outputs.count * taps)
        var starts = [Int32](repeating: 0, count: outputs.count)
        var (low, high) = (Int.max, Int.min)
        for (place, run) in runs[outputs].enumerated() {
            // A run that is shorter than the longest must not be read beyond the last input.
            let start = max(min(run.start, inputCount - taps), 0)
            starts[place] = Int32(start)
            for (k, weight) in run.weights.enumerated() {
                weights[place * taps + run.start - start + k] = Float(weight)
            }
            (low, high) = (min(low, start), max(high, min(start + taps, inputCount)))
        }
        self.count = runs.count
        self.outputs = outputs
        self.starts = starts
        self.weights = weights
        self.taps = taps
        self.hasLobes = hasLobes
        self.inputs = low < high ? low..<high : 0..<0
    }

    /// Means over areas where an output covers one input or more, else Lanczos' kernel.
    package static func resampling(_ placement: Placement, repeating ends: Ends = []) -> AxisWeights {
        // A share of rounding: a scale of 1 is a copy.
        placement.step >= 1 - 1e-9 ? area(placement, repeating: ends) : lanczos(placement, repeating: ends)
    }

    /// Each input counts by the part of the output that it covers; what lies beside the inputs counts as nothing, or as the
    /// outermost of them.
    package static func area(_ placement: Placement, repeating ends: Ends = []) -> AxisWeights {
        let limit = Double(placement.inputCount)
        let runs = (0..<placement.outputCount).map { x -> (start: Int, weights: [Double]) in
            let begin = placement.origin + Double(x) * placement.step
            let end = placement.origin + Double(x + 1) * placement.step
            let (low, high) = (max(begin, 0), min(end, limit))
            let before = ends.contains(.first) ? max(min(end, 0) - begin, 0) / placement.step : 0
            let after = ends.contains(.last) ? max(end - max(begin, limit), 0) / placement.step : 0
            guard high - low > 1e-9 * placement.step else {
                if before > 0.5 { return (0, [before]) }
                return after > 0.5 ? (placement.inputCount - 1, [after]) : (0, [])
            }
            // Ends that miss a border by rounding are on it.
            let first = min(Int((low + 1e-9).rounded(.down)), placement.inputCount - 1)
            let last = max(min(Int((high - 1e-9).rounded(.up)), placement.inputCount), first + 1)
            var weights = (first..<last).map { index in
                max(min(high, Double(index + 1)) - max(low, Double(index)), 0) / placement.step
            }
            // An output that goes on beyond an end has the input there in its run.
            weights[0] += before
            weights[weights.count - 1] += after
            return (first, weights)
        }
        return AxisWeights(placement.inputCount, runs, hasLobes: false)
    }

    /// sinc(t) · sinc(t / 3) over six inputs, whose weights sum to 1; the outermost inputs are repeated. Outputs whose middle
    /// lies beside the inputs have no weights, but beyond ends that are repeated.
    ///
    /// Source: Duchon, "Lanczos Filtering in One and Two Dimensions", Journal of Applied Meteorology 18, 1979.
    package static func lanczos(_ placement: Placement, repeating ends: Ends = []) -> AxisWeights {
        interpolating(placement, reach: 3, hasLobes: true, repeating: ends) { t in
            if abs(t) < 1e-9 { return 1 }
            if abs(t) >= 3 { return 0 }
            let x = Double.pi * t
            return 3 * sin(x) * sin(x / 3) / (x * x)
        }
    }

    /// Between the two inputs beside an output's middle; the outermost inputs go on beyond.
    package static func bilinear(_ placement: Placement) -> AxisWeights {
        interpolating(placement, reach: 1, hasLobes: false, repeating: .both) { max(1 - abs($0), 0) }
    }

    /// The same, but beyond the outermost inputs all of them follow mirrored, and again, as far as there are outputs.
    package static func mirrored(_ placement: Placement) -> AxisWeights {
        interpolating(placement, reach: 1, hasLobes: false, repeating: .both, isMirrored: true) { max(1 - abs($0), 0) }
    }

    /// A Gaussian of the standard deviation `sigma` in inputs, cut at three of them; what lies beside the inputs counts as
    /// nothing.
    package static func gaussian(count: Int, sigma: Double) -> AxisWeights {
        let reach = max(Int((3 * sigma).rounded(.up)), 0)
        let kernel = (-reach...reach).map { sigma > 0 ? exp(-Double($0 * $0) / (2 * sigma * sigma)) : 1 }
        let sum = kernel.reduce(0, +)
        let runs = (0..<count).map { x -> (start: Int, weights: [Double]) in
            let (first, last) = (max(x - reach, 0), min(x + reach, count - 1))
            return (first, (first...last).map { kernel[$0 - x + reach] / sum })
        }
        return AxisWeights(count, runs, hasLobes: false)
    }

    private static func interpolating(
        _ placement: Placement, reach: Int, hasLobes: Bool, repeating ends: Ends, isMirrored: Bool = false,
        kernel: (Double) -> Double
    ) -> AxisWeights {
        let (count, limit) = (placement.inputCount, Double(placement.inputCount))
        let runs = (0..<placement.outputCount).map { x -> (start: Int, weights: [Double]) in
            var middle = placement.origin + (Double(x) + 0.5) * placement.step
            guard middle >= 0 || ends.contains(.first), middle <= limit || ends.contains(.last) else { return (0, []) }
            if isMirrored {
                middle -= 2 * limit * (middle / (2 * limit)).rounded(.down)
                middle = min(middle, 2 * limit - middle)
            }
            // Farther out all of the run is the outermost input.
            let center = min(max(middle, -Double(reach)), limit + Double(reach)) - 0.5
            let first = Int(center.rounded(.down)) - reach + 1
            var weights: [Double] = []
            let start = min(max(first, 0), count - 1)
            let end = min(max(first + 2 * reach - 1, 0), count - 1)
            weights = [Double](repeating: 0, count: end - start + 1)
            for index in first..<first + 2 * reach {
                weights[min(max(index, 0), count - 1) - start] += kernel(center - Double(index))
            }
            let sum = weights.reduce(0, +)
            return (start, weights.map { $0 / sum })
        }
        return AxisWeights(count, runs, hasLobes: hasLobes)
    }
}
