/// Takes Photoshop files apart, by the specification and without the encoder's code. Wrong files end the test.
struct PhotoshopFile {
    struct Layer: Equatable {
        var name = ""
        var unicodeName = ""
        /// Top, left, bottom, right.
        var rectangle: [Int] = []
        var blend = ""
        var opacity = 0
        var isHidden = false
        /// Top, left, bottom, right; nil without a mask.
        var maskRectangle: [Int]?
        /// By Photoshop's number: −2 mask, −1 alpha, from 0 colours.
        var channels: [Int: [Int]] = [:]
    }

    let version: Int
    let width: Int
    let height: Int
    let depth: Int
    let mode: Int
    let channelCount: Int
    var resources: [Int: [UInt8]] = [:]
    /// Whether the whole's last channel is said to be its transparency.
    var hasMergedAlpha = false
    var layers: [Layer] = []
    /// Channel by channel.
    var merged: [[Int]] = []

    struct Broken: Error {
        let what: String
    }

    /// Reads numbers, the highest byte first.
    struct Reader {
        let bytes: [UInt8]
        var position = 0

        mutating func take(_ count: Int) throws -> [UInt8] {
            guard count >= 0, position + count <= bytes.count else { throw Broken(what: "the end at \(position)") }
            defer { position += count }
            return Array(bytes[position..<position + count])
        }

        mutating func number(_ count: Int) throws -> Int { try take(count).reduce(0) { $0 << 8 | Int($1) } }

        mutating func signed32() throws -> Int { Int(Int32(truncatingIfNeeded: try number(4))) }

        mutating func text(_ count: Int) throws -> String { String(decoding: try take(count), as: UTF8.self) }

        mutating func expect(_ text: String) throws {
            let found = try self.text(text.utf8.count)
            guard found == text else { throw Broken(what: "\(found) instead of \(text) before \(position)") }
        }
    }

    init(_ bytes: [UInt8]) throws {
        var reader = Reader(bytes: bytes)
        try reader.expect("8BPS")
        version = try reader.number(2)
        _ = try reader.take(6)
        channelCount = try reader.number(2)
        height = try reader.number(4)
        width = try reader.number(4)
        depth = try reader.number(2)
        mode = try reader.number(2)
        guard try reader.number(4) == 0 else { throw Broken(what: "a palette") }
        try readResources(&reader)
        try readLayers(&reader)
        let compression = try reader.number(2)
        guard compression == 1 else { throw Broken(what: "compression \(compression)") }
        let rows = try (0..<channelCount * height).map { _ in try reader.number(rowLengthSize) }
        for channel in 0..<channelCount {
            merged.append(
                try unpacked(&reader, rows[channel * height..<(channel + 1) * height], width: width))
        }
        guard reader.position == bytes.count else { throw Broken(what: "\(bytes.count - reader.position) bytes more") }
    }

    private var lengthSize: Int { version == 2 ? 8 : 4 }
    private var rowLengthSize: Int { version == 2 ? 4 : 2 }

    private mutating func readResources(_ reader: inout Reader) throws {
        let end = try reader.number(4) + reader.position
        while reader.position < end {
            try reader.expect("8BIM")
            let kind = try reader.number(2)
            let nameLength = try reader.number(1)
            _ = try reader.take(nameLength + (nameLength + 1) % 2)
            let size = try reader.number(4)
            resources[kind] = try reader.take(size)
            _ = try reader.take(size % 2)
        }
        guard reader.position == end else { throw Broken(what: "resources") }
    }

