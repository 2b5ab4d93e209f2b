import CFuzz
import Matting

/// Mutated bytes through the reader of YUV4MPEG2; frames become pictures and frames again.
@main
struct FuzzVideo {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            let bytes = Array(UnsafeRawBufferPointer(start: data, count: size))
            var limits = DecodingLimits.default
            limits.maxPixels = 100_000  // for speed; the limits themselves have tests
            do {
                var reader = try Y4MReader(decoding: bytes, limits: limits)
                let header = reader.header
                let again = try Y4MHeader(line: header.line, limits: limits)
                precondition(again.format == header.format)
                let colors = VideoColors(header)
                while let frame = try reader.nextFrame() {
                    let image = try frame.image(colors)
                    let back = try PlanarFrame(image, format: header.format, colors: colors)
                    precondition(back.format == frame.format)
                }
            } catch {
                precondition(!"\(error)".isEmpty)
            }
            return 0
        }
    }
}
