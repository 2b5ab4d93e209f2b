import CFuzz
import Matting

/// Mutated bytes through the reader of weight files and checkpoints, with and without checksums; tensors are read, recipes understood.
@main
struct FuzzWeights {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            let bytes = UnsafeRawBufferPointer(start: data, count: size)
            for isVerified in [true, false] {
                do {
                    let file = try WeightFile(copying: bytes, name: "fuzz", verifyingChecksum: isVerified)
                    for tensor in file.tensors {
                        let values = try file.floats(tensor.name, shape: tensor.shape)
                        precondition(values.count == tensor.elementCount)
                    }
                    let fallback = Architecture.robustVideoMatting.defaultRecipe
                    let recipe = try InputRecipe(metadata: file.metadata, default: fallback)
                    let input = recipe.inputSize(forImageWidth: size, height: size * 3)
                    precondition(input.width > 0 && input.height > 0)
                    _ = try Architecture(of: file)
                } catch {
                    precondition(!"\(error)".isEmpty)
                }
            }
            return 0
        }
    }
}
