import MatteRefinement
import MattingNetworks
import Raster
import TensorCore
import Threads
import WeightFiles

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Refines a matte's edges by a small network at the picture's own resolution: hair, fur, lace, leaves, glass.
///
/// The matte is brought up in steps of at most a factor of 4, two at least, so that the network can begin with its
/// own answer. At each size the uncertain band, where the matte so far is neither 0 nor 1 or is doubted, is covered by
/// overlapping crops of 192 pixels; the network sees the picture, the matte of the step before as the guided filter
/// brings it up, and the colours of subject and background, and what it says is blended without seams. All else comes
/// from the guided filter. A picture with no uncertain band costs nothing.
///
/// Cost: 0.56 GMAC a crop, and at most ``cropLimit`` crops a picture, those with the softest edges first. On the way up
/// every crop of the band is wanted; where the matte above was sharp already (the edge of a box in a large photograph) the
/// guided filter carries the edge on and the network is not asked.
public struct EdgeRefinement: Sendable {
    /// Crops a picture at most, over all sizes, 0 to 4096; the band that is left over is refined by the
    /// guided filter.
    public var cropLimit: Int
    /// What the rest of the matte is made by.
    public var upsampling: GuidedUpsampling

    /// The defaults are what `--refinement edges` uses. A number outside of its range is refused when a pipeline is made.
    public init(cropLimit: Int = 48, upsampling: GuidedUpsampling = GuidedUpsampling()) {
        self.cropLimit = cropLimit
        self.upsampling = upsampling
    }

    /// Checks every number.
    func validate() throws(OptionProblem) {
        try OptionProblem.check("refinement.cropLimit", cropLimit, in: 0...4096)
        try upsampling.validate(as: "refinement.upsampling")
    }

    /// What a weight file's metadata calls the edge network.
    public static let architecture = EdgeModel.architecture

    /// Checks every tensor of a weight file for the edge network.
    ///
    /// - Throws: ``MattingError/weights(_:)``; one error names all that is wrong with the file.
    public static func check(_ file: WeightFile) throws(MattingError) {
        _ = try MattingError.wrapping { try EdgeModel(file) }
    }

    /// The largest ratio from one size to the next. The network learned on ratios from 1 to 4.5.
    private static let largestStep = 4.0
    /// The last step where a single one would do: to begin with its own answer at a size a little smaller took 8 % off the
    /// network's error on held-out composites of 640 pixels, and pictures of 1400 take 1.5 times as long. A first pass at
    /// much smaller sizes left holes that stayed, and at this share of 50 MP it took three times the memory.
    private static let lastRatio = 2.0.squareRoot()
    /// Above the first size, crops softer than this many sharp edges across are worth asking the network.
    private static let sharpEdges: Float = 2

    /// The matte at the picture's size, `[1, H, W, 1]`, in [0, 1]; the same, bit for bit, for every number of threads.
    ///
    /// - Parameters:
    ///   - coarse: `[1, h, w, 1]`.
    ///   - doubt: the expected error of each value, of the same shape, where the network tells.
    /// - Throws: ``TensorError``, or ``MattingError/cancelled``.
    func callAsFunction(
        _ coarse: Tensor, doubt: Tensor?, image: RasterImage, model: EdgeModel, pool: ThreadPool
    ) throws -> Tensor {
        var matte = coarse
        var doubt = doubt
        var cropsLeft = cropLimit
        let sizes = Self.sizes(from: coarse.shape, toWidth: image.width, height: image.height)
        for (step, size) in sizes.dropLast().enumerated() {
            let (level, crops) = try chosen(
                matte, doubt: doubt, width: size.width, height: size.height, isFirst: step == 0, cropsLeft: &cropsLeft)
            // Where nothing is refined the matte above is as good, and sharper than itself enlarged.
            if crops.isEmpty { break }
            let guide = TensorRows(
                try Cancellation.check {
                    try NetworkInput.colors(image, width: size.width, height: size.height, pool: pool)
                })
            var refined = try Cancellation.check { try upsampling(matte, guide: guide, pool: pool) }
            try level.refine(crops, guide: guide, into: &refined, model: model, pool: pool)
            matte = refined
            doubt = nil
        }
        let (level, crops) = try chosen(
            matte, doubt: doubt, width: image.width, height: image.height, isFirst: sizes.count == 1,
            cropsLeft: &cropsLeft)
        return try image.withGuideRows { guide in
            var refined = try Cancellation.check { try upsampling(matte, guide: guide, pool: pool) }
            try level.refine(crops, guide: guide, into: &refined, model: model, pool: pool)
            return refined
        }
    }

    /// One size, and the crops at which the network is asked there.
    private func chosen(
        _ matte: Tensor, doubt: Tensor?, width: Int, height: Int, isFirst: Bool, cropsLeft: inout Int
    ) throws(TensorError) -> (level: EdgeLevel, crops: [EdgeLevel.Crop]) {
        let level = EdgeLevel(
            width: width, height: height, matte: matte, band: try UncertainBand(matte, doubt: doubt))
        var crops = level.crops()
        if !isFirst { crops.removeAll { $0.softness < Self.sharpEdges } }
        if crops.count > cropsLeft {
            let softest = crops.indices.sorted { (crops[$1].softness, $0) < (crops[$0].softness, $1) }
            crops = softest[..<cropsLeft].sorted().map { crops[$0] }
        }
        cropsLeft -= crops.count
        return (level, crops)
    }

    /// The sizes from the coarse matte's (left out) to the picture's (the last): in even steps, or, where one would do, in
    /// two, the second of ``lastRatio``. A picture no larger than the matte has one.
    static func sizes(
        from coarse: TensorShape, toWidth width: Int, height: Int
    ) -> [(width: Int, height: Int)] {
        let ratio = max(Double(width) / Double(coarse.width), Double(height) / Double(coarse.height))
        var count = 1
        var reach = largestStep
        while reach < ratio {
            reach *= largestStep
            count += 1
        }
        let shares =
            count == 1 && ratio > 1
            ? [min(ratio, lastRatio)]
            : (1..<count).map { pow(ratio, Double(count - $0) / Double(count)) }
        return shares.map { share in
            (max(Int((Double(width) / share).rounded()), 1), max(Int((Double(height) / share).rounded()), 1))
        } + [(width, height)]
    }
}
