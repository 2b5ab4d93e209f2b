import CFuzz
import Matting

/// Mutated bytes through the decoders of all formats, strict and lenient; what is decoded is also written, with all of its metadata or
/// with what is safe, and laid over a colour, which its profile must convert.
@main
struct FuzzImages {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            var bytes = Array(UnsafeRawBufferPointer(start: data, count: size))
            PNGChecksums.repair(&bytes)
            var limits = DecodingLimits.default
            limits.maxPixels = 1_000_000  // for speed; the limits themselves have tests
            for lenient in [false, true] {
                do {
                    let image = try RasterImage(decoding: bytes, limits: limits, lenient: lenient)
                    precondition(image.width > 0 && image.height > 0)
                    let options = EncodingOptions(metadata: size.isMultiple(of: 2) ? .all : .safe)
                    for format in ImageFormat.writable where format.supportsAlpha || !image.colorModel.hasAlpha {
                        _ = try image.encoded(as: format, options: options)
                    }
                    guard image.iccProfile != nil, image.width * image.height <= 4_096 else { continue }
                    let alpha = [Float](repeating: 0.5, count: image.width * image.height)
                    let matte = try AlphaMatte(width: image.width, height: image.height, values: alpha)
                    _ = try MattingResult(image: image, alpha: matte).composite(over: .color(.chromaGreen))
                } catch {
                    precondition(!"\(error)".isEmpty)
                }
            }
            return 0
        }
    }
}
