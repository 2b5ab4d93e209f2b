/// A prefix code of deflate (RFC 1951): frequent symbols are short.
struct HuffmanCode {
    /// Bits of each symbol's code; 0 where it does not occur.
    let lengths: [UInt8]
    /// The code of each symbol, its first bit lowest, as it is written.
    let codes: [UInt16]

    /// The code in canonical order with the given lengths, of which none is above 15.
    init(lengths: [UInt8]) {
        var next = [UInt16](repeating: 0, count: 17)
        for length in lengths where length > 0 { next[Int(length) + 1] += 1 }
        for length in 1..<16 { next[length + 1] = (next[length + 1] &+ next[length]) << 1 }
        self.lengths = lengths
        self.codes = lengths.map { length in
            guard length > 0 else { return 0 }
            let code = next[Int(length)]
            next[Int(length)] &+= 1
            return Self.reversed(code, bits: Int(length))
        }
    }

    /// A code that is as short as codes of at most `limit` bits (up to 15) can be, or next to it.
    ///
    /// - Parameter counts: how often each symbol occurs; at least one does.
    init(counts: [Int], limit: Int) {
        let symbols = counts.indices.filter { counts[$0] > 0 }.sorted { (counts[$0], $0) < (counts[$1], $1) }
        var lengths = [UInt8](repeating: 0, count: counts.count)
        // From the rarest symbol to the most frequent one, codes become shorter.
        var rest = symbols[...]
        for (length, count) in Self.lengthCounts(symbols.map { counts[$0] }, limit: limit).enumerated().reversed() {
            for symbol in rest.prefix(count) { lengths[symbol] = UInt8(length) }
            rest = rest.dropFirst(count)
        }
        self.init(lengths: lengths)
    }

    /// How many codes there are of each length.
    ///
    /// - Parameter counts: in ascending order.
    private static func lengthCounts(_ counts: [Int], limit: Int) -> [Int] {
        var result = [Int](repeating: 0, count: limit + 1)
        for depth in depths(counts) { result[min(max(depth, 1), limit)] += 1 }
        // Where codes were cut to the limit there are more than fit: each step makes room for one of them by
        // lengthening the longest code that may still grow.
        func room(_ length: Int) -> Int { result[length] << (limit - length) }
        var excess = (1...limit).reduce(0) { $0 + room($1) } - 1 << limit
        while excess > 0 {
            guard let length = (1..<limit).last(where: { result[$0] > 0 }) else { break }
            result[length] -= 1
            result[length + 1] += 2
            result[limit] -= 1
            excess -= 1
        }
        return result
    }

    /// The depth of each leaf in Huffman's tree, by two queues: leaves and nodes, both in ascending order.
    private static func depths(_ counts: [Int]) -> [Int] {
        let leafCount = counts.count
        var weights = counts
        var parents = [Int](repeating: 0, count: max(2 * leafCount - 1, 1))
        var (leaf, node) = (0, leafCount)
        for parent in leafCount..<max(2 * leafCount - 1, leafCount) {
            var sum = 0
            for _ in 0..<2 {
                if leaf < leafCount, node >= parent || weights[leaf] <= weights[node] {
                    sum += weights[leaf]
                    parents[leaf] = parent
                    leaf += 1
                } else {
                    sum += weights[node]
                    parents[node] = parent
                    node += 1
                }
            }
            weights.append(sum)
        }
        var depths = [Int](repeating: 0, count: parents.count)
        for index in parents.indices.dropLast().reversed() { depths[index] = depths[parents[index]] + 1 }
        return Array(depths.prefix(leafCount))
    }

    private static func reversed(_ code: UInt16, bits: Int) -> UInt16 {
        var (code, result) = (code, UInt16(0))
        for _ in 0..<bits {
            result = result << 1 | code & 1
            code >>= 1
        }
        return result
    }
}
