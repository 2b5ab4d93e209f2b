import Raster

/// EXIF written anew from the fields that are known and wanted.
///
/// Cutting fields from what was read would leave what nobody thought of: previews of the whole photograph lie in maker's
/// notes, further directories, texts and bytes that no field names. Here every byte has a reason: a field's number, type
/// and length are those of a list (``ExifTag/wantedPrimary``), a text is a text.
struct ExifSelection {
    /// Longer texts are left out; descriptions have a few hundred bytes.
    static let maxTextBytes = 4_000

    private typealias Field = TIFFField

    private let isBigEndian: Bool
    private var primary: [Field] = []
    private var exif: [Field] = []

    /// The wanted fields of a block.
    init(of block: ExifBlock) {
        isBigEndian = block.isBigEndian
        primary = Self.fields(of: block, .primary, ExifTag.wantedPrimary)
        exif = Self.fields(of: block, .exif, ExifTag.wantedExif)
    }

    /// None.
    init() { isBigEndian = false }

    private static func fields(
        of block: ExifBlock, _ directory: ExifBlock.Directory, _ wanted: [Int: ExifForm]
    ) -> [Field] {
        let entries = block.entries(of: directory)
        return wanted.compactMap { tag, form in
            guard let entry = entries[tag], form.accepts(entry), let value = block.value(of: entry) else { return nil }
            guard case .text = form else {
                return Field(tag: tag, type: entry.type, count: entry.count, value: value)
            }
            return text(value).map { Field(tag: tag, type: 2, count: $0.count, value: $0) }
        }
    }

    /// A text up to its first zero, with one; nil where there is none, or where it is something else.
    private static func text(_ bytes: [UInt8]) -> [UInt8]? {
        let text = bytes.prefix { $0 != 0 }
        let isText = text.allSatisfy { $0 >= 0x20 && $0 != 0x7F || [0x09, 0x0A, 0x0D].contains($0) }
        guard !text.isEmpty, text.count <= maxTextBytes, isText, text.contains(where: { $0 != 0x20 }) else {
            return nil
        }
        return text + [0]
    }

    /// Adds a text under a tag of the first directory that has none yet.
    mutating func addText(_ text: String, under tag: Int) {
        guard !primary.contains(where: { $0.tag == tag }), let bytes = Self.text(Array(text.utf8)) else { return }
        primary.append(Field(tag: tag, type: 2, count: bytes.count, value: bytes))
    }

    /// Whether there is a field that says something.
    var isEmpty: Bool { primary.isEmpty && exif.allSatisfy { $0.tag == ExifTag.exifVersion } }

    /// The block of an upright picture of that size and density.
    func bytes(width: Int, height: Int, resolution: RasterImage.Resolution?) -> [UInt8] {
        var primary = primary + [Field(tag: ExifTag.orientation, type: 3, count: 1, value: number(1, 2))]
        primary += fields(of: resolution)
        var exif = exif
        if !exif.isEmpty {
            exif += [
                Field(tag: ExifTag.pixelWidth, type: 4, count: 1, value: number(width, 4)),
                Field(tag: ExifTag.pixelHeight, type: 4, count: 1, value: number(height, 4)),
            ]
        }
        var block: [UInt8] = isBigEndian ? [0x4D, 0x4D, 0, 0x2A] : [0x49, 0x49, 0x2A, 0]
        block += number(8, 4)
        guard !exif.isEmpty else { return block + directory(primary, at: block.count) }
        func link(_ offset: Int) -> Field {
            Field(tag: ExifTag.exifDirectory, type: 4, count: 1, value: number(offset, 4))
        }
        // The link takes the same room whatever it says.
        let end = block.count + directory(primary + [link(0)], at: block.count).count
        block += directory(primary + [link(end)], at: block.count)
        return block + directory(exif, at: block.count)
    }

    private func fields(of resolution: RasterImage.Resolution?) -> [Field] {
        TIFFField.fields(of: resolution, isBigEndian: isBigEndian)
    }

    private func directory(_ fields: [Field], at start: Int) -> [UInt8] {
        TIFFField.directory(fields, at: start, isBigEndian: isBigEndian)
    }

    private func number(_ value: Int, _ byteCount: Int) -> [UInt8] {
        TIFFField.number(value, byteCount, isBigEndian: isBigEndian)
    }
}

extension ExifForm {
    /// Whether an entry has this form, by its type and number of values.
    func accepts(_ entry: ExifBlock.Entry) -> Bool {
        switch self {
        case .text: entry.type == 2 && entry.count <= 1 << 16
        case .version: entry.type == 7 && entry.count == 4
        case .shorts(let count): entry.type == 3 && entry.count == count
        case .number: (entry.type == 3 || entry.type == 4) && entry.count == 1
        case .fractions(let count): entry.type == 5 && entry.count == count
        case .signedFraction: entry.type == 10 && entry.count == 1
        }
    }
}
