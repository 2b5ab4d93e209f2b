/// Writes Photoshop files part by part, right or wrong on purpose, without the library under test.
struct PhotoshopBuilder {
    enum Compression: Int, CaseIterable {
        case plain, packBits, deflated, predicted
    }

    struct Rectangle {
        var top = 0
        var left = 0
        var bottom = 0
        var right = 0

        var width: Int { right - left }
        var height: Int { bottom - top }
    }

    struct Mask {
        var rectangle: Rectangle
        var samples: [Int]
        var outside = 0
        var flags = 0
        /// What follows the flags; two bytes of padding where there is nothing else.
        var rest: [UInt8] = [0, 0]
    }

    struct Layer {
        var name = "Subject"
        /// Instead of the name; the plain one is then another.
        var unicodeName: String?
        var rectangle: Rectangle
        /// By Photoshop's number: −1 alpha, from 0 colours; colours that are not given are grey.
        var alpha: [Int]?
        var mask: Mask?
        /// Blocks before the name's.
        var blocks: [(key: String, data: [UInt8])] = []
    }

    var width = 7
    var height = 5
    var isLarge = false
    var depth = 8
    var mode = 3
    var compression = Compression.packBits
    var layers: [Layer] = []
    /// Of the merged picture, beside its colours.
    var extraChannels: [[Int]] = []
    var resources: [UInt8] = []
    /// Bytes to which blocks are padded.
    var padding = 4

    private var colorCount: Int { mode == 3 ? 3 : 1 }

    func bytes() -> [UInt8] {
        var file = Array("8BPS".utf8) + number(isLarge ? 2 : 1, 2) + [UInt8](repeating: 0, count: 6)
        file += number(colorCount + extraChannels.count, 2) + number(height, 4) + number(width, 4)
        file += number(depth, 2) + number(mode, 2) + number(0, 4)
        file += counted(resources, 4)
        file += counted(layerSection(), lengthSize)
        let grey = [Int](repeating: 128, count: width * height)
        let planes = [[Int]](repeating: grey, count: colorCount) + extraChannels
        return file + packed(planes.flatMap { $0 }, width: width)
    }

    private var lengthSize: Int { isLarge ? 8 : 4 }

    private func number(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private func counted(_ bytes: [UInt8], _ size: Int) -> [UInt8] { number(bytes.count, size) + bytes }

    /// A resource, with a name of an odd length.
    static func resource(_ kind: Int, _ data: [UInt8]) -> [UInt8] {
        Array("8BIM".utf8) + [UInt8(kind >> 8), UInt8(kind & 255), 2, 65, 66, 0]
            + [0, 0, 0, UInt8(data.count)] + data + (data.count % 2 == 0 ? [] : [0])
    }

    // MARK: Layers

    private func layerSection() -> [UInt8] {
        guard !layers.isEmpty else { return [] }
        var records = number(layers.count, 2)
        var pixels: [UInt8] = []
        for layer in layers {
            let (record, data) = parts(of: layer)
            records += record
            pixels += data
        }
        var list = records + pixels
        if list.count % 2 == 1 { list.append(0) }
        if depth == 8 { return counted(list, lengthSize) + number(0, 4) }
        return number(0, lengthSize) + number(0, 4) + block("Mt16", []) + block("Lr16", list)
    }

    private func parts(of layer: Layer) -> (record: [UInt8], pixels: [UInt8]) {
        let area = layer.rectangle.width * layer.rectangle.height
        var channels = (0..<colorCount).map {
            ($0, packed([Int](repeating: 9, count: area), width: layer.rectangle.width))
        }
        if let alpha = layer.alpha { channels.insert((-1, packed(alpha, width: layer.rectangle.width)), at: 0) }
        if let mask = layer.mask { channels.append((-2, packed(mask.samples, width: mask.rectangle.width))) }
        var record = bytes(layer.rectangle) + number(channels.count, 2)
        for (index, data) in channels { record += number(index, 2) + number(data.count, lengthSize) }
        record += Array("8BIMnorm".utf8) + [255, 0, 8, 0]
        var mask: [UInt8] = []
        if let own = layer.mask {
            mask = bytes(own.rectangle) + [UInt8(own.outside), UInt8(own.flags)] + own.rest
        }
        var extra = counted(mask, 4) + counted([1, 2, 3, 4], 4)
        let plain = Array((layer.unicodeName == nil ? layer.name : "other").utf8)
        extra += [UInt8(plain.count)] + plain
        while (extra.count - mask.count) % 4 != 0 { extra.append(0) }
        for (key, data) in layer.blocks { extra += block(key, data) }
        if let name = layer.unicodeName {
            let units = Array(name.utf16)
            extra += block("luni", number(units.count, 4) + units.flatMap { number(Int($0), 2) })
        }
        return (record + counted(extra, 4), channels.flatMap(\.1))
    }

    private func bytes(_ rectangle: Rectangle) -> [UInt8] {
        [rectangle.top, rectangle.left, rectangle.bottom, rectangle.right].flatMap { number($0, 4) }
    }

    private func block(_ key: String, _ data: [UInt8]) -> [UInt8] {
        let isLong = isLarge && (key == "Lr16" || key == "Mt16")
        var bytes = Array("8BIM".utf8) + Array(key.utf8) + counted(data, isLong ? 8 : 4)
        while (bytes.count - 12) % padding != 0 { bytes.append(0) }
        return bytes
    }

    // MARK: Pixels

    private func packed(_ samples: [Int], width: Int) -> [UInt8] {
        let size = depth == 16 ? 2 : 1
        let head = number(compression.rawValue, 2)
        guard width > 0 else { return head }
        var rows = stride(from: 0, to: samples.count, by: width).map { Array(samples[$0..<$0 + width]) }
        if compression == .predicted {
            rows = rows.map { row in row.indices.map { $0 == 0 ? row[0] : row[$0] - row[$0 - 1] } }
        }
        let data = rows.map { row in row.flatMap { number($0, size) } }
        switch compression {
        case .plain: return head + data.joined()
        case .deflated, .predicted: return head + PNGBuilder.zlibStored(Array(data.joined()))
        case .packBits:
            let packed = data.map(Self.runs)
            return head + packed.flatMap { number($0.count, isLarge ? 4 : 2) } + packed.joined()
        }
    }

    /// Bytes alike as runs, others one by one, and first one that means nothing.
    private static func runs(_ row: [UInt8]) -> [UInt8] {
        var (packed, index): ([UInt8], Int) = ([128], 0)
        while index < row.count {
            var end = index + 1
            while end < row.count, row[end] == row[index], end - index < 128 { end += 1 }
            packed += end - index == 1 ? [0, row[index]] : [UInt8(257 - (end - index)), row[index]]
            index = end
        }
        return packed
    }
}
