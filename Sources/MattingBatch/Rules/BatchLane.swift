/// Where a picture goes once its matte is made.
public enum BatchLane: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// Good enough to be published as it is.
    case publish
    /// A person looks at it, and accepts or rejects.
    case check
    /// A person works on it.
    case manual

    public var description: String { rawValue }
}
