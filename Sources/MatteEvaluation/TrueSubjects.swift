import Matting
import Raster
import TensorCore
import Threads

/// The true subjects of a picture, each by itself: what ``MatteSubjects`` are measured against.
///
/// They come from one picture of labels, as sets of instances have it, or from one mask each; masks may overlap.
public struct TrueSubjects: Sendable {
    /// In pixels.
    public let width: Int
    /// In pixels.
    public let height: Int
    /// How many there are.
    public private(set) var count = 0

    /// Which subjects a pixel belongs to: an index into `members`, for each pixel.
    private let codes: TrueSubjectMap
    /// The subjects of each code, by their indices; the first code has none.
    private(set) var members: [[Int]] = [[]]

    /// Subjects at most. A picture of labels with smooth edges has many more colours.
    public static let largestCount = 255
    /// What sets in the manner of Pascal VOC mark the outlines of their objects with: nobody's.
    private static let outline = [224, 224, 192]

    /// No subjects yet, in a picture of some size.
    ///
    /// - Throws: ``MattingError/computation(_:)`` where memory is refused or the size is none.
    package init(width: Int, height: Int) throws(MattingError) {
        self.width = width
        self.height = height
        self.codes = try MattingError.wrapping {
            let shape = try TensorShape(height: height, width: width, channels: 1)
            return try TrueSubjectMap(count: shape.pixelCount)
        }
    }

    /// The subjects in a picture of labels: each colour, or grey, is one. Black is no subject, nor are the outlines of sets in
    /// the manner of Pascal VOC, (224, 224, 192); where the picture has an alpha channel, nothing transparent is.
    ///
    /// - Throws: ``MattingError/tooManySubjects(limit:)`` for more than ``largestCount`` colours,
    ///   ``MattingError/computation(_:)`` where memory is refused.
    public init(labels image: RasterImage) throws(MattingError) {
        try self.init(width: image.width, height: image.height)
        let channels = image.colorModel.channelCount
        let colors = image.colorModel.colorChannelCount
        var known: [UInt64: UInt16] = [:]
        func label(_ sample: (Int) -> Int) -> UInt16? {
            if image.colorModel.hasAlpha && sample(channels - 1) == 0 { return 0 }
            let values = (0..<colors).map(sample)
            if values.allSatisfy({ $0 == 0 }) || values == Self.outline && image.bitDepth == .eight { return 0 }
            let color = values.reduce(0) { $0 << 16 | UInt64($1) }
            if let label = known[color] { return label }
            guard known.count < Self.largestCount else { return nil }
            let label = UInt16(known.count + 1)
            known[color] = label
            return label
        }
        var isTooMany = false
        image.withSamples { samples in
            // Labels lie in stretches: a pixel like the one before has its label.
            var last: UInt16 = 0
            for index in 0..<width * height where !isTooMany {
                let first = index * channels
                func sample(_ channel: Int) -> Int {
                    switch samples {
                    case .eight(let samples): Int(samples[first + channel])
                    case .sixteen(let samples): Int(samples[first + channel])
                    }
                }
                if index > 0, (0..<channels).allSatisfy({ sample($0) == sample($0 - channels) }) {
                    codes.base[index] = last
                } else if let label = label(sample) {
                    last = label
                    codes.base[index] = label
                } else {
                    isTooMany = true
                }
            }
        }
        guard !isTooMany else { throw .tooManySubjects(limit: Self.largestCount) }
        count = known.count
        members += (0..<count).map { [$0] }
    }

    /// The subjects of one mask each, of one size; a pixel of at least one half is within. An empty mask is no subject.
    ///
    /// - Parameter masks: at least one; as mattes are read from pictures.
    /// - Throws: ``MattingError/differentSizes(of:width:height:expectedWidth:expectedHeight:)``,
    ///   ``MattingError/tooManySubjects(limit:)``, ``MattingError/picture(_:)`` without any mask,
    ///   ``MattingError/computation(_:)`` where memory is refused.
    public init(masks: [AlphaMatte]) throws(MattingError) {
        guard let first = masks.first else { throw .picture(.emptyPicture(width: 0, height: 0)) }
        try self.init(width: first.width, height: first.height)
        for mask in masks { try add(mask) }
    }

    /// One more subject.
    ///
    /// - Throws: As ``init(masks:)``.
    package mutating func add(_ mask: AlphaMatte) throws(MattingError) {
        guard mask.width == width, mask.height == height else {
            throw .differentSizes(
                of: "mask of a subject", width: mask.width, height: mask.height, expectedWidth: width,
                expectedHeight: height)
        }
        guard count < Self.largestCount else { throw .tooManySubjects(limit: Self.largestCount) }
        // What a code becomes where this mask is, too.
        var changed = [UInt16](repeating: 0, count: members.count)
        var isTooMany = false
        mask.withValues { values in
            for index in values.indices where values[index] >= MatteComparison.half && !isTooMany {
                let code = Int(codes.base[index])
                if changed[code] == 0 {
                    guard members.count <= Int(UInt16.max) else {
                        isTooMany = true
                        continue
                    }
                    changed[code] = UInt16(members.count)
                    members.append(members[code] + [count])
                }
                codes.base[index] = changed[code]
            }
        }
        guard !isTooMany else { throw .tooManySubjects(limit: Self.largestCount) }
        if changed.contains(where: { $0 != 0 }) { count += 1 }
    }

    /// The codes of a row.
    func row(_ y: Int) -> UnsafePointer<UInt16> { UnsafePointer(codes.base + y * width) }
}

/// Codes of pixels, shared by copies of what they belong to.
private final class TrueSubjectMap: @unchecked Sendable {
    // Unchecked: written while the subjects are made, only read then.
    private let memory: PlainBuffer<UInt16>
    var base: UnsafeMutablePointer<UInt16> { memory.base }

    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    init(count: Int) throws(TensorError) { memory = try PlainBuffer(count: count, purpose: "true subjects") }
}
