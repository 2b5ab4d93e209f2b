import Files
import ImageCodecs
import Raster
import WeightFiles

/// A folder with a page on which a person looks at pictures and decides about them: `index.html`, opened in a browser
/// without a server, and `previews/` beside it.
///
/// ```swift
/// var page = try ReviewPage(folder: "review", batch: "2026-11-29", title: "Autumn shoes")
/// for item in items { try page.add(item, previews: ReviewPreviews(of: result)) }
/// try page.finish()
/// ```
///
/// The page asks nothing of a network, keeps decisions in the browser under its own place and the name of the batch, and saves
/// them as ``Decisions``. Each is about what was shown (``ReviewItem/seen``), and open again where that has changed. Texts may be any: they are shown, never run. Previews are written when their picture is added, so that
/// memory holds no pictures; each file appears whole or not at all, and the same pictures give the same bytes in whatever
/// order they are added. Another page in the same folder replaces the one that is there.
public struct ReviewPage: Sendable {
    /// How a page looks, and how large its previews are.
    public struct Options: Sendable, Equatable {
        /// The longest side of previews in pixels, 64 to 4096. Smaller pictures are not enlarged.
        public var previewSide: Int
        /// Of originals without transparency, 1 to 100.
        public var jpegQuality: Int

        /// 1024 pixels, and files of some 100 KB for an original and 100 to 500 for a cut-out.
        public init(previewSide: Int = 1024, jpegQuality: Int = 85) {
            self.previewSide = previewSide
            self.jpegQuality = jpegQuality
        }
    }

    /// What the decisions will say that they are about.
    public let batch: String
    /// Shown above the pictures.
    public let title: String
    /// How large previews are.
    public let options: Options
    /// Pictures that were added, in no order.
    public var count: Int { lines.count }

    private let folder: BytePath
    /// What the page will say of them.
    private(set) var lines = ReviewLines()

    /// A page in a folder, which is made where it is missing.
    ///
    /// - Parameters:
    ///   - folder: its path.
    ///   - batch: what the decisions will be about.
    ///   - title: shown above the pictures; nil is the batch's name.
    ///   - options: checked here.
    /// - Throws: ``ReviewError/folder(path:reason:)``, ``ReviewError/invalidSide(_:allowed:)``,
    ///   ``ReviewError/image(_:)`` for a quality outside of its range.
    public init(
        folder: String, batch: String, title: String? = nil, options: Options = Options()
    ) throws(ReviewError) {
        try self.init(folder: BytePath(folder), batch: batch, title: title, options: options)
    }

    /// A page in a folder with a name of any bytes.
    ///
    /// - Throws: As ``init(folder:batch:title:options:)-(String,_,_,_)``.
    package init(
        folder: BytePath, batch: String, title: String? = nil, options: Options = Options()
    ) throws(ReviewError) {
        guard (64...4096).contains(options.previewSide) else {
            throw .invalidSide(options.previewSide, allowed: 64...4096)
        }
        guard (1...100).contains(options.jpegQuality) else {
            throw .image(.invalidOption(name: "jpegQuality", value: options.jpegQuality, allowed: 1...100))
        }
        self.folder = folder
        self.batch = batch
        self.title = title ?? batch
        self.options = options
        for folder in [folder, folder.appending("previews")] {
            do throws(FileFailure) {
                try folder.makeFolder()
            } catch {
                throw .folder(path: folder.description, reason: error.reason)
            }
        }
        AtomicFile.removeStaleTemporaries(in: folder)
        AtomicFile.removeStaleTemporaries(in: folder.appending("previews"))
    }

    /// Adds a picture and writes its previews.
    ///
    /// - Throws: ``ReviewError/emptyID``, ``ReviewError/sameID(_:)``,
    ///   ``ReviewError/invalidUncertainty(id:value:)``, ``ReviewError/notShown(id:_:)``, ``ReviewError/image(_:)``.
    public mutating func add(_ item: ReviewItem, previews: ReviewPreviews) throws(ReviewError) {
        let name = try admit(item)
        let original = try write(previews.original, of: item, as: "\(name)-original", prefersJPEG: true)
        let cutout = try write(previews.cutout, of: item, as: "\(name)-cutout", prefersJPEG: false)
        var doubt: String?
        if let map = previews.doubt {
            doubt = try write(colored(map), of: item, as: "\(name)-doubt", prefersJPEG: false)
        }
        lines.add(item, original: original, cutout: cutout, doubt: doubt)
    }

