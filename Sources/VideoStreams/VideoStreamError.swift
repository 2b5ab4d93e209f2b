import Raster

/// What can go wrong between a YUV4MPEG2 stream and its frames. Frames count from 1.
@nonexhaustive public enum VideoStreamError: Error, Sendable, Equatable {
    /// The stream could not be opened or read; `frame` is the one that was being read, 0 for the header.
    case unreadable(frame: Int, reason: String)
    /// It does not begin with `YUV4MPEG2`; the bytes that are there instead, at most 16.
    case notVideo(leadingBytes: [UInt8])
    /// The header, or the line before a frame, does not end within `limit` bytes; `frame` is 0 for the header.
    case lineTooLong(frame: Int, limit: Int)
    /// The header ends before its line does.
    case truncatedHeader
    /// A parameter of the header is not a value that it can have.
    case badParameter(String)
    /// The header has no `W` or no `H`.
    case missingSize
    /// A colour space that is not read.
    case unsupportedColorSpace(String)
    /// Samples that a header has no name for.
    case unnamedFormat(sampling: PlanarFormat.Sampling, bitDepth: Int)
    /// Fields of two moments in one frame, by the header's `I`.
    case interlaced(String)
    /// Frames are larger than allowed.
    case tooLarge(width: Int, height: Int, maxPixels: Int, maxSide: Int)
    /// What should be the line before a frame is something else.
    case notAFrame(frame: Int)
    /// The stream ends inside of a frame.
    case truncated(frame: Int, byteCount: Int, expected: Int)
    /// A frame to be written is of another format than the stream's.
    case differentFormat(frame: Int)
    /// The stream could not be written; `frame` is the one that was being written, 0 for the header.
    case cannotWrite(frame: Int, reason: String)
    /// A picture that is to become a frame has not the frame's size.
    case pictureOfOtherSize(width: Int, height: Int, frameWidth: Int, frameHeight: Int)
    /// Samples have 8 to 16 bits.
    case unsupportedBitDepth(Int)
    /// A picture could not be made of a frame.
    case picture(RasterError)
    /// The system refused a thread to work on.
    case noThread
    /// The system refused memory for a frame.
    case outOfMemory(byteCount: Int)
}

extension VideoStreamError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable(let frame, let reason):
            "\(Self.place(frame)) cannot be read: \(reason)"
        case .notVideo(let bytes):
            bytes.isEmpty
                ? "is empty; write the film into it with 'ffmpeg -i FILM -f yuv4mpegpipe -'"
                : "is no YUV4MPEG2 stream; make one of a film with 'ffmpeg -i FILM -f yuv4mpegpipe -'"
        case .lineTooLong(let frame, let limit):
            "the line before \(Self.place(frame)) is longer than \(limit) bytes; the stream is damaged"
        case .truncatedHeader:
            "ends within its header; get the whole stream"
        case .badParameter(let text):
            "the header says '\(text)', which is no value of that parameter; the stream is damaged"
        case .missingSize:
            "the header does not say how large frames are (W and H); the stream is damaged"
        case .unsupportedColorSpace(let name):
            "the colour space \(name) is not read; have it converted, with '-pix_fmt yuv420p' before the output of ffmpeg"
        case .unnamedFormat(let sampling, let bitDepth):
            "YUV4MPEG2 has no name for samples of \(bitDepth) bits of the kind \(sampling); write 8, 9, 10, 12, 14 or 16 "
                + "bits, and above 8 chroma on the left (quarterLeft), half or full"
        case .interlaced(let mode):
            "is interlaced (\(mode)): a matte cannot be right at two moments; have it deinterlaced, with '-vf bwdif' "
                + "before the output of ffmpeg"
        case .tooLarge(let width, let height, let maxPixels, let maxSide):
            "frames of \(width) x \(height) pixels are not between 1 and the limits of \(maxPixels) pixels and "
                + "\(maxSide) a side; scale the film down, or raise the limits if it can be trusted"
        case .notAFrame(let frame):
            "\(Self.place(frame)) does not begin with FRAME; the stream is damaged there"
        case .truncated(let frame, let byteCount, let expected):
            "\(Self.place(frame)) ends early (\(byteCount) of \(expected) bytes); get the whole stream"
        case .differentFormat(let frame):
            "\(Self.place(frame)) has another size or format than the stream; write it to another one"
        case .cannotWrite(let frame, let reason):
            "\(Self.place(frame)) cannot be written: \(reason)"
        case .pictureOfOtherSize(let width, let height, let frameWidth, let frameHeight):
            "a picture of \(width) x \(height) pixels is no frame of \(frameWidth) x \(frameHeight); "
                + "scale it, or use a format of its size"
        case .unsupportedBitDepth(let bits):
            "samples of \(bits) bits are not written; use 8 to 16"
        case .noThread:
            "the system refused a thread; end other programs, or raise the limit on processes"
        case .picture(let error):
            error.description
        case .outOfMemory(let byteCount):
            "out of memory: \(byteCount) bytes for a frame were refused; use smaller frames"
        }
    }

    /// Rethrows what making or changing a picture throws.
    static func wrapping<Result>(_ body: () throws(RasterError) -> Result) throws(VideoStreamError) -> Result {
        do throws(RasterError) {
            return try body()
        } catch {
            if case .outOfMemory(let byteCount, _) = error { throw .outOfMemory(byteCount: byteCount) }
            throw .picture(error)
        }
    }

    private static func place(_ frame: Int) -> String { frame == 0 ? "the header" : "frame \(frame)" }
}
