import WeightFiles

/// One of several parts of a batch, on one of several machines: which jobs are in it depends on their ids alone.
public struct BatchShard: Sendable, Hashable {
    /// From 0 to one less than ``count``.
    public let index: Int
    /// How many parts there are.
    public let count: Int

    /// nil unless `0 <= index < count`.
    public init?(_ index: Int, of count: Int) {
        guard count >= 1, (0..<count).contains(index) else { return nil }
        self.index = index
        self.count = count
    }

    /// Whether a job is in this part: by the first eight bytes of the SHA-256 of its id.
    public func contains(_ id: String) -> Bool {
        guard count > 1 else { return true }
        let number = UInt64(SHA256.hexDigest(of: id).prefix(16), radix: 16) ?? 0
        return number % UInt64(count) == UInt64(index)
    }
}
