import ArgumentParser
import Foundation
import ImageCodecs
import Matting
import Raster

/// Counts the subjects that are found in exact mattes (`Benchmarks/touching_people.py`).
struct Separation: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "How many pairs count as two subjects, and how many single ones as one, for widths of a neck.")

    @Argument(help: "Folder of pair-NN.png and single-NN.png with NAME.alpha.png beside each.")
    var folder: String

    @Option(
        parsing: .upToNextOption,
        help: "Widths of the place between two who are side by side, as SubjectSeparation takes them.")
    var abreast: [Float] = [0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85]

    @Flag(help: "Name the pictures with another number of subjects than they have, at the default width.")
    var names = false

    func run() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        var right: [Bool: [Int]] = [:]
        var count: [Bool: Int] = [:]
        for file in files where file.hasSuffix(".alpha.png") {
            let stem = String(file.dropLast(".alpha.png".count))
            let result = try MattingResult(
                image: RasterImage(contentsOf: "\(folder)/\(stem).png"),
                alpha: AlphaMatte(RasterImage(contentsOf: "\(folder)/\(file)")))
            let isPair = stem.hasPrefix("pair")
            count[isPair, default: 0] += 1
            for (index, width) in abreast.enumerated() {
                let found = try result.subjects(SubjectSeparation(leastShare: 0.05, neckAbreast: width)).count
                if found == (isPair ? 2 : 1) {
                    right[isPair, default: abreast.map { _ in 0 }][index] += 1
                } else if names, width == SubjectSeparation().neckAbreast {
                    print(stem, found)
                }
            }
        }
        print("width", "pairs found as two", "single ones as one", separator: "\t")
        for (index, width) in abreast.enumerated() {
            func share(_ isPair: Bool) -> String { "\(right[isPair]?[index] ?? 0) of \(count[isPair] ?? 0)" }
            print(width, share(true), share(false), separator: "\t")
        }
    }
}
