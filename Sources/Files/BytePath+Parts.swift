private let slash = UInt8(ascii: "/")
private let dot = UInt8(ascii: ".")

/// Folders, names and extensions, told by bytes: `/` is never part of another character.
extension BytePath {
    package var isEmpty: Bool { bytes.isEmpty }

    package var endsInSlash: Bool { bytes.last == slash }

    package func hasPrefix(_ text: String) -> Bool { bytes.starts(with: text.utf8) }

    package func hasSuffix(_ text: String) -> Bool { bytes.reversed().starts(with: text.utf8.reversed()) }

    package static func + (a: BytePath, b: BytePath) -> BytePath { BytePath(bytes: a.bytes + b.bytes) }

    /// Something in the folder that this path names.
    package func appending(_ name: BytePath) -> BytePath {
        isEmpty || endsInSlash ? self + name : BytePath(bytes: bytes + [slash] + name.bytes)
    }

    /// Without slashes at its end; the root keeps its own.
    package var withoutTrailingSlashes: BytePath {
        let end = bytes.lastIndex { $0 != slash }
        return BytePath(bytes: end.map { bytes[...$0] } ?? bytes.prefix(1))
    }

    /// Up to the last slash, with it; empty where there is none, for what is in the current folder.
    package var folderPrefix: BytePath {
        BytePath(bytes: bytes.lastIndex(of: slash).map { bytes[...$0] } ?? [])
    }

    /// The folder that what this path names is in.
    package var folder: BytePath { folderPrefix.isEmpty ? "." : folderPrefix }

    /// Behind the last slash.
    package var name: BytePath { BytePath(bytes: bytes.dropFirst(folderPrefix.bytes.count)) }

    /// Where the extension's dot is in ``name``; a dot at the beginning hides a file and begins none.
    private var dotIndex: Int? {
        let name = name.bytes
        return name.lastIndex(of: dot).flatMap { $0 == 0 ? nil : $0 }
    }

    /// The name without its extension.
    package var stem: BytePath { BytePath(bytes: name.bytes[..<(dotIndex ?? name.bytes.count)]) }

    /// The extension without its dot; nil where there is none, or none that is text.
    package var pathExtension: String? {
        dotIndex.flatMap { String(validating: name.bytes[($0 + 1)...], as: UTF8.self) }
    }
}
