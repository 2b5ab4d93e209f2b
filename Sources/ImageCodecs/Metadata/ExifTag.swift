/// Numbers of EXIF's fields. Source: CIPA DC-008 (Exif 2.32), tables 4 to 12.
enum ExifTag {
    static let imageWidth = 0x0100
    static let imageLength = 0x0101
    static let orientation = 0x0112
    static let horizontalResolution = 0x011A
    static let verticalResolution = 0x011B
    static let resolutionUnit = 0x0128
    static let description = 0x010E
    static let author = 0x013B
    static let copyright = 0x8298
    static let dateTime = 0x0132
    static let exifDirectory = 0x8769
    static let gpsDirectory = 0x8825
    static let exifVersion = 0x9000
    static let pixelWidth = 0xA002
    static let pixelHeight = 0xA003
}

/// What a field that is wanted must look like to be taken.
enum ExifForm {
    /// A line or more of text, ended by a zero.
    case text
    /// Four digits that are no text by their type.
    case version
    /// Numbers of 16 bits.
    case shorts(Int)
    /// One number of 16 or 32 bits.
    case number
    /// Fractions without a sign.
    case fractions(Int)
    /// A fraction with one.
    case signedFraction
}

extension ExifTag {
    /// Fields of the first directory that travel under ``MetadataPolicy/safe``: description, camera, author, dates and
    /// copyright. Orientation and resolution are not copied but written as they are now.
    static let wantedPrimary: [Int: ExifForm] = [
        description: .text, 0x010F: .text, 0x0110: .text, dateTime: .text, author: .text, copyright: .text,
    ]

    /// Fields of the EXIF directory that travel under ``MetadataPolicy/safe``: dates, exposure and lens. Neither serial
    /// numbers nor an owner's name.
    static let wantedExif: [Int: ExifForm] = [
        0x829A: .fractions(1), 0x829D: .fractions(1), 0x8822: .shorts(1), 0x8827: .shorts(1), 0x8830: .shorts(1),
        0x8831: .number, 0x8832: .number, exifVersion: .version, 0x9003: .text, 0x9004: .text, 0x9010: .text,
        0x9011: .text, 0x9012: .text, 0x9201: .signedFraction, 0x9202: .fractions(1), 0x9203: .signedFraction,
        0x9204: .signedFraction, 0x9205: .fractions(1), 0x9206: .fractions(1), 0x9207: .shorts(1), 0x9208: .shorts(1),
        0x9209: .shorts(1), 0x920A: .fractions(1), 0x9290: .text, 0x9291: .text, 0x9292: .text, 0xA001: .shorts(1),
        0xA215: .fractions(1), 0xA217: .shorts(1), 0xA402: .shorts(1), 0xA403: .shorts(1), 0xA404: .fractions(1),
        0xA405: .shorts(1), 0xA406: .shorts(1), 0xA432: .fractions(4), 0xA433: .text, 0xA434: .text,
    ]
}
