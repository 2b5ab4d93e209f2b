import Raster

/// The first line of a YUV4MPEG2 stream: `YUV4MPEG2 W1280 H720 F30:1 Ip A1:1 C420mpeg2 XCOLORRANGE=LIMITED`.
///
/// Samplings and depths are those that ffmpeg reads and writes: `C420jpeg`, `C420mpeg2`, `C420paldv`, `C420`, `C422`,
/// `C444`, `Cmono` and the deeper `C420p10`, `C422p12`, `C444p16`, `Cmono10` and so on. `C420paldv` is taken for chroma on
/// the upper left pixel, as ffmpeg writes it. The deeper forms of 4:2:0 do not say where chroma is taken: on the left, as
/// in nearly all video of that depth. `C420`, and no `C` at all, is `C420jpeg`, as the format's description has it.
public struct Y4MHeader: Sendable, Equatable {
    /// A fraction as the header has it; 0:0 where it is unknown.
    public struct Ratio: Sendable, Equatable {
        /// The first number.
        public var numerator: Int
        /// The second number.
        public var denominator: Int

        /// Any two numbers; only positive ones have a ``value``.
        public init(_ numerator: Int, _ denominator: Int) {
            self.numerator = numerator
            self.denominator = denominator
        }

        /// nil where either part is 0.
        public var value: Double? {
            numerator > 0 && denominator > 0 ? Double(numerator) / Double(denominator) : nil
        }
    }

    /// How frames lie in memory.
    public var format: PlanarFormat
    /// Frames a second, `F`.
    public var frameRate: Ratio
    /// Width to height of a pixel, `A`.
    public var pixelAspect: Ratio
    /// Whether samples use all steps, `XCOLORRANGE`; nil where the header does not say.
    public var isFullRange: Bool?

    /// A header to write.
    public init(
        format: PlanarFormat, frameRate: Ratio = Ratio(25, 1), pixelAspect: Ratio = Ratio(1, 1),
        isFullRange: Bool? = nil
    ) {
        self.format = format
        self.frameRate = frameRate
        self.pixelAspect = pixelAspect
        self.isFullRange = isFullRange
    }

    static let magic = "YUV4MPEG2"
    /// Headers have some 80 bytes.
    static let maxLineBytes = 4096

    // MARK: Reading

    /// The header of a line without its end.
    ///
    /// Parameters that are not known are left aside, as the format's description asks for.
    ///
    /// - Throws: ``VideoStreamError``.
    public init(line: String, limits: DecodingLimits = .default) throws(VideoStreamError) {
        let words = line.split(separator: " ")
        guard words.first == Self.magic[...] else { throw .notVideo(leadingBytes: Array(line.utf8.prefix(16))) }
        var (width, height): (Int?, Int?)
        var colorSpace = "420jpeg"
        var (rate, aspect, range) = (Ratio(0, 0), Ratio(0, 0), nil as Bool?)
        for word in words.dropFirst() {
            let value = word.dropFirst()
            switch word.first {
            case "W": width = try Self.number(value, of: word)
            case "H": height = try Self.number(value, of: word)
            case "F": rate = try Self.ratio(value, of: word)
            case "A": aspect = try Self.ratio(value, of: word)
            case "C": colorSpace = String(value)
            case "I" where value != "p" && value != "?": throw Self.interlacing(value, of: word)
            case "X" where value == "COLORRANGE=FULL": range = true
            case "X" where value == "COLORRANGE=LIMITED": range = false
            default: break
            }
        }
        guard let width, let height else { throw .missingSize }
        guard let (sampling, depth) = Self.layout(ofColorSpace: colorSpace) else {
            throw .unsupportedColorSpace(colorSpace)
        }
        self.init(
            format: try PlanarFormat(
                width: width, height: height, sampling: sampling, bitDepth: depth, limits: limits),
            frameRate: rate, pixelAspect: aspect, isFullRange: range)
    }

    /// A number of decimal digits alone, without a sign, that fits.
    private static func number(_ digits: Substring, of word: Substring) throws(VideoStreamError) -> Int {
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }), let value = Int(digits) else {
            throw .badParameter(String(word))
        }
        return value
    }

    private static func ratio(_ text: Substring, of word: Substring) throws(VideoStreamError) -> Ratio {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw .badParameter(String(word)) }
        return Ratio(try number(parts[0], of: word), try number(parts[1], of: word))
    }

    private static func interlacing(_ mode: Substring, of word: Substring) -> VideoStreamError {
        switch mode {
        case "t": .interlaced("top field first")
        case "b": .interlaced("bottom field first")
        case "m": .interlaced("mixed modes")
        default: .badParameter(String(word))
        }
    }

    // MARK: Colour spaces

    private static let depths = [9, 10, 12, 14, 16]

    private static func layout(ofColorSpace name: String) -> (PlanarFormat.Sampling, Int)? {
        switch name {
        case "420jpeg", "420": return (.quarterCentered, 8)
        case "420mpeg2": return (.quarterLeft, 8)
        case "420paldv": return (.quarterTopLeft, 8)
        case "422": return (.half, 8)
        case "444": return (.full, 8)
        case "mono": return (.gray, 8)
        default:
            for depth in depths {
                switch name {
                case "420p\(depth)": return (.quarterLeft, depth)
                case "422p\(depth)": return (.half, depth)
                case "444p\(depth)": return (.full, depth)
                case "mono\(depth)": return (.gray, depth)
                default: continue
                }
            }
            return nil
        }
    }

    /// Whether the colour space has a name: not all depths have one, and above 8 bits only chroma on the left has.
    var isWritable: Bool {
        Self.layout(ofColorSpace: colorSpace).map { $0 == (format.sampling, format.bitDepth) } ?? false
    }

    /// The name of the format's colour space; see ``isWritable``.
    private var colorSpace: String {
        let depth = format.bitDepth > 8 ? "p\(format.bitDepth)" : ""
        return switch format.sampling {
        case .gray: "mono\(depth.dropFirst())"
        case .quarterCentered: depth.isEmpty ? "420jpeg" : "420\(depth)"
        case .quarterLeft: depth.isEmpty ? "420mpeg2" : "420\(depth)"
        case .quarterTopLeft: depth.isEmpty ? "420paldv" : "420\(depth)"
        case .half: "422\(depth)"
        case .full: "444\(depth)"
        }
    }

    // MARK: Writing

    /// The line, without its end.
    public var line: String {
        var line = "\(Self.magic) W\(format.width) H\(format.height) F\(frameRate.numerator):\(frameRate.denominator)"
        line += " Ip A\(pixelAspect.numerator):\(pixelAspect.denominator) C\(colorSpace)"
        if let isFullRange { line += isFullRange ? " XCOLORRANGE=FULL" : " XCOLORRANGE=LIMITED" }
        return line
    }
}
