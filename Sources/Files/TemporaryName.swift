import Synchronization

/// Names of files being written: `.NAME.TOKEN-NUMBER.matte-partial`, where the token is drawn once a process.
package enum TemporaryName {
    static let suffix = ".matte-partial"
    /// File names end at 255 bytes.
    static let maxNameBytes = 180
    private static let counter = Atomic<Int>(0)
    private static let token = String(UInt64.random(in: .min ... .max), radix: 36)

    /// A name not used before.
    package static func next(for name: BytePath) -> BytePath { next(for: [name])[0] }

    /// Names not used before that differ in what they are for only.
    static func next(for names: [BytePath]) -> [BytePath] {
        let number = counter.add(1, ordering: .relaxed).newValue
        return names.map { name in
            BytePath(
                bytes: Array(".".utf8) + name.bytes.prefix(maxNameBytes) + Array(".\(token)-\(number)\(suffix)".utf8))
        }
    }

    /// Whether ``next(for:)`` makes such names.
    static func matches(_ name: BytePath) -> Bool {
        let (bytes, dot) = (name.bytes, UInt8(ascii: "."))
        guard bytes.first == dot, name.hasSuffix(suffix) else { return false }
        let stem = bytes.dropLast(suffix.utf8.count)
        guard let last = stem.lastIndex(of: dot), last != stem.startIndex,
            let mark = String(validating: stem[(last + 1)...], as: UTF8.self)
        else { return false }
        let parts = mark.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && UInt64(parts[0], radix: 36) != nil && Int(parts[1]) != nil
    }
}
