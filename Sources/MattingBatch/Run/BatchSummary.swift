/// What a run did, by category and lane.
public struct BatchSummary: Sendable, Hashable {
    /// Pictures that have something in common.
    public struct Count: Sendable, Hashable {
        /// Pictures, unchanged ones too.
        public internal(set) var pictures = 0
        /// Of those, what this run did not need to make.
        public internal(set) var unchanged = 0
        /// Of those, what failed.
        public internal(set) var failed = 0
        /// Of those, what has files that somebody has changed, and that are left as they are.
        public internal(set) var held = 0
        /// Processor time of this run.
        public internal(set) var coreSeconds = 0.0

        mutating func add(_ result: BatchResult) {
            pictures += 1
            coreSeconds += result.coreSeconds
            if !result.held.isEmpty { held += 1 }
            switch result.outcome {
            case .done: break
            case .unchanged: unchanged += 1
            case .failed: failed += 1
            }
        }
    }

    /// All pictures.
    public private(set) var all = Count()
    /// By lane; nil is what failed.
    public private(set) var lanes: [BatchLane?: Count] = [:]
    /// By category and lane; the empty category is that of pictures without one.
    public private(set) var categories: [String: [BatchLane?: Count]] = [:]
    /// From the first picture to the last.
    public internal(set) var seconds = 0.0

    /// Of no pictures.
    public init() {}

    /// Counts a picture.
    public mutating func add(_ result: BatchResult) {
        all.add(result)
        lanes[result.lane, default: Count()].add(result)
        categories[result.job.category ?? "", default: [:]][result.lane, default: Count()].add(result)
    }

    /// Pictures a second that this run made.
    public var rate: Double { seconds > 0 ? Double(all.pictures - all.unchanged) / seconds : 0 }
}
