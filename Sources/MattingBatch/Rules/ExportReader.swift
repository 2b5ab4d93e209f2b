import Files
import ImageCodecs
import Matting
import Raster
import Yams

/// Reads what rules say of an export, by the names and in the words of the command's options.
struct ExportReader {
    let reader: RulesReader
    /// Where pictures are that rules name.
    let folder: BytePath

    private static let keys = [
        "format", "name", "background", "background-fit", "background-position", "crop", "aspect", "canvas", "preset",
        "margin", "fill", "align", "cut-sides", "max-enlargement", "shadow", "blending", "match-colors",
        "decontaminate", "subject", "mask", "mask-work", "quality", "compression", "metadata", "keep-hidden",
    ]

    func export(_ channel: String, _ key: Node, _ node: Node) -> BatchExport? {
        guard channel.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x2F && $0 != 0x2C && $0 != 0x7B }) else {
            reader.fail(key, "a channel has no blanks, slashes, commas or braces in its name")
            return nil
        }
        let fields = reader.fields(node, "the export '\(channel)'", known: Self.keys)
        let format = format(fields["format"], in: node)
        let isMask = reader.bool(fields["mask"], "mask") ?? false
        let frame = frame(fields)
        let ground = fields["background"].map { BackgroundWord($0.scalar?.string ?? "") }
        let laid = if let ground { background(ground, fields) } else { frame.background }
        var finish = Finish(
            maskWork: maskWork(fields["mask-work"]),
            subjects: reader.number(fields["subject"], "subject", 1...1e6).map { .number(Int($0)) } ?? .all,
            foregroundColors: reader.bool(fields["decontaminate"], "decontaminate") == true
                ? ForegroundEstimation() : nil,
            background: laid ?? .none, framing: frame.framing, shadow: shadow(fields["shadow"]),
            blending: reader.choice(fields["blending"], "blending", BlendingWord.self)?.value ?? .linearLight,
            matching: reader.number(fields["match-colors"], "match-colors", 0...1).map { ColorMatching(strength: $0) },
            keepsHiddenColors: reader.bool(fields["keep-hidden"], "keep-hidden") ?? false)
        if isMask { finish.background = .none }
        var colors = ColorWords()
        colors.mask = isMask
        colors.background = ground
        colors.presetHasBackground = frame.background != nil
        colors.keepHidden = finish.keepsHiddenColors
        colors.scaling = frame.scaling
        colors.others = Set(
            ["background-fit", "background-position", "blending", "match-colors"].filter { fields[$0] != nil })
        if finish.shadow != .none { colors.others.insert("shadow") }
        if finish.foregroundColors != nil { colors.others.insert("decontaminate") }
        refuse(colors.problem(Self.quoted), fields)
        do throws(MattingError) {
            try finish.validate()
        } catch {
            reader.fail(node, OptionWords.text(error) { "'\($0)'" })
        }
        let compression = word(
            fields["compression"], "fast, balanced, smallest, 0 to 9, or of TIFF deflate, lzw or none",
            CompressionWord.init)
        let words = EncodingWords(
            compression: compression, quality: reader.number(fields["quality"], "quality", 1...100).map { Int($0) })
        if let format { refuse(words.problem(for: format, Self.quoted), fields) }
        var encoding = words.options()
        if let policy = reader.choice(fields["metadata"], "metadata", MetadataPolicy.self) {
            encoding.metadata = policy
        }
        guard let format else { return nil }
        if !format.supportsAlpha, !isMask, !(ground?.isOpaque ?? (frame.background != nil)) {
            reader.fail(node, "\(format) has no transparency; add 'background: white', or write another format")
        }
        var name = NameTemplate(known: "{folder}/{stem}.{ext}")
        if let text = reader.text(fields["name"], "name"), let node = fields["name"] {
            do throws(NameTemplate.Problem) {
                name = try NameTemplate(text)
            } catch {
                reader.fail(node, error.reason)
            }
            if !name.fits(format) { reader.fail(node, "'\(text)' is no name for \(format); end it in .{ext}") }
        }
        return BatchExport(
            channel: channel, format: format, finish: finish, encoding: encoding, isMask: isMask, name: name)
    }

    private func format(_ node: Node?, in export: Node) -> ImageFormat? {
        guard let node else {
            reader.fail(export, "'format' is missing: png, jpeg, webp, tiff or psd")
            return nil
        }
        guard
            let format = node.scalar.flatMap({
                ImageFormat(rawValue: $0.string) ?? ImageFormat(pathExtension: $0.string)
            })
        else {
            reader.fail(node, "'format' is png, jpeg, webp, tiff or psd")
            return nil
        }
        guard format.canWrite else {
            reader.fail(node, ImageCodecError.notWritten(format: format).description)
            return nil
        }
        return format
    }

    /// What a word of its own grammar says, as of the option of that name.
    private func word<Value>(_ node: Node?, _ what: String, _ read: (String) -> Value?) -> Value? {
        guard let node else { return nil }
        guard let value = node.scalar.flatMap({ read($0.string) }) else {
            reader.fail(node, "this is \(what)")
            return nil
        }
        return value
    }

    private func background(_ word: BackgroundWord, _ fields: [String: Node]) -> Background? {
        guard let node = fields["background"] else { return nil }
        if case .unreadable(let text, let hint) = word { reader.fail(node, "'\(text)' cannot be read; \(hint)") }
        let fit = self.word(
            fields["background-fit"], "cover, contain, tile, tile(0.5), or a factor", Backdrop.Scaling.init)
        let position = self.word(fields["background-position"], Self.places, CanvasPosition.init)
        return word.background { name in
            let path = name.hasPrefix("/") ? BytePath(name) : folder.appending(BytePath(name))
            do throws(ImageCodecError) {
                let bytes = try WholeFile.readAll(path: path, limit: DecodingLimits.default.maxFileBytes)
                    .withBytes { Array($0) }
                reader.note(picture: bytes)
                return try Backdrop(decoding: bytes, scaling: fit ?? .cover, position: position ?? .center)
            } catch {
                reader.fail(
                    node,
                    "'\(name)' is neither a colour (white, '#rrggbb'), a gradient ('linear-gradient(white, #ccc)'), blur, nor "
                        + "a picture beside the rules: \(error)")
                return nil
            }
        }
    }

    private static let places = "center, top, bottom, left, right, or two shares as in 50%,100%"

    private func frame(_ fields: [String: Node]) -> FrameWords {
        var words = FrameWords()
        words.crop = reader.bool(fields["crop"], "crop") ?? false
        words.aspect = word(fields["aspect"], "a proportion in quotes, as in '4:5'", FrameWords.aspect)
        words.canvas = word(fields["canvas"], "2000 or 2000x1500", FrameWords.CanvasSize.init)
        words.preset = word(
            fields["preset"], "one of \(Framing.presets.map(\.name).joined(separator: ", "))", Framing.preset(named:))
        words.margin = word(fields["margin"], "one to four lengths in px or %", Framing.Margins.init)
        words.fill = word(fields["fill"], "a share above 0, as in 85% or 0.85", FrameWords.fill)
        words.align = word(fields["align"], Self.places, CanvasPosition.init)
        words.cutSides = reader.choice(fields["cut-sides"], "cut-sides", Framing.CutSides.self)
        words.maxEnlargement = reader.number(fields["max-enlargement"], "max-enlargement", 0...64)
        refuse(words.problem(Self.quoted), fields)
        return words
    }

    private static func quoted(_ option: String) -> String { "'\(option)'" }

    /// Says what is wrong where the key stands that it is about.
    private func refuse(_ problem: WordProblem?, _ fields: [String: Node]) {
        guard let problem else { return }
        guard let node = fields[problem.option] else { preconditionFailure("a problem of a key that is not there") }
        reader.fail(node, problem.reason)
    }

    private func shadow(_ node: Node?) -> Shadow {
        let word = word(
            node, "none, keep, drop or contact, with details as in 'drop:opacity=0.3,blur=5%'", ShadowWord.init)
        guard let node, let word else { return .none }
        if case .unreadable(let text, let hint) = word { reader.fail(node, "'\(text)' cannot be read; \(hint)") }
        return word.value
    }

    /// A list of steps, each with its number: `[shrink: 0.5, fill-holes: 400, invert]`.
    private func maskWork(_ node: Node?) -> [MaskOperation] {
        guard let node else { return [] }
        guard let steps = node.sequence else {
            reader.fail(node, "'mask-work' is a list of steps, as in [shrink: 0.5, fill-holes: 400]")
            return []
        }
        return steps.compactMap { step in
            if step.scalar?.string == "invert" { return .invert }
            guard let mapping = step.mapping, mapping.count == 1,
                let (key, value) = mapping.first.map({ ($0.key, $0.value) })
            else {
                reader.fail(step, "a step of 'mask-work' is one name with one number, as in shrink: 0.5")
                return nil
            }
            let name = key.scalar?.string ?? ""
            func number(_ range: ClosedRange<Double>) -> Double? { reader.number(value, name, range) }
            switch name {
            case "threshold": return number(0.001...1).map { .threshold(Float($0)) }
            case "feather": return number(0...1024).map { .feather($0) }
            case "grow": return number(0...1024).map { .grow($0) }
            case "shrink": return number(0...1024).map { .shrink($0) }
            case "smooth":
                return number(0...1024).map { .smooth(radius: $0, tolerance: MaskOperation.usualTolerance) }
            case "opening": return number(0...1024).map { .opening($0) }
            case "closing": return number(0...1024).map { .closing($0) }
            case "fill-holes":
                if value.scalar?.string == "all" { return .fillHoles(largestArea: nil) }
                return number(1...1e9).map { .fillHoles(largestArea: Int($0)) }
            case "keep-largest": return number(1...1e6).map { .keepLargest(Int($0)) }
            case "remove-specks": return number(1...1e9).map { .removeSpecks(smallestArea: Int($0)) }
            default:
                reader.fail(
                    key,
                    "there is no step '\(name)'; there are threshold, feather, grow, shrink, smooth, opening, closing, "
                        + "fill-holes, keep-largest, remove-specks, invert")
                return nil
            }
        }
    }
}
