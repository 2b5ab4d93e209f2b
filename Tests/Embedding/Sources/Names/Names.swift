import MatteEvaluation
import Matting
import NIOCore

// Names that a program may well have for things of its own. Nothing of the library stands in their way, and none of its
// names below needs its module before it.
struct Color { var name = "red" }
struct Tensor { var rank = 4 }
struct Image { var pixels = [UInt8]() }
struct ThreadPool {}
struct Graph {}
struct Plan {}
enum Samples { case all }
struct Machine {}
struct Job {}

/// Compiles, and does a little with both libraries.
@main
struct Names {
    static func main() async throws {
        // NIO's, not this package's.
        var buffer = ByteBufferAllocator().buffer(capacity: 16)
        buffer.writeInteger(UInt32(7))
        let bytes: ByteBuffer = buffer
        precondition(bytes.readableBytes == 4, "NIO's buffer")
        precondition(Color().name == "red" && Tensor().rank == 4 && Image().pixels.isEmpty, "the program's own types")
        _ = (ThreadPool(), Graph(), Plan(), Samples.all, Machine(), Job())

        let picture = try RasterImage(width: 64, height: 48, colorModel: .rgb)
        let pipeline = try await MattingPipeline()
        let result = try await pipeline.matte(picture)
        precondition(result.alpha.width == 64 && result.alpha.height == 48, "a matte of the picture's size")
        let metrics = try await result.metrics(against: result.alpha)
        precondition(metrics.meanAbsoluteError == 0, "a matte is like itself")
        let flat = try await result.composite(over: .color(RasterColor("#102030")))
        precondition(flat.colorModel == .rgb, "a composite has no alpha")
        do {
            _ = try await MattingPipeline(options: MattingOptions(threadCount: 0))
            fatalError("no threads are no option")
        } catch MattingError.invalidOption(let name, let value, let allowed) {
            precondition(name == "threadCount" && value == "0" && !allowed.isEmpty, "an option is refused by name")
        }
        print("names: compiled and run beside NIO")
    }
}