    /// Adds a picture whose previews an earlier page in the same folder has written: for a batch that goes on.
    ///
    /// - Throws: As ``add(_:previews:)``, and ``ReviewError/missingPreview(id:path:)``.
    public mutating func keep(_ item: ReviewItem) throws(ReviewError) {
        let name = try admit(item)
        func existing(_ suffix: String) -> String? {
            ["jpg", "png", "webp"].map { "\(name)-\(suffix).\($0)" }
                .first { folder.appending("previews").appending(BytePath($0)).exists }
        }
        func required(_ suffix: String) throws(ReviewError) -> String {
            guard let file = existing(suffix) else {
                throw .missingPreview(
                    id: item.id, path: folder.appending(BytePath("previews/\(name)-\(suffix)")).description)
            }
            return file
        }
        let (original, cutout) = (try required("original"), try required("cutout"))
        lines.add(item, original: original, cutout: cutout, doubt: existing("doubt"))
    }

    /// Writes `index.html` with the pictures that were added; pictures may be added and the page written again after it.
    ///
    /// - Throws: ``ReviewError/image(_:)`` with the file's name.
    public func finish() throws(ReviewError) {
        do throws(ImageCodecError) {
            try AtomicFile.write(html, to: folder.appending("index.html"))
        } catch {
            throw .image(error)
        }
    }

    /// The first part of the names of a picture's previews, if it may be added.
    private func admit(_ item: ReviewItem) throws(ReviewError) -> String {
        guard !item.id.isEmpty else { throw .emptyID }
        guard item.uncertainty >= 0, item.uncertainty <= 1 else {
            throw .invalidUncertainty(id: item.id, value: item.uncertainty)
        }
        if lines.contains(id: item.id) { throw .sameID(item.id) }
        return ReviewName.of(item.id)
    }
}

// MARK: - Previews

extension ReviewPage {
    /// Writes a preview and returns its name in `previews`.
    private func write(
        _ source: ReviewPreviews.Source, of item: ReviewItem, as name: String, prefersJPEG: Bool
    ) throws(ReviewError) -> String {
        let previews = folder.appending("previews")
        func path(_ format: ImageFormat) -> String { "\(name).\(format.pathExtensions[0])" }
        do throws(ImageCodecError) {
            switch source {
            case .file(let bytes):
                let format = ImageFormat.detect(bytes)
                guard let format, [.png, .jpeg, .webp].contains(format) else { break }
                try AtomicFile.write(bytes, to: previews.appending(BytePath(path(format))))
                return path(format)
            case .image(let image):
                let small = try ImageCodecError.wrapping { () throws(RasterError) in
                    try image.reduced(toSide: options.previewSide)
                }
                let format: ImageFormat = prefersJPEG && !image.colorModel.hasAlpha ? .jpeg : .png
                let file = try small.encoded(
                    as: format,
                    options: EncodingOptions(
                        jpegQuality: options.jpegQuality, chromaSubsampling: .quarter, metadata: .none))
                try file.withBytes { (bytes) throws(ImageCodecError) in
                    try AtomicFile.write(bytes, to: previews.appending(BytePath(path(format))))
                }
                return path(format)
            }
        } catch {
            throw .image(error)
        }
        guard case .file(let bytes) = source else { preconditionFailure("pictures were written") }
        throw .notShown(id: item.id, ImageFormat.detect(bytes))
    }

    /// A grey map of doubt as a colour that is the more opaque the more doubt there is; other pictures as they are.
    private func colored(_ source: ReviewPreviews.Source) throws(ReviewError) -> ReviewPreviews.Source {
        do throws(ImageCodecError) {
            let map =
                switch source {
                case .image(let image): image
                case .file(let bytes): try RasterImage(decoding: bytes)
                }
            guard map.colorModel == .gray else { return source }
            let small = try ImageCodecError.wrapping { () throws(RasterError) in
                try map.reduced(toSide: options.previewSide)
            }
            return .image(try ImageCodecError.wrapping { () throws(RasterError) in try small.asDoubt() })
        } catch {
            throw .image(error)
        }
    }
}

extension RasterImage {
    /// Orange to magenta, and alpha from what a grey picture says: its root, for small doubts are what people look for.
    fileprivate func asDoubt() throws(RasterError) -> RasterImage {
        var doubt = try RasterImage(width: width, height: height, colorModel: .rgba)
        func paint(_ target: UnsafeMutableBufferPointer<UInt8>, _ value: (Int) -> Double) {
            for pixel in 0..<width * height {
                let strength = value(pixel).squareRoot()
                target[pixel * 4] = 255
                target[pixel * 4 + 1] = UInt8((150 * (1 - strength)).rounded())
                target[pixel * 4 + 2] = UInt8((150 * strength).rounded())
                target[pixel * 4 + 3] = UInt8((255 * strength).rounded())
            }
        }
        switch bitDepth {
        case .eight:
            try withSamples8 { (source) throws(RasterError) in
                try doubt.withMutableSamples8 { paint($0) { Double(source[$0]) / 255 } }
            }
        case .sixteen:
            try withSamples16 { (source) throws(RasterError) in
                try doubt.withMutableSamples8 { paint($0) { Double(source[$0]) / 65535 } }
            }
        }
        return doubt
    }
}
