import Matting

/// The parameters of a request, by remove.bg's names, read and checked before anything is decoded.
struct RemovalParameters: Sendable {
    /// Pixels of the picture that is worked on at most; nil leaves it as it is.
    var pixels: Int?
    /// The format asked for; nil is PNG where something is transparent, JPEG else.
    var format: ImageFormat?
    /// Only the matte, as a grey picture.
    var isAlphaOnly = false
    var backgroundColor: RasterColor?
    /// Where a subject may be; nil is everywhere.
    var region: Region?
    var placement = Placement.original
    var shadow = Shadow.none
    /// Whether colours of soft pixels are cleared of the background.
    var cleansColors = false
    /// What was given and changes nothing here.
    var ignored: [String] = []

    /// A length in pixels, or a share of something.
    enum Length: Sendable, Equatable {
        case pixels(Double)
        case share(Double)

        func pixels(of whole: Double) -> Double {
            switch self {
            case .pixels(let pixels): pixels
            case .share(let share): share * whole
            }
        }
    }

    /// Two corners.
    struct Region: Sendable, Equatable {
        var x0: Length, y0: Length, x1: Length, y1: Length
    }

    /// Where the subject is put.
    enum Placement: Sendable, Equatable {
        /// Where it is.
        case original
        /// The picture is cut to the subject and margins of the subject's size: top, right, bottom, left.
        case cropped([Length])
        /// Somewhere on a canvas of the picture's size; `scale` is a share of the canvas, nil keeps the size.
        case placed(scale: Double?, x: Double, y: Double)
    }

    /// What changes nothing: kinds of subjects, which the network tells apart by itself, and what is as it is.
    private static let ignoredNames: Set<String> = ["type", "type_level", "semitransparency"]
    private static let known: Set<String> = [
        "image_file", "image_file_b64", "size", "format", "channels", "bg_color", "bg_image_file", "roi", "crop",
        "crop_margin", "scale", "position", "shadow_type", "shadow_opacity", "add_shadow", "decontaminate",
    ]

    init(_ form: RequestForm) throws {
        let fields = form.fields
        for name in ["image_url", "bg_image_url"] where fields[name].map({ !$0.isEmpty }) == true {
            throw ServiceError(
                .badRequest, "\(name)_not_supported", "\(name) is not supported: this service fetches nothing",
                "Fetch the picture and send it as \(name == "image_url" ? "image_file" : "bg_image_file").")
        }
        for name in fields.keys.sorted() where !Self.known.contains(name) {
            guard Self.ignoredNames.contains(name) else {
                if fields[name]?.isEmpty == true { continue }
                throw ServiceError(
                    .badRequest, "unknown_parameter", "There is no parameter \(name.prefix(60))",
                    "Use \(Self.known.sorted().joined(separator: ", ")).")
            }
            ignored.append(name)
        }
        // An empty field is what a form sends for what was left out.
        func text(_ name: String) -> String? { fields[name].flatMap { $0.isEmpty ? nil : $0 } }

        pixels = try text("size").map(Self.size) ?? nil
        format = try text("format").map(Self.format) ?? nil
        isAlphaOnly = try text("channels").map(Self.isAlphaOnly) ?? false
        backgroundColor = try text("bg_color").map(Self.color)
        region = try text("roi").map(Self.region)
        cleansColors = try text("decontaminate").map { try Self.bool("decontaminate", $0) } ?? false
        if backgroundColor != nil, form.files["bg_image_file"] != nil {
            throw ServiceError(.badRequest, "invalid_bg_image_file", "Two backgrounds are given", "Give one.")
        }
        try readPlacement(text)
        try readShadow(text)
    }

    private mutating func readPlacement(_ text: (String) -> String?) throws {
        let isCropped = try text("crop").map { try Self.bool("crop", $0) } ?? false
        let scale = try text("scale").map(Self.scale) ?? nil
        let position = try text("position").map(Self.position) ?? nil
        let margins = try text("crop_margin").map(Self.margins)
        if isCropped {
            if scale != nil || position != nil {
                throw ServiceError(
                    .badRequest, "invalid_crop", "crop leaves no canvas on which scale and position mean something",
                    "Give crop, or scale and position.")
            }
            placement = .cropped(margins ?? [.pixels(0), .pixels(0), .pixels(0), .pixels(0)])
        } else if scale != nil || position != nil {
            let (x, y) = position ?? (0.5, 0.5)
            placement = .placed(scale: scale, x: x, y: y)
        }
    }

    private mutating func readShadow(_ text: (String) -> String?) throws {
        var opacity: Double?
        if let value = text("shadow_opacity") {
            guard let percent = Self.number(value), percent <= 100 else {
                throw ServiceError.parameter("shadow_opacity", value, "a number from 0 to 100")
            }
            opacity = percent / 100
        }
        let isAdded = try text("add_shadow").map { try Self.bool("add_shadow", $0) } ?? false
        switch text("shadow_type")?.lowercased() ?? (isAdded ? "contact" : "none") {
        case "none": shadow = .none
        case "drop": shadow = opacity.map { .drop(opacity: $0) } ?? .drop
        // The ground under cars and things: those kinds of shadows are made as the one that the library has of them.
        case "contact", "3d", "car", "auto": shadow = opacity.map { .contact(opacity: $0) } ?? .contact
        case "kept": shadow = .kept
        case let other:
            throw ServiceError.parameter("shadow_type", other, "none, drop, contact, 3D, car, auto or kept")
        }
    }
}

