import CFuzz
import Matting

/// Mutated bytes through both decoders, strict and lenient; what is decoded is also written.
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
                    _ = try image.encoded(as: image.colorModel.hasAlpha ? .png : .jpeg)
                } catch {
                    precondition(!"\(error)".isEmpty)
                }
            }
            return 0
        }
    }
}
