import CFuzz
import Matting

/// Mutated bytes through the reader of mattes, of Photoshop files above all.
@main
struct FuzzMattes {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            var limits = DecodingLimits.default
            limits.maxPixels = 1_000_000  // for speed; the limits themselves have tests
            do {
                let bytes = Array(UnsafeRawBufferPointer(start: data, count: size))
                let matte = try AlphaMatte(decoding: bytes, limits: limits)
                precondition(matte.width * matte.height <= limits.maxPixels)
                matte.withValues { precondition($0.allSatisfy { $0 >= 0 && $0 <= 1 }) }
            } catch {
                precondition(!"\(error)".isEmpty)
            }
            return 0
        }
    }
}
