import Raster

/// Where things lie in a Photoshop file: nothing is decoded yet, and nothing allocated that is larger than the file.
///
/// Source: Adobe Photoshop File Formats Specification (November 2019).
struct PSDStructure {
    let format: ImageFormat
    let width: Int
    let height: Int
    let depth: RasterImage.BitDepth
    /// 1 or 3.
    let colorChannelCount: Int
    /// Of the merged picture: its colours, its transparency, and selections that were saved.
    let channelCount: Int
    /// From the bottom to the top, without groups.
    private(set) var layers: [PSDLayer] = []
    /// Whether the merged picture shows what the layers make together.
    private(set) var hasMergedPicture = true
    /// What follows the layers: the merged picture.
    private(set) var merged: PSDCursor

    var isLarge: Bool { format == .psb }
    /// Bytes of the lengths of sections, layers and channels.
    private var lengthSize: Int { isLarge ? 8 : 4 }

    /// - Throws: ``ImageCodecError/unsupported(format:feature:path:)`` for colours and depths that are not read,
    ///   ``ImageCodecError/tooLarge(width:height:maxPixels:maxSide:path:)``,
    ///   ``ImageCodecError/truncated(format:rowsDecoded:height:path:)``,
    ///   ``ImageCodecError/malformed(format:reason:path:)``.
    init(_ bytes: UnsafeRawBufferPointer, _ format: ImageFormat, _ limits: DecodingLimits) throws(ImageCodecError) {
        var file = PSDCursor(bytes, format)
        self.format = format
        try file.skip(4)
        let version = try file.number(2)
        guard version == (format == .psb ? 2 : 1) else {
            throw .unsupported(format: format, feature: "version \(version)")
        }
        try file.skip(6)
        channelCount = try file.number(2)
        (height, width) = (try file.number(4), try file.number(4))
        let (bits, mode) = (try file.number(2), try file.number(2))
        guard let colorChannelCount = Self.colorChannels[mode] else {
            throw .unsupported(format: format, feature: Self.otherModes[mode] ?? "the colour mode \(mode)")
        }
        guard let depth = RasterImage.BitDepth(rawValue: bits) else {
            throw .unsupported(format: format, feature: "\(bits) bits a channel")
        }
        (self.colorChannelCount, self.depth) = (colorChannelCount, depth)
        guard width > 0, height > 0 else { throw file.malformed("a canvas of \(width) x \(height) pixels") }
        guard channelCount >= colorChannelCount else { throw file.malformed("\(channelCount) channels") }
        try limits.check(width: width, height: height)
        try file.skip(file.number(4))  // A palette.
        var resources = try file.section(file.number(4))
        merged = file
        try readResources(&resources)
        var section = try file.section(file.number(lengthSize))
        try readLayers(&section)
        merged = file
    }

    private static let colorChannels = [1: 1, 3: 3]
    private static let otherModes = [
        0: "a bitmap", 2: "indexed colours", 4: "CMYK", 7: "multichannel", 8: "duotone", 9: "Lab",
    ]

    // MARK: Resources

    private mutating func readResources(_ section: inout PSDCursor) throws(ImageCodecError) {
        let version = 1_057
        while section.remaining > 0 {
            try section.skip(4)
            let number = try section.number(2)
            let nameLength = try section.number(1)
            // The name with its length is padded to an even number of bytes, and so is the data.
            try section.skip(nameLength | 1)
            var data = try section.section(section.number(4))
            if !data.remaining.isMultiple(of: 2), section.remaining > 0 { try section.skip(1) }
            guard number == version else { continue }
            try data.skip(4)
            hasMergedPicture = try data.number(1) != 0
        }
    }

    // MARK: Layers

    /// Layers of 8 bits stand first; those of 16 are in a block of their own, behind an empty list.
    private mutating func readLayers(_ section: inout PSDCursor) throws(ImageCodecError) {
        guard section.remaining >= lengthSize else { return }
        var list = try section.section(section.number(lengthSize))
        if list.remaining > 0 { try readList(&list) }
        // A mask over all layers, which is only shown while somebody edits.
        if section.remaining >= 4 { try section.skip(section.number(4)) }
        try section.forEachBlock(isLarge: isLarge) { (key, block) throws(ImageCodecError) in
            guard key == "Lr16" || key == "Layr", layers.isEmpty, block.remaining > 0 else { return }
            try readList(&block)
        }
    }

    private mutating func readList(_ list: inout PSDCursor) throws(ImageCodecError) {
        // Below zero where the first channel behind the merged picture's colours is its transparency.
        let count = abs(try list.signed16())
        guard count <= LayeredImage.maxLayers else {
            throw .unsupported(format: format, feature: "more than \(LayeredImage.maxLayers) layers")
        }
        var records: [PSDLayer] = []
        for _ in 0..<count { records.append(try PSDLayer(&list, isLarge: isLarge)) }
        for index in records.indices { try records[index].takeChannels(from: &list) }
        layers = records.filter { !$0.isGroup }
    }
}

extension PSDCursor {
    /// Passes over blocks of a key each, in which everything is kept that came after version 4.0.
    mutating func forEachBlock(
        isLarge: Bool, _ body: (_ key: String, _ block: inout PSDCursor) throws(ImageCodecError) -> Void
    ) throws(ImageCodecError) {
        while remaining >= 12 {
            let signature = try key()
            guard signature == "8BIM" || signature == "8B64" else {
                throw malformed("a block begins with no signature")
            }
            let key = try key()
            var block = try section(number(isLarge && Self.largeKeys.contains(key) ? 8 : 4))
            try body(key, &block)
            // Some programs pad blocks to two bytes, some to four, some not at all.
            skipZeros(atMost: 3)
        }
    }

    /// Blocks whose lengths have twice as many bytes in a large file.
    private static let largeKeys: Set<String> = [
        "LMsk", "Lr16", "Lr32", "Layr", "Mt16", "Mt32", "Mtrn", "Alph", "FMsk", "lnk2", "FEid", "FXid", "PxSD",
    ]
}
