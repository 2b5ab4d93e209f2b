/// A packet of XMP, in which the numbers that describe the pixels are set to what they are now; all else stays as it is, to the
/// byte.
///
/// Only properties of the picture itself are: attributes and elements of an `rdf:Description` in the `rdf:RDF`. What the packet
/// tells of other pictures, deeper down, is theirs. A packet that is not in UTF-8, or no XML, is left alone.
///
/// Source: ISO 16684-1 (XMP), section 7; XMP specification part 2, sections 2.4 and 2.5; XML 1.0; Namespaces in XML 1.0.
struct XMPPacket {
    private(set) var bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Describes an upright picture of that size.
    ///
    /// - Complexity: O(size of the packet).
    mutating func describe(width: Int, height: Int) {
        let (tiff, exif) = ("http://ns.adobe.com/tiff/1.0/", "http://ns.adobe.com/exif/1.0/")
        let values: [Name: Int] = [
            Name(space: tiff, local: "Orientation"): 1, Name(space: tiff, local: "ImageWidth"): width,
            Name(space: tiff, local: "ImageLength"): height, Name(space: exif, local: "PixelXDimension"): width,
            Name(space: exif, local: "PixelYDimension"): height,
        ]
        var scanner = Scanner(bytes)
        guard let found = scanner.properties(among: Set(values.keys)) else { return }
        for (name, range) in found.reversed() {
            let text = bytes[range]
            // A number, with what blanks there may be around it.
            guard let first = text.firstIndex(where: { !isBlank($0) }),
                let last = text.lastIndex(where: { !isBlank($0) }),
                text[first...last].allSatisfy({ (48...57).contains($0) }), let value = values[name]
            else { continue }
            bytes.replaceSubrange(first...last, with: "\(value)".utf8)
        }
    }

    /// A name and the namespace that its prefix stands for; empty where it has none.
    fileprivate struct Name: Hashable {
        let space: String
        let local: String
    }

    /// Walks through the tags of the packet.
    private struct Scanner {
        /// Deeper than any packet, and so little that namespaces may be looked for from the inside out.
        private static let maxDepth = 64
        private static let rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

        private struct Element {
            let tag: ArraySlice<UInt8>
            let name: Name
            /// The prefixes that it declares.
            let spaces: [String: String]
        }

        private struct Attribute {
            let name: String
            let value: Range<Int>
        }

        private let bytes: [UInt8]
        private var index = 0
        private var elements: [Element] = []

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        /// Where the values of properties of the picture are, in their order; nil where this is no XML.
        mutating func properties(among wanted: Set<Name>) -> [(Name, Range<Int>)]? {
            guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
            var found: [(Name, Range<Int>)] = []
            while let start = bytes[index...].firstIndex(of: UInt8(ascii: "<")) {
                index = start + 1
                if skips("!--") {
                    guard skip(behind: "-->") else { return nil }
                } else if skips("![CDATA[") {
                    guard skip(behind: "]]>") else { return nil }
                } else if skips("?") {
                    guard skip(behind: "?>") else { return nil }
                } else if skips("!") {
                    // What a document type declares may change the meaning of everything.
                    return nil
                } else if skips("/") {
                    let tag = word()
                    skipBlanks()
                    guard skips(">"), let open = elements.popLast(), open.tag == tag else { return nil }
                } else {
                    guard let tag = startTag(), elements.count < Self.maxDepth else { return nil }
                    let isOfPicture = isPicture(elements)
                    elements.append(tag.element)
                    if isPicture(elements) {
                        for attribute in tag.attributes {
                            let name = name(attribute.name, isAttribute: true)
                            if wanted.contains(name) { found.append((name, attribute.value)) }
                        }
                    }
                    if tag.isEmpty {
                        elements.removeLast()
                    } else if isOfPicture, wanted.contains(tag.element.name),
                        let end = bytes[index...].firstIndex(of: UInt8(ascii: "<"))
                    {
                        found.append((tag.element.name, index..<end))
                    }
                }
            }
            return elements.isEmpty ? found : nil
        }

        /// Whether the innermost element describes the picture.
        private func isPicture(_ elements: [Element]) -> Bool {
            let names = elements.suffix(2).map(\.name)
            return elements.count <= 3
                && names == [Name(space: Self.rdf, local: "RDF"), Name(space: Self.rdf, local: "Description")]
        }

        private mutating func startTag() -> (element: Element, attributes: [Attribute], isEmpty: Bool)? {
            let tag = word()
            guard !tag.isEmpty else { return nil }
            var (attributes, spaces): ([Attribute], [String: String]) = ([], [:])
            while true {
                skipBlanks()
                let isEmpty = skips("/")
                if skips(">") {
                    let name = name(String(decoding: tag, as: UTF8.self), declared: spaces)
                    return (Element(tag: tag, name: name, spaces: spaces), attributes, isEmpty)
                }
                let name = String(decoding: word(), as: UTF8.self)
                skipBlanks()
                guard !isEmpty, !name.isEmpty, skips("=") else { return nil }
                skipBlanks()
                guard index < bytes.count, [UInt8(ascii: "\""), UInt8(ascii: "'")].contains(bytes[index]),
                    let end = bytes[(index + 1)...].firstIndex(of: bytes[index])
                else { return nil }
                let value = index + 1..<end
                index = end + 1
                if name == "xmlns" || name.hasPrefix("xmlns:") {
                    spaces[String(name.dropFirst("xmlns:".count))] = String(decoding: bytes[value], as: UTF8.self)
                } else {
                    attributes.append(Attribute(name: name, value: value))
                }
            }
        }

        /// What a name with a prefix stands for; attributes without one are in no namespace.
        private func name(_ text: String, declared: [String: String] = [:], isAttribute: Bool = false) -> Name {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let (prefix, local) = parts.count == 2 ? (parts[0], parts[1]) : ("", parts[0])
            if prefix.isEmpty, isAttribute { return Name(space: "", local: local) }
            let space = declared[prefix] ?? elements.lazy.reversed().compactMap { $0.spaces[prefix] }.first
            return Name(space: space ?? "", local: local)
        }

        // MARK: Bytes

        /// What is up to a blank or a sign of its own.
        private mutating func word() -> ArraySlice<UInt8> {
            let word = bytes[index...].prefix { !isBlank($0) && !"=/><\"'".utf8.contains($0) }
            index = word.endIndex
            return word
        }

        private mutating func skipBlanks() { index = bytes[index...].firstIndex { !isBlank($0) } ?? bytes.endIndex }

        private mutating func skips(_ text: StaticString) -> Bool {
            let isNext = text.withUTF8Buffer { bytes[index...].starts(with: $0) }
            if isNext { index += text.utf8CodeUnitCount }
            return isNext
        }

        private mutating func skip(behind text: StaticString) -> Bool {
            while index < bytes.endIndex {
                if skips(text) { return true }
                index += 1
            }
            return false
        }
    }
}

private func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