// MARK: - Values

extension RemovalParameters {
    /// Megapixels as remove.bg has them; nil is the picture's own size.
    private static func size(_ text: String) throws -> Int? {
        switch text.lowercased() {
        case "auto": nil
        case "preview", "small", "regular": 250_000
        case "medium": 1_500_000
        case "hd": 4_000_000
        case "4k": 10_000_000
        case "full": 25_000_000
        case "50mp": 50_000_000
        default:
            throw ServiceError.parameter("size", text, "preview, small, regular, medium, hd, 4k, full, 50MP or auto")
        }
    }

    private static func format(_ text: String) throws -> ImageFormat? {
        switch text.lowercased() {
        case "auto": return nil
        case "png": return .png
        case "jpg", "jpeg": return .jpeg
        case "webp" where ImageFormat.webp.canWrite: return .webp
        case let text:
            let formats = ["auto", "png", "jpg"] + (ImageFormat.webp.canWrite ? ["webp"] : [])
            throw ServiceError.parameter("format", text, formats.joined(separator: ", "))
        }
    }

    private static func isAlphaOnly(_ text: String) throws -> Bool {
        switch text.lowercased() {
        case "rgba": false
        case "alpha": true
        default: throw ServiceError.parameter("channels", text, "rgba or alpha")
        }
    }

    /// remove.bg writes digits without `#`; names of CSS and everything else that `RasterColor` reads are taken too.
    private static func color(_ text: String) throws -> RasterColor {
        let isDigits = [3, 4, 6, 8].contains(text.utf8.count) && text.allSatisfy { $0.isASCII && $0.isHexDigit }
        for candidate in isDigits ? ["#" + text, text] : [text] {
            if let color = try? RasterColor(candidate) { return color }
        }
        throw ServiceError.parameter(
            "bg_color", text, "digits such as fff, 81d4fa or 81d4fa88, or a name such as white")
    }

    static func bool(_ name: String, _ text: String) throws -> Bool {
        switch text.lowercased() {
        case "true", "1", "yes", "on": true
        case "false", "0", "no", "off": false
        default: throw ServiceError.parameter(name, text, "true or false")
        }
    }

    /// Digits and a point, nothing else of what Swift reads.
    private static func number(_ text: some StringProtocol) -> Double? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }),
            let value = Double(String(text)),
            value.isFinite
        else { return nil }
        return value
    }

    /// `30px`, `10%`, or `30`, which is pixels.
    private static func length(_ text: some StringProtocol) -> Length? {
        if text.hasSuffix("%") { return number(text.dropLast()).map { .share($0 / 100) } }
        return number(text.hasSuffix("px") ? String(text.dropLast(2)) : String(text)).map { .pixels($0) }
    }

    private static func parts(_ text: String) -> [Substring] { text.split { $0 == " " || $0 == "," } }

    private static func region(_ text: String) throws -> Region {
        let lengths = parts(text).compactMap { length($0) }
        guard lengths.count == 4, parts(text).count == 4 else {
            throw ServiceError.parameter("roi", text, "four numbers with px or %, such as \"10% 20% 90% 100%\"")
        }
        return Region(x0: lengths[0], y0: lengths[1], x1: lengths[2], y1: lengths[3])
    }

    /// One for all sides, two for vertical and horizontal ones, or four; at most 500 pixels and half of the subject.
    private static func margins(_ text: String) throws -> [Length] {
        let lengths = parts(text).compactMap { length($0) }
        let isAllowed = lengths.allSatisfy { length in
            switch length {
            case .pixels(let pixels): pixels <= 500
            case .share(let share): share <= 0.5
            }
        }
        guard [1, 2, 4].contains(lengths.count), lengths.count == parts(text).count, isAllowed else {
            throw ServiceError.parameter(
                "crop_margin", text, "one, two or four numbers with px or %, of at most 500px or 50%")
        }
        switch lengths.count {
        case 1: return [lengths[0], lengths[0], lengths[0], lengths[0]]
        case 2: return [lengths[0], lengths[1], lengths[0], lengths[1]]
        default: return lengths
        }
    }

    private static func scale(_ text: String) throws -> Double? {
        if text.lowercased() == "original" { return nil }
        guard text.hasSuffix("%"), let percent = number(text.dropLast()), (10...100).contains(percent) else {
            throw ServiceError.parameter("scale", text, "original, or 10% to 100%")
        }
        return percent / 100
    }

    private static func position(_ text: String) throws -> (x: Double, y: Double)? {
        switch text.lowercased() {
        case "original": return nil
        case "center": return (0.5, 0.5)
        default:
            let shares = parts(text).map { part -> Double? in
                guard part.hasSuffix("%"), let percent = number(part.dropLast()), percent <= 100 else { return nil }
                return percent / 100
            }
            guard let x = shares.first ?? nil, let y = shares.last ?? nil, shares.count <= 2 else {
                throw ServiceError.parameter("position", text, "original, center, or one or two of 0% to 100%")
            }
            return (x, y)
        }
    }
}
