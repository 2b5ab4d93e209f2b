import Files
import ImageCodecs
import Raster
import Threads

/// What copies of a backdrop share: the picture or its file, what of it was decoded, and what was prepared last.
final class BackdropStore: Sendable {
    /// For what a picture was prepared.
    struct Key: Equatable {
        let (width, height): (Int, Int)
        let scaling: Backdrop.Scaling
        let position: CanvasPosition
        let surround: RasterColor
        /// Of the composite; nil where it cannot be told.
        let space: ColorSpace?
        let isLinear: Bool

        static func == (left: Key, right: Key) -> Bool {
            left.width == right.width && left.height == right.height && left.scaling == right.scaling
                && left.position == right.position && left.surround == right.surround && left.space == right.space
                && left.isLinear == right.isLinear
        }
    }

    /// A backdrop at a canvas's size, and what is wrong with its file or its colours.
    struct Prepared {
        let image: RasterImage
        let warnings: [DecodingWarning]
    }

    private struct State {
        var decoded: RasterImage?
        var prepared: [(key: Key, value: Prepared)] = []
    }

    private let file: (bytes: [UInt8], path: String?, limits: DecodingLimits, lenient: Bool)?
    /// Upright, of all of the picture.
    let (width, height): (Int, Int)
    private let state: Guarded<State>
    /// Sizes that are kept: a shoot and its thumbnails.
    private static let keptSizes = 3
    /// Larger canvases are prepared anew each time, so that nobody holds hundreds of megabytes.
    private static let largestKept = 16_000_000

    init(_ image: RasterImage) {
        file = nil
        (width, height) = (image.width, image.height)
        state = Guarded(State(decoded: image))
    }

    /// - Parameters:
    ///   - path: of the file that `bytes` are, for errors.
    ///   - lenient: whether as much of a damaged file is shown as can be read.
    init(
        decoding bytes: [UInt8], path: String? = nil, limits: DecodingLimits, lenient: Bool
    ) throws(ImageCodecError) {
        let format = try bytes.withBytes { (start) throws(ImageCodecError) in try ImageFormat.required(of: start) }
        guard case .jpeg = format else {
            // Nothing is saved by waiting, and a mistake is found at once.
            let image = try RasterImage(decoding: bytes, limits: limits, lenient: lenient)
            file = nil
            (width, height) = (image.width, image.height)
            state = Guarded(State(decoded: image))
            return
        }
        (width, height) = try RasterImage.size(decoding: bytes, limits: limits)
        file = (bytes, path, limits, lenient)
        state = Guarded(State())
    }

    /// The picture with at least so many pixels, or all that it has.
    func picture(width: Int, height: Int) throws(ImageCodecError) -> RasterImage {
        let known = state.withLock { $0.decoded }
        if let known {
            let isEnough =
                file == nil || known.width >= min(width, self.width) && known.height >= min(height, self.height)
            if isEnough { return known }
        }
        guard let file else { preconditionFailure("a backdrop of a picture has it") }
        let image: RasterImage
        do throws(ImageCodecError) {
            image = try RasterImage(
                decoding: file.bytes, limits: file.limits, lenient: file.lenient, atLeast: (width, height))
        } catch {
            throw file.path.map(error.about) ?? error
        }
        state.withLock { state in
            // Another call may have needed more in the meantime.
            if image.width >= state.decoded?.width ?? 0 { state.decoded = image }
        }
        return image
    }

    /// What was prepared for a key, or is now. Two that ask at the same time may both prepare it, to the same bytes.
    func prepared(_ key: Key, make: () throws -> Prepared) throws -> Prepared {
        let known = state.withLock { state in state.prepared.first { $0.key == key }?.value }
        if let known { return known }
        let made = try make()
        // In a cancelled task its loops may have ended early, and others would get what they left.
        try Cancellation.check()
        guard key.width * key.height <= Self.largestKept else { return made }
        state.withLock { state in
            guard !state.prepared.contains(where: { $0.key == key }) else { return }
            if state.prepared.count == Self.keptSizes { state.prepared.removeFirst() }
            state.prepared.append((key, made))
        }
        return made
    }
}
