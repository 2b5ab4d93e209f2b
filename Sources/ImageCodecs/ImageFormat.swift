import Files
import Raster

/// A file format that pictures are read from or written to.
///
/// PNG and JPEG are in every build, and so is writing TIFF and Photoshop files. The rest comes with traits of the package,
/// each of which needs one more library: ``canRead`` and ``canWrite`` say what this build does.
@nonexhaustive public enum ImageFormat: String, Sendable, Equatable, CaseIterable, CustomStringConvertible {
    /// Portable Network Graphics: exact, with alpha, 8 and 16 bits.
    case png
    /// JPEG: lossy, without alpha, 8 bits.
    case jpeg
    /// WebP: exact or lossy, with alpha, 8 bits. With the trait `WebP`.
    case webp
    /// Tagged Image File Format: exact, with alpha, 8 and 16 bits. Written by every build, read with the trait `TIFF`.
    case tiff
    /// HEIC and AVIF, lossy, with alpha, 8 to 12 bits. Only read, with the trait `HEIF`.
    case heif
    /// Photoshop: exact, with layers and masks, 8 and 16 bits, up to 30,000 pixels a side. Written; of what is in a file only
    /// the matte is read, see `AlphaMatte.init(decoding:limits:)`.
    case psd
    /// Photoshop's format for large pictures, up to 300,000 pixels a side; read and written as ``psd``.
    case psb

    public var description: String {
        switch self {
        case .png: "PNG"
        case .jpeg: "JPEG"
        case .webp: "WebP"
        case .tiff: "TIFF"
        case .heif: "HEIC or AVIF"
        case .psd: "PSD"
        case .psb: "PSB"
        }
    }
}

// MARK: - What it can hold

extension ImageFormat {
    /// Whether transparency survives in this format.
    public var supportsAlpha: Bool { self != .jpeg }

    /// Whether samples of 16 bits survive in this format.
    public var supportsSixteenBits: Bool { self != .jpeg && self != .webp }

    /// Whether a file holds layers; see ``LayeredImage``.
    public var supportsLayers: Bool { self == .psd || self == .psb }

    /// The longest side of a picture that is written, in pixels.
    public var maxSide: Int {
        switch self {
        case .png, .tiff, .heif: 0x7FFF_FFFF
        case .jpeg: 65_500
        case .webp: 16_383
        case .psd: 30_000
        case .psb: 300_000
        }
    }
}

// MARK: - What this build does

extension ImageFormat {
    /// Whether this build decodes files of the format.
    public var canRead: Bool {
        switch self {
        case .png, .jpeg: true
        case .webp: Self.hasWebP
        case .tiff: Self.hasTIFF
        case .heif: Self.hasHEIF
        case .psd, .psb: false
        }
    }

    /// Whether this build writes files of the format.
    public var canWrite: Bool {
        switch self {
        case .png, .jpeg, .tiff, .psd, .psb: true
        case .webp: Self.hasWebP
        case .heif: false
        }
    }

    /// The trait of the package that brings what is not in every build: `--traits` of a build, `traits:` of a dependency.
    public var trait: String? {
        switch self {
        case .webp: "WebP"
        case .tiff: "TIFF"
        case .heif: "HEIF"
        case .png, .jpeg, .psd, .psb: nil
        }
    }

    /// The formats that this build decodes.
    public static var readable: [ImageFormat] { allCases.filter(\.canRead) }

    /// The formats that this build writes.
    public static var writable: [ImageFormat] { allCases.filter(\.canWrite) }

    #if WebP
    static let hasWebP = true
    #else
    static let hasWebP = false
    #endif

    #if TIFF
    static let hasTIFF = true
    #else
    static let hasTIFF = false
    #endif

    #if HEIF
    static let hasHEIF = true
    #else
    static let hasHEIF = false
    #endif
}

// MARK: - Names and leading bytes

extension ImageFormat {
    /// The extensions of its files' names, without the dot; the first is the one that is written.
    public var pathExtensions: [String] {
        switch self {
        case .png: ["png"]
        case .jpeg: ["jpg", "jpeg", "jpe", "jfif"]
        case .webp: ["webp"]
        case .tiff: ["tif", "tiff"]
        case .heif: ["heic", "heif", "avif"]
        case .psd: ["psd"]
        case .psb: ["psb"]
        }
    }

    /// The format meant by an extension such as `png`, `jpg` or `JPEG`, without the dot; whether this build reads or writes
    /// it is another question.
    public init?(pathExtension: some StringProtocol) {
        let name = pathExtension.lowercased()
        guard let format = Self.allCases.first(where: { $0.pathExtensions.contains(name) }) else { return nil }
        self = format
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

    /// The format of a file by its leading bytes, whatever its name, and whether this build reads it or not; 64 bytes are
    /// enough.
    ///
    /// Raw photographs of many makers look like TIFF; only their decoding shows which they are.
    public static func detect(_ bytes: UnsafeRawBufferPointer) -> ImageFormat? {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        if bytes.starts(with: "8BPS".utf8) { return bytes.dropFirst(4).starts(with: [0, 2]) ? .psb : .psd }
        return ForeignFormat(leadingBytes: Array(bytes.prefix(ForeignFormat.prefixSize)))?.format
    }

    /// The format of a file by its leading bytes, whatever its name; 64 bytes are enough.
    public static func detect(_ bytes: [UInt8]) -> ImageFormat? { bytes.withUnsafeBytes { detect($0) } }
}
