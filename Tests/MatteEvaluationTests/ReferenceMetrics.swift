import Foundation
import Matting

/// Measures as their papers define them, pixel by pixel in double precision, without a thought for time.
struct ReferenceMetrics {
    let width: Int
    let height: Int
    let prediction: [Double]
    let truth: [Double]

    init(_ prediction: AlphaMatte, _ truth: AlphaMatte) {
        self.width = truth.width
        self.height = truth.height
        self.prediction = prediction.values.map(Double.init)
        self.truth = truth.values.map(Double.init)
    }

    // MARK: Gradient

    /// (|∇α| − |∇α*|)² of every pixel, by sums over the 9 × 9 kernel of unit norm.
    func gradientErrors() -> [Double] {
        let sigma = 1.4
        let half = Int((sigma * (-2 * log((2 * Double.pi).squareRoot() * sigma * 0.01)).squareRoot()).rounded(.up))
        precondition(half == 4)
        func gauss(_ x: Int) -> Double { exp(-Double(x * x) / (2 * sigma * sigma)) }
        let offsets = -half...half
        let norm = offsets.reduce(0.0) { sum, i in
            offsets.reduce(sum) { $0 + pow(gauss(i) * Double($1) * gauss($1), 2) }
        }.squareRoot()
        func magnitude(_ values: [Double], _ x: Int, _ y: Int) -> Double {
            var (across, down) = (0.0, 0.0)
            for dy in offsets {
                for dx in offsets {
                    let row = min(max(y + dy, 0), height - 1)
                    let value = values[row * width + min(max(x + dx, 0), width - 1)] * gauss(dx) * gauss(dy) / norm
                    across += Double(dx) * value
                    down += Double(dy) * value
                }
            }
            return (across * across + down * down).squareRoot()
        }
        return map { x, y in pow(magnitude(prediction, x, y) - magnitude(truth, x, y), 2) }
    }

    // MARK: Connectivity

    /// |φ(α) − φ(α*)| of every pixel, by flooding parts from each of their pixels.
    func connectivityErrors() -> [Double] {
        var levels = [Double?](repeating: nil, count: width * height)
        for step in 1...10 {
            // Values of 32 bits meet thresholds of 32 bits.
            let threshold = Double(Float(step) / 10)
            let both = zip(prediction, truth).map { min($0, $1) >= threshold }
            let largest = largestPart(both)
            for index in levels.indices where levels[index] == nil && !largest.contains(index) {
                levels[index] = Double(step - 1) / 10
            }
        }
        func phi(_ alpha: Double, _ index: Int) -> Double {
            let distance = alpha - (levels[index] ?? 1)
            return distance >= 0.15 ? 1 - distance : 1
        }
        return truth.indices.map { abs(phi(prediction[$0], $0) - phi(truth[$0], $0)) }
    }

    private func largestPart(_ mask: [Bool]) -> Set<Int> {
        var seen = [Bool](repeating: false, count: mask.count)
        var largest: Set<Int> = []
        for start in mask.indices where mask[start] && !seen[start] {
            var part: Set<Int> = []
            var open = [start]
            seen[start] = true
            while let index = open.popLast() {
                part.insert(index)
                let (x, y) = (index % width, index / width)
                for (nextX, nextY) in [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)] {
                    guard 0..<width ~= nextX, 0..<height ~= nextY else { continue }
                    let next = nextY * width + nextX
                    if mask[next], !seen[next] {
                        seen[next] = true
                        open.append(next)
                    }
                }
            }
            if part.count > largest.count { largest = part }
        }
        return largest
    }

    // MARK: Boundaries

    /// IoU of the boundaries of masks of one half, by looking at every neighbour.
    func boundaryIntersectionOverUnion() -> Double {
        let diagonal = Double(width * width + height * height).squareRoot()
        let reach = max(Int((0.02 * diagonal).rounded()), 1)
        func boundary(_ values: [Double]) -> [Bool] {
            func isInside(_ x: Int, _ y: Int) -> Bool {
                0..<width ~= x && 0..<height ~= y && values[y * width + x] >= 0.5
            }
            return map { x, y in
                guard isInside(x, y) else { return false }
                return (-reach...reach).contains { dy in (-reach...reach).contains { !isInside(x + $0, y + dy) } }
            }
        }
        let pairs = zip(boundary(prediction), boundary(truth))
        return Double(pairs.count { $0 && $1 }) / Double(pairs.count { $0 || $1 })
    }

    private func map<Value>(_ value: (_ x: Int, _ y: Int) -> Value) -> [Value] {
        (0..<width * height).map { value($0 % width, $0 / width) }
    }
}
