/// The codes of one deflate block of literals and runs of the byte before (RFC 1951, 3.2): chosen, counted, and stated
/// in the block's header.
struct RunBlock {
    static let endSymbol = 256
    /// Literals, the end and lengths.
    static let symbolCount = 286
    /// Where ``symbols`` has the only distance.
    static let distanceSymbol = symbolCount

    enum Coding { case stored, coded }

    struct Symbol {
        var code: UInt16
        var length: UInt8
    }

    let coding: Coding
    /// Of the header and the symbols, if not stored.
    let bitCount: Int
    /// Literals, the end, lengths, and the distance 1.
    let symbols: [Symbol]
    /// nil for the fixed code.
    private let header: Header?

    /// The smallest way to write symbols that occur so often.
    init(counts: [Int]) {
        let code = HuffmanCode(counts: counts, limit: 15)
        let header = Header(code)
        let dynamicBits = header.bitCount + Self.bitCount(counts, code, distanceBits: 1)
        let fixedBits = 3 + Self.bitCount(counts, Self.fixedCode, distanceBits: 5)
        let isFixed = fixedBits <= dynamicBits
        self.bitCount = min(fixedBits, dynamicBits)
        self.header = isFixed ? nil : header
        let chosen = isFixed ? Self.fixedCode : code
        self.symbols =
            (0..<Self.symbolCount).map { Symbol(code: chosen.codes[$0], length: chosen.lengths[$0]) }
            + [Symbol(code: 0, length: isFixed ? 5 : 1)]
        // Runs make a block smaller than its bytes in any case, so one that is not has none.
        let hasRuns = counts[(Self.endSymbol + 1)...].contains { $0 > 0 }
        let storedBits = counts[..<Self.endSymbol].reduce(0, +) * 8 + 42
        self.coding = !hasRuns && storedBits < bitCount ? .stored : .coded
    }

    func writeHeader(isLast: Bool, to writer: inout BitWriter) {
        let kind: UInt64 = header == nil ? 1 : 2
        writer.write(kind << 1 | (isLast ? 1 : 0), 3)
        header?.write(to: &writer)
    }

    private static func bitCount(_ counts: [Int], _ code: HuffmanCode, distanceBits: Int) -> Int {
        var sum = 0
        for symbol in 0..<symbolCount where counts[symbol] > 0 {
            let extra = symbol > endSymbol ? lengthBases[symbol - endSymbol - 1].extraBits + distanceBits : 0
            sum += counts[symbol] * (Int(code.lengths[symbol]) + extra)
        }
        return sum
    }

    private static let fixedCode = HuffmanCode(
        lengths: (0..<288).map { symbol in
            switch symbol {
            case ..<144: 8
            case ..<256: 9
            case ..<280: 7
            default: 8
            }
        })

    // MARK: Lengths

    /// The shortest run of each length symbol, and the bits that tell it from the others: four symbols for each number
    /// of bits, but for the shortest, and one of its own for 258.
    private static let lengthBases: [(base: Int, extraBits: Int)] = {
        var bases: [(base: Int, extraBits: Int)] = []
        var base = 3
        for index in 0..<28 {
            let extraBits = max(index / 4 - 1, 0)
            bases.append((base, extraBits))
            base += 1 << extraBits
        }
        return bases + [(258, 0)]
    }()

    /// How a run is written.
    struct Length {
        var symbol: UInt16
        var extra: UInt16
        var extraBits: UInt8
    }

    /// For each run from 3 to 258: its symbol, and the bits after it.
    static let lengths: [Length] = (0...258).map { run in
        let index = lengthBases.lastIndex { $0.base <= run } ?? 0
        let (base, extraBits) = lengthBases[index]
        return Length(
            symbol: UInt16(endSymbol + 1 + index), extra: UInt16(max(run - base, 0)), extraBits: UInt8(extraBits))
    }

    /// Cuts a run of no byte, or from 3 on, into lengths that deflate has.
    @inline(__always)
    static func forEachPart(of run: Int, _ body: (Int) -> Void) {
        var rest = run
        while rest > 0 {
            // Never leaves 1 or 2.
            let length = rest <= 258 ? rest : min(rest - 3, 258)
            body(length)
            rest -= length
        }
    }
}

// MARK: - Header

extension RunBlock {
    /// A block's code, as its header states it: the lengths of all codes, themselves in a Huffman code.
    private struct Header {
        let bitCount: Int
        private let literalCount: Int
        private let items: [Item]
        private let code: HuffmanCode
        private let lengthCount: Int

        /// A length, 0 to 15, or 16 to 18 for repeats; the latter with `extra`.
        private struct Item {
            var symbol: Int
            var extra: UInt64 = 0

            var extraBits: Int {
                switch symbol {
                case 16: 2
                case 17: 3
                case 18: 7
                default: 0
                }
            }
        }

        /// Lengths of lengths are stated in this order, the last zeros left out.
        private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

        init(_ literals: HuffmanCode) {
            let last = literals.lengths.lastIndex { $0 > 0 } ?? 0
            self.literalCount = max(last + 1, endSymbol + 1)
            // One distance, of one bit.
            self.items = Self.items(literals.lengths.prefix(literalCount) + [1])
            var counts = [Int](repeating: 0, count: 19)
            for item in items { counts[item.symbol] += 1 }
            let code = HuffmanCode(counts: counts, limit: 7)
            self.code = code
            self.lengthCount = max((Self.order.lastIndex { code.lengths[$0] > 0 } ?? 0) + 1, 4)
            self.bitCount = items.reduce(3 + 14 + 3 * lengthCount) { sum, item in
                sum + Int(code.lengths[item.symbol]) + item.extraBits
            }
        }

        func write(to writer: inout BitWriter) {
            writer.write(UInt64(literalCount - 257), 5)
            writer.write(0, 5)
            writer.write(UInt64(lengthCount - 4), 4)
            for symbol in Self.order.prefix(lengthCount) { writer.write(UInt64(code.lengths[symbol]), 3) }
            for item in items {
                writer.write(UInt64(code.codes[item.symbol]), Int(code.lengths[item.symbol]))
                writer.write(item.extra, item.extraBits)
            }
        }

        /// Repeats of a length from 3 on become one item: 16 repeats the one before 3 to 6 times, 17 and 18 are 3 to 10
        /// and 11 to 138 zeros.
        private static func items(_ lengths: some Sequence<UInt8>) -> [Item] {
            var items: [Item] = []
            var rest = Array(lengths)[...]
            var previous: UInt8?
            while let length = rest.first {
                let run = rest.prefix { $0 == length }.count
                var count = 1
                if length == 0, run > 10 {
                    count = min(run, 138)
                    items.append(Item(symbol: 18, extra: UInt64(count - 11)))
                } else if length == 0, run > 2 {
                    count = run
                    items.append(Item(symbol: 17, extra: UInt64(count - 3)))
                } else if length == previous, run > 2 {
                    count = min(run, 6)
                    items.append(Item(symbol: 16, extra: UInt64(count - 3)))
                } else {
                    items.append(Item(symbol: Int(length)))
                }
                rest = rest.dropFirst(count)
                previous = length
            }
            return items
        }
    }
}
