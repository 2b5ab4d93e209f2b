import ArgumentParser
import Files
import ImageCodecs
import Matting
import MattingBatch
import Raster

/// What is accepted of photographs and films, the same for all verbs that read them.
struct InputArguments: ParsableArguments {
    @Flag(help: "Accept truncated and damaged files with what can be read of them.")
    var lenient = false

    @Option(
        help: ArgumentHelp(
            "The largest photograph or frame that is read, in megapixels, where files can be trusted; else 100.",
            valueName: "n"))
    var maxMegapixels: Int?

    private static let megapixels = 1...100_000
    /// Of a photograph by whoever asks for more pixels.
    private static let largestSide = 1_000_000

    func validate() throws {
        if let maxMegapixels, !Self.megapixels.contains(maxMegapixels) {
            throw ValidationError("--max-megapixels is 1 to \(Self.megapixels.upperBound).")
        }
    }

    /// The value of `--max-megapixels` with which a photograph of that size is read; nil where none is enough.
    static func megapixels(forWidth width: Int, height: Int) -> Int? {
        let needed = max((Double(width) * Double(height) / 1e6).rounded(.up), 1)
        guard max(width, height) <= largestSide, needed <= Double(megapixels.upperBound) else { return nil }
        return Int(needed)
    }

    /// Whoever asks for more pixels trusts the file: its sides, and its bytes at 8 a pixel, may then be what they are.
    var limits: DecodingLimits {
        var limits = DecodingLimits.default
        guard let maxMegapixels else { return limits }
        limits.maxPixels = maxMegapixels * 1_000_000
        limits.maxSide = max(limits.maxSide, Self.largestSide)
        limits.maxFileBytes = max(limits.maxFileBytes, limits.maxPixels * 8)
        return limits
    }

    /// Reads a photograph.
    ///
    /// - Throws: ``ImageCodecError``, or ``InputError``.
    func read(_ input: InputFile) throws -> RasterImage {
        switch input {
        case .standardInput:
            let bytes = try WholeFile.readAll(fileDescriptor: 0, limit: limits.maxFileBytes) {
                (start) throws(ImageCodecError) in _ = try ImageFormat.required(of: start)
            }
            return try RasterImage(decoding: bytes, limits: limits, lenient: lenient)
        case .named(let path):
            if path.isFolder { throw InputError.folder(path) }
            return try RasterImage(contentsOf: path, limits: limits, lenient: lenient)
        }
    }
}

extension InputArguments {
    /// Reads the picture of a matte, which may be the mask of a Photoshop file's layer.
    ///
    /// - Throws: ``ImageCodecError``, or ``InputError``.
    func readMatte(_ path: BytePath) throws -> RasterImage {
        if path.isFolder { throw InputError.folder(path) }
        return try RasterImage(matteIn: path, limits: limits, lenient: lenient)
    }
}

/// What can be wrong with an input beside what is in it.
enum InputError: Error, CustomStringConvertible {
    /// A folder where a picture is expected.
    case folder(BytePath)

    var description: String {
        switch self {
        case .folder(let path):
            "is a folder; name the pictures in it: matte \(path.withoutTrailingSlashes)/*.jpg -o cutouts/"
        }
    }
}
