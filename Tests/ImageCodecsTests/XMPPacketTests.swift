import Raster
import Testing

@testable import ImageCodecs

/// What a packet says of the pixels, made true; everything else to the byte.
@Suite struct XMPPacketTests {
    private static let spaces = """
        xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" \
        xmlns:exif='http://ns.adobe.com/exif/1.0/'
        """

    /// A packet with attributes and elements of its description.
    private static func packet(_ attributes: String = "", _ elements: String = "", spaces: String = spaces) -> String {
        """
        <?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?>
        <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF \(spaces)>
          <rdf:Description rdf:about="" \(attributes)>\(elements)</rdf:Description>
        </rdf:RDF></x:xmpmeta>
        <?xpacket end="w"?>
        """
    }

    private static func described(_ text: String) -> String {
        var packet = XMPPacket(Array(text.utf8))
        packet.describe(width: 96, height: 8)
        return String(decoding: packet.bytes, as: UTF8.self)
    }

    @Test func numbersOfThePixelsAreSet() {
        let attributes = "tiff:Orientation=\"6\" exif:PixelXDimension = '4000' exif:PixelYDimension='3' tiff:Make=\"6\""
        let trueAttributes =
            "tiff:Orientation=\"1\" exif:PixelXDimension = '96' exif:PixelYDimension='8' tiff:Make=\"6\""
        let elements =
            "<tiff:Orientation>8</tiff:Orientation><tiff:ImageWidth> 12\n</tiff:ImageWidth><tiff:Make>8</tiff:Make>"
        let trueElements = elements.replacing(">8</tiff:Or", with: ">1</tiff:Or").replacing(" 12\n", with: " 96\n")
        #expect(Self.described(Self.packet(attributes, elements)) == Self.packet(trueAttributes, trueElements))
        // What prefixes are called is anybody's choice.
        let other = Self.spaces.replacing("xmlns:tiff", with: "xmlns:t")
        #expect(
            Self.described(Self.packet("t:Orientation='3' tiff:Orientation='3'", spaces: other))
                == Self.packet("t:Orientation='1' tiff:Orientation='3'", spaces: other))
        let inside = "<Orientation xmlns=\"http://ns.adobe.com/tiff/1.0/\">5</Orientation>"
        #expect(Self.described(Self.packet("", inside)) == Self.packet("", inside.replacing("5", with: "1")))
    }

    /// Other pictures, texts that look like it, and what is no number.
    @Test(arguments: [
        "<tiff:Ingredients><rdf:Bag><rdf:li><rdf:Description tiff:Orientation=\"6\"/></rdf:li></rdf:Bag></tiff:Ingredients>",
        "<tiff:Derived><rdf:Description><tiff:Orientation>6</tiff:Orientation></rdf:Description></tiff:Derived>",
        "<!-- <tiff:Orientation>6</tiff:Orientation> -->", "<![CDATA[<tiff:Orientation>6</tiff:Orientation>]]>",
        "<tiff:Orientation>six</tiff:Orientation>", "<tiff:Orientation/>", "<tiff:Orientation></tiff:Orientation>",
        "<tiff:Orientation><rdf:li>6</rdf:li></tiff:Orientation>",
        "<tiff:Copyright>&lt;tiff:Orientation&gt;6</tiff:Copyright>",
    ])
    func theRestStays(elements: String) {
        #expect(Self.described(Self.packet("", elements)) == Self.packet("", elements))
    }

    /// Half a packet, tags that do not close, nests without end, document types, other encodings.
    @Test func whatIsNoXMLStays() {
        let whole = Self.packet("tiff:Orientation=\"6\"")
        for length in 0..<whole.utf8.count - "\n<?xpacket end=\"w\"?>".utf8.count {
            var packet = XMPPacket(Array(whole.utf8.prefix(length)))
            packet.describe(width: 1, height: 1)
            #expect(packet.bytes == Array(whole.utf8.prefix(length)))
        }
        for text in [
            "<!DOCTYPE x>" + whole, whole.replacing("</rdf:RDF>", with: "</rdf:rdf>"), whole + "<", whole + "</x>",
            String(repeating: "<a>", count: 100) + whole + String(repeating: "</a>", count: 100),
            whole.replacing("=\"6\"", with: "=6"),
        ] { #expect(Self.described(text) == text) }
        var broken = XMPPacket(Array(whole.utf8) + [0xFF])
        broken.describe(width: 1, height: 1)
        #expect(broken.bytes == Array(whole.utf8) + [0xFF])
    }

    /// Through a file: a photograph that was taken upright, cut to a part.
    @Test func aTurnedPhotographSaysNothingElse() throws {
        let exif = ExifBuilder(
            entries: [(0x0100, 4, 4000), (0x0101, 4, 3000), (0x0112, 3, 1)],
            exifEntries: [(0xA002, 3, 4000), (0xA003, 4, 3000)]
        ).bytes()
        var image = try RasterImage(width: 12, height: 7, colorModel: .rgb)
        image.metadata.exif = exif
        image.metadata.xmp = Array(
            Self.packet("tiff:Orientation='6'", "<exif:PixelXDimension>4000</exif:PixelXDimension>").utf8)
        for format in ImageFormat.bothWays where [.png, .jpeg, .tiff].contains(format) {
            let read = try RasterImage(decoding: image.encoded(as: format, options: ExifTests.whole).bytes).metadata
            let expected = Self.packet("tiff:Orientation='1'", "<exif:PixelXDimension>12</exif:PixelXDimension>")
            #expect(read.xmp == Array(expected.utf8), "\(format)")
            guard format != .tiff else { continue }
            let block = try ExifBlock(try #require(read.exif))
            let (primary, inner) = (block.entries(of: .primary), block.entries(of: .exif))
            let values = [primary[0x0100], primary[0x0101], inner[0xA002], inner[0xA003]].map { entry in
                entry.flatMap(block.value(of:))?.reversed().reduce(0) { $0 << 8 | Int($1) }
            }
            #expect(values == [12, 7, 12, 7], "\(format)")
        }
    }

    /// A number that does not fit where it would have to be is not cut off.
    @Test func sidesThatDoNotFitStay() throws {
        let bytes = ExifBuilder(entries: [(0x0100, 3, 4000), (0x0101, 3, 3000)], exifEntries: []).bytes()
        var block = try ExifBlock(bytes)
        block.describe(width: 70_000, height: 10)
        #expect(block.bytes == ExifBuilder(entries: [(0x0100, 3, 4000), (0x0101, 3, 10)], exifEntries: []).bytes())
    }
}
