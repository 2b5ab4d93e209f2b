import ArgumentParser
import Foundation
import Matting

/// Times each step of mask work on a drawn matte: `swift run -c release MattingBenchmarks masks`.
struct Masks: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Times each step of mask work: milliseconds of wall and of processor time, the least of some runs.")

    @Option(help: "Pixels of the matte, in millions.")
    var megapixels: Double = 4

    @Option(help: "Runs of each.")
    var runs: Int = 5

    func run() throws {
        let (width, height) = (
            Int((megapixels * 1e6 * 4 / 3).squareRoot()), Int((megapixels * 1e6 * 3 / 4).squareRoot())
        )
        var values = [Float](repeating: 0, count: width * height)
        // Discs with soft rims, some of them specks, others with holes.
        for disc in 0..<60 {
            let (x, y) = (disc * 7919 % width, disc * 104_729 % height)
            let radius = Double(disc % 10 == 0 ? height / 8 : 4 + disc)
            let reach = Int(radius) + 4
            for row in max(y - reach, 0)..<min(y + reach, height) {
                for column in max(x - reach, 0)..<min(x + reach, width) {
                    let square = Double((row - y) * (row - y) + (column - x) * (column - x))
                    let value = Float(min(max((radius - square.squareRoot()) / 5, 0), 1))
                    let isHole = disc % 3 == 0 && square < 30
                    values[row * width + column] = isHole ? 0 : max(values[row * width + column], value)
                }
            }
        }
        let matte = try AlphaMatte(width: width, height: height, values: values)
        let operations: [MaskOperation] = [
            .threshold(0.5), .feather(2), .feather(40), .grow(0.5), .grow(3), .grow(20), .shrink(200),
            .smooth(radius: 2, tolerance: 0.2), .smooth(radius: 40, tolerance: 0.1), .opening(3), .closing(10),
            .fillHoles(largestArea: nil), .keepLargest(1), .removeSpecks(smallestArea: 500), .invert,
        ]
        print("\(width) × \(height) pixels; the least of \(runs) runs, milliseconds of wall and of processor time")
        for operation in operations {
            let times = try (0..<runs).map { _ in
                let before = Foreground.processorMilliseconds
                let elapsed = try ContinuousClock().measure { _ = try matte.applying([operation]) }
                return (elapsed.milliseconds, Foreground.processorMilliseconds - before)
            }
            let (wall, processor) = (times.map(\.0).min() ?? 0, times.map(\.1).min() ?? 0)
            print(String(format: "%8.1f %8.1f  ", wall, processor) + operation.description)
        }
    }
}
