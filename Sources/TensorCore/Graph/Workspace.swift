/// The memory of one run at a time: an arena for maps and scratch space for threads. It grows to the largest plan it
/// has served and is reused without allocation from then on.
package final class Workspace {
    private var buffer: FloatBuffer?

    package init() {}

    /// Bytes held at the moment.
    package var byteCount: Int { (buffer?.count ?? 0) * MemoryLayout<Float>.stride }

    /// An arena of `arena` floats followed by `threads` times `scratch` floats.
    func reserve(arena: Int, scratch: Int, threads: Int) throws(TensorError) -> UnsafeMutablePointer<Float> {
        let count = arena + scratch * threads
        if let buffer, buffer.count >= count { return buffer.base }
        buffer = nil  // before the new one, so that both never exist at once
        let grown = try FloatBuffer(count: count, purpose: "the network's intermediate maps")
        buffer = grown
        return grown.base
    }
}
