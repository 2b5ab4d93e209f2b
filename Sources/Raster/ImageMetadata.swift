/// What a picture's file said beside its pixels and their profile, as it was read.
package struct ImageMetadata: Sendable, Equatable {
    /// A text under a keyword, as PNG keeps them; JPEG's comments have the keyword `Comment`.
    package struct Text: Sendable, Equatable {
        package let keyword: String
        package let text: String

        package init(keyword: String, text: String) {
            self.keyword = keyword
            self.text = text
        }
    }

    /// Of the upright picture.
    package var resolution: RasterImage.Resolution?
    /// A TIFF block without the leading `Exif\0\0`, upright (orientation 1).
    package var exif: [UInt8]?
    /// A packet of XML.
    package var xmp: [UInt8]?
    /// Photoshop's image resources, of which IPTC is one, without the name before them.
    package var photoshop: [UInt8]?
    package var texts: [Text] = []

    package init(resolution: RasterImage.Resolution? = nil, exif: [UInt8]? = nil) {
        self.resolution = resolution
        self.exif = exif
    }
}

extension ImageMetadata.Text {
    /// UTF-8 where the bytes are, else Latin-1, up to the first zero.
    package static func decode(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        let bytes = bytes.prefix { $0 != 0 }
        return String(validating: bytes, as: UTF8.self) ?? latin1(bytes)
    }

    /// Latin-1, in which every byte is the Unicode scalar of its number.
    package static func latin1(_ bytes: some Sequence<UInt8>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: bytes.lazy.map { Unicode.Scalar($0) })
        return String(text)
    }
}
