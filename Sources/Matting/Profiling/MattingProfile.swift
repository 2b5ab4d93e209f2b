/// Where the time of a picture went: stage by stage and, within the network, layer by layer.
///
/// ```swift
/// var profile = MattingProfile()
/// let image = try profile.measure(.decoding) { try RasterImage(contentsOf: "photo.jpg") }
/// let result = try pipeline.matte(image, profile: &profile)
/// print(profile[.network], profile.layers.max { $0.duration < $1.duration })
/// ```
///
/// Times of several calls add up. `matte benchmark` prints such profiles.
public struct MattingProfile: Sendable, Codable {
    /// A part of the way from a file to a file. The raw value is its name in JSON.
    @nonexhaustive public enum Stage: String, Sendable, Codable, CaseIterable, CustomStringConvertible {
        /// Reading the file and decoding it.
        case decoding = "decode"
        /// Shrinking and normalising the picture for the network.
        case input
        /// Planning the network for a size of input: algorithms, prepared weights, memory. Done once a size.
        case plan
        /// The network itself, all layers.
        case network
        /// Bringing the matte to the picture's size.
        case refinement = "refine"
        /// Laying the picture's colours under the matte.
        case cutout
        /// Compressing the result.
        case encoding = "encode"
        /// Writing the file, synced to the disk.
        case writing = "write"

        /// As people read it.
        public var description: String {
            switch self {
            case .decoding: "read and decode"
            case .input: "network input"
            case .plan: "plan the network"
            case .network: "network"
            case .refinement: "refinement"
            case .cutout: "cut-out"
            case .encoding: "encode"
            case .writing: "write"
            }
        }
    }

    /// The layers of the last call's network, in the order in which they ran: twice where it looked closer at a small
    /// subject.
    public internal(set) var layers: [LayerProfile] = []
    /// Bytes in which the last call's network kept all its intermediate maps, and among them what the threads of a layer share.
    public internal(set) var mapByteCount = 0
    /// Bytes of scratch memory besides, which each thread has to itself, all threads together.
    public internal(set) var scratchByteCount = 0
    private var durations: [Stage: Duration] = [:]

    /// A profile in which nothing was measured yet.
    public init() {}

    /// - Throws: `DecodingError` also for times of more than a thousand years, which no sum would hold.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.layers = try container.decode([LayerProfile].self, forKey: .layers)
        self.mapByteCount = try container.decode(Int.self, forKey: .mapByteCount)
        self.scratchByteCount = try container.decode(Int.self, forKey: .scratchByteCount)
        self.durations = try container.decode([Stage: Duration].self, forKey: .durations)
        let longest = Duration.seconds(32_000_000_000)
        guard durations.values.allSatisfy({ $0 >= .zero && $0 <= longest }) else {
            throw DecodingError.dataCorruptedError(
                forKey: .durations, in: container, debugDescription: "a time of more than a thousand years")
        }
    }

    /// The time that a stage took; zero for one that was not measured.
    public subscript(stage: Stage) -> Duration { durations[stage, default: .zero] }

    /// All stages together.
    public var total: Duration { durations.values.reduce(.zero, +) }

    /// Multiply-accumulates of the last call's network, as the layers' definitions count them.
    public var multiplyAccumulates: Int { layers.reduce(0) { $0 &+ $1.multiplyAccumulates } }

    /// Runs `body` and adds its time to a stage, also where it throws.
    public mutating func measure<Result, Failure: Error>(
        _ stage: Stage, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let start = ContinuousClock.now
        defer { add(ContinuousClock.now - start, to: stage) }
        return try body()
    }

    mutating func add(_ duration: Duration, to stage: Stage) { durations[stage, default: .zero] += duration }
}
