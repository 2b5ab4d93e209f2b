import ArgumentParser
import Files
import Matting
import MattingBatch

/// Work on the matte before the subject is cut out, in the order in which it is asked for.
struct MaskArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Hard edges: alpha of at least this becomes 1, the rest 0.", valueName: "alpha"))
    var threshold: [Float] = []

    @Option(help: ArgumentHelp("Soften edges by a Gaussian of this standard deviation.", valueName: "px"))
    var feather: [Double] = []

    @Option(help: ArgumentHelp("Grow the subject.", valueName: "px"))
    var grow: [Double] = []

    @Option(help: ArgumentHelp("Shrink the subject: against halos.", valueName: "px"))
    var shrink: [Double] = []

    @Option(help: ArgumentHelp("Even out mottled areas while edges stay (bilateral).", valueName: "px"))
    var smooth: [Double] = []

    @Option(help: ArgumentHelp("Take away what is thinner than twice this.", valueName: "px"))
    var opening: [Double] = []

    @Option(help: ArgumentHelp("Close gaps narrower than twice this.", valueName: "px"))
    var closing: [Double] = []

    @Option(help: ArgumentHelp("Fill what the subject encloses, up to this area, or all.", valueName: "px|all"))
    var fillHoles: [Area] = []

    @Option(help: ArgumentHelp("Keep the largest subjects, so many.", valueName: "n"))
    var keepLargest: [Int] = []

    @Option(help: ArgumentHelp("Remove what is smaller than this area.", valueName: "px"))
    var removeSpecks: [Int] = []

    @Flag(help: "Exchange subject and background.")
    var invert: Int

    /// In the order of the command line.
    func operations() throws -> [MaskOperation] {
        var queues: [String: [MaskOperation]] = [
            "--threshold": threshold.map { .threshold($0) }, "--feather": feather.map { .feather($0) },
            "--grow": grow.map { .grow($0) }, "--shrink": shrink.map { .shrink($0) },
            "--smooth": smooth.map { .smooth(radius: $0, tolerance: MaskOperation.usualTolerance) },
            "--opening": opening.map { .opening($0) }, "--closing": closing.map { .closing($0) },
            "--fill-holes": fillHoles.map { .fillHoles(largestArea: $0.pixels) },
            "--keep-largest": keepLargest.map { .keepLargest($0) },
            "--remove-specks": removeSpecks.map { .removeSpecks(smallestArea: $0) },
            "--invert": Array(repeating: .invert, count: invert),
        ]
        let order = CommandArguments.order(of: Set(queues.keys))
        let operations = order.compactMap { name in
            queues[name, default: []].isEmpty ? nil : queues[name]?.removeFirst()
        }
        precondition(queues.values.allSatisfy(\.isEmpty), "mask work that the command line does not have: \(queues)")
        return operations
    }

    struct Area: ExpressibleByArgument {
        /// nil for any.
        let pixels: Int?

        init?(argument: String) {
            if argument == "all" {
                pixels = nil
            } else if let number = Int(argument) {
                pixels = number
            } else {
                return nil
            }
        }
    }
}
