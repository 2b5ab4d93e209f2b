import Synchronization

/// Names of files being written: `.NAME.TOKEN-NUMBER.matte-partial`, where the token is drawn once a process.
package enum TemporaryName {
    static let suffix = ".matte-partial"
    private static let counter = Atomic<Int>(0)
    private static let token = String(UInt64.random(in: .min ... .max), radix: 36)

    /// A name not used before.
    package static func next(for name: String) -> String {
        let number = counter.add(1, ordering: .relaxed).newValue
        // File names end at 255 bytes.
        let shortened = String(decoding: name.utf8.prefix(180), as: UTF8.self)
        return ".\(shortened).\(token)-\(number)\(suffix)"
    }

    /// Whether ``next(for:)`` makes such names.
    static func matches(_ name: String) -> Bool {
        guard name.utf8.first == UInt8(ascii: "."), name.hasSuffix(suffix) else { return false }
        let stem = name.dropLast(suffix.count)
        guard let dot = stem.lastIndex(of: "."), dot != stem.startIndex else { return false }
        let parts = stem[stem.index(after: dot)...].split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && UInt64(parts[0], radix: 36) != nil && Int(parts[1]) != nil
    }
}
