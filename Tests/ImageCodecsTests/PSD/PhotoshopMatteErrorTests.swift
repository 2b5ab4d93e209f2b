import Raster
import TestSupport
import Testing

@testable import ImageCodecs

/// Photoshop files without a matte, of other kinds, and damaged: each refused by name.
@Suite struct PhotoshopMatteErrorTests {
    private static let full = PhotoshopBuilder.Rectangle(top: 0, left: 0, bottom: 5, right: 7)
    private static let subject = PhotoshopMatteTests.subject(mask: full, outside: 0, alpha: full, depth: 8)

    private func error(_ file: PhotoshopBuilder) -> ImageCodecError? { PhotoshopMatteTests.error(file.bytes()) }

    private func reason(_ layer: PhotoshopBuilder.Layer...) -> String? {
        guard case .noMatte(.psd, let reason, nil) = error(PhotoshopBuilder(layers: layer)) else { return nil }
        return reason
    }

    // MARK: Without a matte

    @Test func noLayerAndNoTransparency() {
        var layer = Self.subject
        layer.name = "subject"
        #expect(reason() == "it has no layer \"Subject\", and no transparency when it is merged")
        #expect(reason(layer) == "it has no layer \"Subject\", and no transparency when it is merged")
        #expect(
            error(PhotoshopBuilder())?.description
                == "is a PSD file without a matte: it has no layer \"Subject\", and no transparency when it is merged; save it "
                + "with the layer \"Subject\" and its layer mask, or save the matte as PNG")
    }

    @Test func noLayerAndOpaque() {
        let opaque = [[Int](repeating: 255, count: 35)]
        #expect(
            error(PhotoshopBuilder(extraChannels: opaque))
                == .noMatte(format: .psd, reason: "it has no layer \"Subject\", and is opaque everywhere"))
    }

    /// Where the merged picture was left out it is white, and says so.
    @Test func noLayerAndNothingMerged() {
        let file = PhotoshopBuilder(
            extraChannels: [PhotoshopMatteTests.noise(35, seed: 1)],
            resources: PhotoshopBuilder.resource(1_005, [7]) + PhotoshopBuilder.resource(1_057, [0, 0, 0, 1, 0]))
        #expect(
            error(file)
                == .noMatte(
                    format: .psd, reason: "it has no layer \"Subject\", and no transparency when it is merged"))
    }

    @Test func severalOfThem() {
        #expect(reason(Self.subject, Self.subject) == "it has 2 layers \"Subject\"")
    }

    @Test func aMaskThatWasThrownAway() {
        var layer = Self.subject
        layer.mask = nil
        layer.alpha = nil
        #expect(reason(layer) == "its layer \"Subject\" has no mask, and is opaque everywhere")
    }

    @Test func aMaskThatIsSwitchedOff() {
        var layer = Self.subject
        layer.mask?.flags = 2
        #expect(reason(layer) == "the mask of its layer \"Subject\" is switched off")
    }

    /// A density alone, a feather alone, and both.
    static let parameters: [[UInt8]] = [
        [1, 128], [2, 0x40, 0x14, 0, 0, 0, 0, 0, 0], [3, 255, 0x3F, 0, 0, 0, 0, 0, 0, 0],
    ]

    @Test(arguments: parameters) func aMaskWithDensityOrFeather(parameters: [UInt8]) {
        var layer = Self.subject
        layer.mask?.flags = 16
        layer.mask?.rest = parameters
        #expect(
            reason(layer) == "the mask of its layer \"Subject\" has a density or a feather that is not applied to it")
    }

    // MARK: Other kinds

    @Test(arguments: [
        (0, "a bitmap"), (2, "indexed colours"), (4, "CMYK"), (7, "multichannel"), (8, "duotone"), (9, "Lab"),
        (5, "the colour mode 5"),
    ])
    func otherColors(mode: Int, name: String) {
        let error = error(PhotoshopBuilder(mode: mode))
        #expect(error == .unsupported(format: .psd, feature: name))
        #expect(
            error?.description
                == "is a PSD file of a kind that is not supported (\(name)); save it in RGB or greyscale, "
                + "with 8 or 16 bits a channel")
    }

    @Test(arguments: [1, 32, 0]) func otherDepths(depth: Int) {
        #expect(
            error(PhotoshopBuilder(isLarge: true, depth: depth))
                == .unsupported(format: .psb, feature: "\(depth) bits a channel"))
    }

    @Test func otherVersions() {
        var bytes = PhotoshopBuilder().bytes()
        bytes[5] = 3
        #expect(PhotoshopMatteTests.error(bytes) == .unsupported(format: .psd, feature: "version 3"))
    }

    @Test func moreLayersThanThereMayBe() {
        var bytes = PhotoshopBuilder(layers: [Self.subject]).bytes()
        bytes.replaceSubrange(42..<44, with: [0x1F, 0x41])
        #expect(PhotoshopMatteTests.error(bytes) == .unsupported(format: .psd, feature: "more than 8000 layers"))
    }

    // MARK: Damage

    private func malformed(_ bytes: [UInt8]) -> String? {
        guard case .malformed(_, let reason, nil) = PhotoshopMatteTests.error(bytes) else { return nil }
        return reason
    }

    @Test func canvasesWithoutPixels() {
        var bytes = PhotoshopBuilder().bytes()
        bytes.replaceSubrange(14..<18, with: [0, 0, 0, 0])
        #expect(malformed(bytes) == "a canvas of 7 x 0 pixels")
    }

    @Test func missingChannels() {
        var bytes = PhotoshopBuilder().bytes()
        bytes[13] = 2
        #expect(malformed(bytes) == "2 channels")
    }

    @Test func rectanglesThatEndBeforeTheyBegin() {
        var layer = Self.subject
        layer.mask?.rectangle = .init(top: 3, left: 0, bottom: 2, right: 7)
        layer.mask?.samples = []
        #expect(malformed(PhotoshopBuilder(layers: [layer]).bytes()) == "a rectangle ends before it begins")
    }

    @Test func unknownCompressions() {
        var bytes = PhotoshopBuilder(compression: .plain).bytes()
        bytes[bytes.count - 35 * 3 - 1] = 4
        #expect(malformed(bytes) == "pixels of an unknown compression (4)")
    }

    @Test func lengthsThatLeadOutOfTheirPart() {
        var bytes = PhotoshopBuilder(layers: [Self.subject]).bytes()
        // The length of the list of layers.
        bytes.replaceSubrange(38..<42, with: bytes[34..<38])
        #expect(malformed(bytes) == "a length leads out of the part it is in")
    }

    @Test func layersAndBlocksWithoutTheirSignatures() {
        var layer = Self.subject
        layer.blocks = [("lyid", [0, 0, 0, 1])]
        let bytes = PhotoshopBuilder(layers: [layer]).bytes()
        let places = bytes.indices.dropLast(3).filter { Array(bytes[$0..<$0 + 4]) == Array("8BIM".utf8) }
        for (place, expected) in zip(
            places, ["a layer's blend mode has no signature", "a block begins with no signature"])
        {
            var changed = bytes
            changed[place] = 0
            #expect(malformed(changed) == expected)
        }
    }

    @Test func rowsOfAnotherLength() {
        var layer = Self.subject
        layer.mask?.rectangle.right = 6
        layer.mask?.samples = [Int](repeating: 1, count: 30)
        let bytes = PhotoshopBuilder(layers: [layer]).bytes()
        #expect(PhotoshopMatteTests.error(bytes) == nil)
        // A run of six becomes one of seven.
        var changed = bytes
        for index in changed.indices.dropFirst(2) where Array(bytes[index - 2...index]) == [128, 251, 1] {
            changed[index - 1] = 250
        }
        #expect(malformed(changed) == "a row is not as long as the picture is wide")
    }

    @Test(arguments: [PhotoshopBuilder.Compression.deflated, .predicted])
    func compressedPixelsThatAreDamaged(compression: PhotoshopBuilder.Compression) {
        let bytes = PhotoshopBuilder(compression: compression, layers: [Self.subject]).bytes()
        let starts = bytes.indices.dropLast().filter { bytes[$0] == 0x78 && bytes[$0 - 1] == compression.rawValue }
        #expect(starts.count == 6)
        var reasons: Set<String?> = []
        // Of the colours of the layer nothing is read.
        for start in [starts[0], starts[4], starts[5]] {
            var changed = bytes
            changed[start] = 0xFF
            reasons.insert(malformed(changed))
        }
        #expect(reasons == ["compressed pixels are damaged"])
        var short = Self.subject
        short.mask?.samples.removeLast(7)
        let file = PhotoshopBuilder(compression: compression, layers: [short])
        #expect(malformed(file.bytes()) == "compressed pixels end early")
    }

    @Test(arguments: PhotoshopBuilder.Compression.allCases, [8, 16])
    func everyLengthIsTooShort(compression: PhotoshopBuilder.Compression, depth: Int) {
        var layer = PhotoshopMatteTests.subject(mask: Self.full, outside: 0, alpha: Self.full, depth: depth)
        layer.unicodeName = "Subject"
        for isLarge in [false, true] {
            let file = PhotoshopBuilder(isLarge: isLarge, depth: depth, compression: compression, layers: [layer])
            let bytes = file.bytes()
            // Behind the last row the checksum of a stream may be missing.
            let isDeflated = compression == .deflated || compression == .predicted
            for count in 6..<bytes.count - (isDeflated ? 4 : 0) {
                let error = PhotoshopMatteTests.error(Array(bytes.prefix(count)))
                switch error {
                case .truncated, .malformed(_, "compressed pixels end early", _): break
                default: Issue.record("\(count) of \(bytes.count) bytes: \(String(describing: error))")
                }
            }
        }
    }

    /// Whatever a changed byte means, nothing traps.
    @Test(arguments: PhotoshopBuilder.Compression.allCases, [8, 16])
    func everyChangedByte(compression: PhotoshopBuilder.Compression, depth: Int) {
        var limits = DecodingLimits()
        limits.maxPixels = 10_000
        let layer = PhotoshopMatteTests.subject(mask: Self.full, outside: 0, alpha: Self.full, depth: depth)
        let bytes = PhotoshopBuilder(
            isLarge: depth == 16, depth: depth, compression: compression, layers: [layer],
            extraChannels: [[Int](repeating: 3, count: 35)]
        ).bytes()
        var refused = 0
        for index in bytes.indices {
            for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
                var changed = bytes
                changed[index] = value
                if PhotoshopMatteTests.error(changed, limits: limits) != nil { refused += 1 }
            }
        }
        #expect(refused > 100)
    }
}
