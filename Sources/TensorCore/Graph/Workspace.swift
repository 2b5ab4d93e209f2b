/// The memory of one run at a time: an arena for maps and scratch space for threads. It grows to the largest plan it
/// has served and is reused without allocation from then on.
package final class Workspace {
    private static let purpose = "the network's intermediate maps"
    private var buffer: FloatBuffer?

    package init() {}

    /// Bytes held at the moment.
    package var byteCount: Int { (buffer?.count ?? 0) * MemoryLayout<Float>.stride }

    /// An arena of `arena` floats followed by `threads` times `scratch` floats.
    func reserve(arena: Int, scratch: Int, threads: Int) throws(TensorError) -> UnsafeMutablePointer<Float> {
        let (allScratch, product) = scratch.multipliedReportingOverflow(by: threads)
        let (count, sum) = arena.addingReportingOverflow(allScratch)
        guard !product, !sum else {
            throw .outOfMemory(byteCount: .max, purpose: Self.purpose)
        }
        if let buffer, buffer.count >= count { return buffer.base }
        buffer = nil  // before the new one, so that both never exist at once
        let grown = try FloatBuffer(count: count, purpose: Self.purpose)
        buffer = grown
        return grown.base
    }
}
