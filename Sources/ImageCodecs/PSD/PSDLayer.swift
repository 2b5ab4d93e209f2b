/// A layer as its record describes it, and where its channels lie.
struct PSDLayer {
    /// In Unicode, where the file has it so.
    private(set) var name: String
    let rectangle: PSDRectangle
    private(set) var mask: Mask?
    /// A group's beginning or end, which has no pixels.
    private(set) var isGroup = false
    private var channels: [Channel] = []

    struct Mask {
        let rectangle: PSDRectangle
        /// Outside of the rectangle, 0 or 255.
        let outside: UInt8
        let isDisabled: Bool
        /// Whether it is softened or weakened when it is shown, and its pixels are not.
        let isAltered: Bool
    }

    private struct Channel {
        let number: Int
        let byteCount: Int
        var data: PSDCursor?
    }

    static let alpha = -1
    static let userMask = -2

    /// Reads a record.
    init(_ list: inout PSDCursor, isLarge: Bool) throws(ImageCodecError) {
        rectangle = try list.rectangle()
        for _ in 0..<(try list.number(2)) {
            channels.append(
                Channel(number: try list.signed16(), byteCount: try list.number(isLarge ? 8 : 4), data: nil))
        }
        // How it blends, opacity, clipping, flags and padding, between a signature and a length.
        guard try list.key() == "8BIM" else { throw list.malformed("a layer's blend mode has no signature") }
        try list.skip(8)
        var extra = try list.section(list.number(4))
        var mask = try extra.section(extra.number(4))
        self.mask = try Mask(&mask)
        try extra.skip(extra.number(4))  // Ranges of blending.
        let nameLength = try extra.number(1)
        name = String(decoding: try extra.part(nameLength), as: UTF8.self)
        // The name with its length is padded to four bytes.
        try extra.skip(min(3 - nameLength % 4, extra.remaining))
        var (unicodeName, isGroup): (String?, Bool) = (nil, false)
        try extra.forEachBlock(isLarge: isLarge) { (key, block) throws(ImageCodecError) in
            switch key {
            case "luni":
                let text = try block.part(2 * block.number(4))
                let units = stride(from: 0, to: text.count, by: 2).map { UInt16(text[$0]) << 8 | UInt16(text[$0 + 1]) }
                unicodeName = String(decoding: units.prefix { $0 != 0 }, as: UTF16.self)
            case "lsct": isGroup = try (1...3).contains(block.number(4))
            default: break
            }
        }
        name = unicodeName ?? name
        self.isGroup = isGroup
    }

    /// The channels of all layers follow the records.
    mutating func takeChannels(from list: inout PSDCursor) throws(ImageCodecError) {
        for index in channels.indices { channels[index].data = try list.section(channels[index].byteCount) }
    }

    /// What the file has of a channel: its compression and its rows.
    func channel(_ number: Int) -> PSDCursor? { channels.first { $0.number == number }?.data }
}

extension PSDLayer.Mask {
    /// nil where the layer has none.
    init?(_ data: inout PSDCursor) throws(ImageCodecError) {
        guard data.remaining > 0 else { return nil }
        rectangle = try data.rectangle()
        outside = UInt8(truncatingIfNeeded: try data.number(1))
        let flags = try data.number(1)
        isDisabled = flags & 2 != 0
        // Where there is a vector mask too, this is what both make together, and the painted one alone comes next.
        if data.remaining >= 18 { try data.skip(18) }
        guard flags & 16 != 0, data.remaining > 0 else {
            isAltered = false
            return
        }
        let parameters = try data.number(1)
        let density = parameters & 1 != 0 ? try data.number(1) : 255
        let feather = parameters & 2 != 0 ? try data.number(8) : 0
        isAltered = density != 255 || feather != 0
    }
}
