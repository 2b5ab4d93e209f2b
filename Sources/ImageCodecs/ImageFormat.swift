import Files

/// A file format that pictures are read from and written to.
@nonexhaustive public enum ImageFormat: String, Sendable, Equatable, CaseIterable, CustomStringConvertible {
    /// Portable Network Graphics: exact, with alpha, 8 and 16 bits.
    case png
    /// JPEG: lossy, without alpha, 8 bits.
    case jpeg

    public var description: String {
        switch self {
        case .png: "PNG"
        case .jpeg: "JPEG"
        }
    }

    /// Whether transparency survives in this format.
    public var supportsAlpha: Bool { self == .png }

    /// The format meant by an extension such as `png`, `jpg` or `JPEG`, without the dot.
    public init?(pathExtension: some StringProtocol) {
        switch pathExtension.lowercased() {
        case "png": self = .png
        case "jpg", "jpeg", "jpe", "jfif": self = .jpeg
        default: return nil
        }
    }

    /// The format meant by the extension of the last component of `path`.
    public init?(path: String) {
        self.init(path: BytePath(path))
    }

    /// The format meant by the extension of the last component of `path`.
    package init?(path: BytePath) {
        guard let pathExtension = path.pathExtension else { return nil }
        self.init(pathExtension: pathExtension)
    }

    /// The format of a file by its leading bytes, whatever its name; 8 bytes are enough.
    public static func detect(_ bytes: UnsafeRawBufferPointer) -> ImageFormat? {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        return nil
    }

    /// The format of a file by its leading bytes, whatever its name; 8 bytes are enough.
    public static func detect(_ bytes: [UInt8]) -> ImageFormat? { bytes.withUnsafeBytes { detect($0) } }
}