    private mutating func readLayers(_ reader: inout Reader) throws {
        let end = try reader.number(lengthSize) + reader.position
        var size = try reader.number(lengthSize)
        if depth == 16 {
            guard size == 0, try reader.number(4) == 0 else { throw Broken(what: "layers of 8 bits") }
            try reader.expect("8BIM")
            try reader.expect("Lr16")
            size = try reader.number(lengthSize)
        }
        let layersEnd = reader.position + size
        let count = Int(Int16(truncatingIfNeeded: try reader.number(2)))
        hasMergedAlpha = count < 0
        var channels: [[(number: Int, size: Int)]] = []
        for _ in 0..<abs(count) { channels.append(try readRecord(&reader)) }
        for index in layers.indices {
            for (number, size) in channels[index] {
                let channelEnd = reader.position + size
                let rectangle = number == -2 ? layers[index].maskRectangle ?? [] : layers[index].rectangle
                let (height, width) = (rectangle[2] - rectangle[0], rectangle[3] - rectangle[1])
                guard try reader.number(2) == 1 else { throw Broken(what: "a layer's compression") }
                let rows = try (0..<height).map { _ in try reader.number(rowLengthSize) }
                layers[index].channels[number] = try unpacked(&reader, rows[...], width: width)
                guard reader.position == channelEnd else { throw Broken(what: "a channel's length") }
            }
        }
        guard layersEnd - reader.position < 4 else { throw Broken(what: "the layers' length") }
        _ = try reader.take(layersEnd - reader.position)
        if depth == 8, try reader.number(4) != 0 { throw Broken(what: "a mask over all layers") }
        guard reader.position == end else { throw Broken(what: "the length of layers and masks") }
    }

    private mutating func readRecord(_ reader: inout Reader) throws -> [(number: Int, size: Int)] {
        var layer = Layer()
        layer.rectangle = try (0..<4).map { _ in try reader.signed32() }
        let channels = try (0..<reader.number(2)).map { _ in
            (number: Int(Int16(truncatingIfNeeded: try reader.number(2))), size: try reader.number(lengthSize))
        }
        try reader.expect("8BIM")
        layer.blend = try reader.text(4)
        layer.opacity = try reader.number(1)
        _ = try reader.number(1)
        layer.isHidden = try reader.number(1) & 2 != 0
        _ = try reader.number(1)
        let end = try reader.number(4) + reader.position
        if try reader.number(4) == 20 {
            layer.maskRectangle = try (0..<4).map { _ in try reader.signed32() }
            _ = try reader.take(4)
        }
        guard try reader.number(4) == 0 else { throw Broken(what: "ranges") }
        let nameStart = reader.position
        layer.name = try reader.text(reader.number(1))
        _ = try reader.take((4 - (reader.position - nameStart) % 4) % 4)
        try reader.expect("8BIM")
        try reader.expect("luni")
        let nameEnd = try reader.number(4) + reader.position
        let units = try (0..<reader.number(4)).map { _ in UInt16(try reader.number(2)) }
        layer.unicodeName = String(decoding: units, as: UTF16.self)
        reader.position = nameEnd
        guard nameEnd == end else { throw Broken(what: "a record's length") }
        layers.append(layer)
        return channels
    }

    /// Rows of PackBits as samples.
    private func unpacked(_ reader: inout Reader, _ rows: ArraySlice<Int>, width: Int) throws -> [Int] {
        var samples: [Int] = []
        for length in rows {
            let row = try Self.unpacked(reader.take(length))
            guard row.count == width * depth / 8 else { throw Broken(what: "a row of \(row.count) bytes") }
            if depth == 8 {
                samples += row.map(Int.init)
            } else {
                samples += stride(from: 0, to: row.count, by: 2).map { Int(row[$0]) << 8 | Int(row[$0 + 1]) }
            }
        }
        return samples
    }

    static func unpacked(_ packed: [UInt8]) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var position = 0
        while position < packed.count {
            let head = Int(Int8(bitPattern: packed[position]))
            if head >= 0 {
                guard position + 1 + head < packed.count else { throw Broken(what: "literal bytes") }
                bytes += packed[position + 1...position + 1 + head]
                position += head + 2
            } else {
                guard head != -128, position + 1 < packed.count else { throw Broken(what: "a run") }
                bytes += [UInt8](repeating: packed[position + 1], count: 1 - head)
                position += 2
            }
        }
        return bytes
    }
}
