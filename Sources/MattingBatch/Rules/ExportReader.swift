import ImageCodecs
import Matting
import Raster
import Yams

/// Reads what rules say of an export.
struct ExportReader {
    let reader: RulesReader

    private static let keys = [
        "format", "name", "background", "preset", "canvas", "fill", "shadow", "decontaminate", "mask", "mask-work",
        "quality", "metadata", "keep-hidden",
    ]

    func export(_ channel: String, _ key: Node, _ node: Node) -> BatchExport? {
        guard channel.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x2F && $0 != 0x2C && $0 != 0x7B }) else {
            reader.fail(key, "a channel has no blanks, slashes, commas or braces in its name")
            return nil
        }
        let fields = reader.fields(node, "the export '\(channel)'", known: Self.keys)
        let format = format(fields["format"], in: node)
        let isMask = reader.bool(fields["mask"], "mask") ?? false
        let preset = preset(fields["preset"])
        var finish = Finish(
            maskWork: maskWork(fields["mask-work"]),
            foregroundColors: reader.bool(fields["decontaminate"], "decontaminate") == true
                ? ForegroundEstimation() : nil,
            background: background(fields["background"]) ?? preset.map { .color($0.background) } ?? .none,
            framing: framing(fields, preset), shadow: shadow(fields["shadow"]),
            keepsHiddenColors: reader.bool(fields["keep-hidden"], "keep-hidden") ?? false)
        if isMask {
            for name in ["background", "shadow", "decontaminate"] {
                if let node = fields[name] { reader.fail(node, "a mask has no \(name); leave one of them out") }
            }
            finish.background = .none
        }
        do throws(MattingError) {
            try finish.validate()
        } catch {
            reader.fail(node, "\(error)")
        }
        var encoding = EncodingOptions()
        if let quality = reader.number(fields["quality"], "quality", 1...100) { encoding.jpegQuality = Int(quality) }
        if let policy = reader.choice(fields["metadata"], "metadata", MetadataPolicy.self) {
            encoding.metadata = policy
        }
        guard let format else { return nil }
        if case .none = finish.background, !format.supportsAlpha, !isMask {
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

    private func background(_ node: Node?) -> Background? {
        guard let node else { return nil }
        let text = node.scalar?.string ?? ""
        if text == "blur" { return .blurredOriginal() }
        guard let color = try? RasterColor(text) else {
            reader.fail(node, "'background' is a colour as CSS writes it, in quotes where it begins with #, or blur")
            return nil
        }
        return color.alpha > 0 ? .color(color) : Background.none
    }

    private func preset(_ node: Node?) -> Framing.Preset? {
        guard let node else { return nil }
        guard let preset = node.scalar.flatMap({ Framing.preset(named: $0.string) }) else {
            reader.fail(node, "'preset' is one of \(Framing.presets.map(\.name).joined(separator: ", "))")
            return nil
        }
        return preset
    }

    private func framing(_ fields: [String: Node], _ preset: Framing.Preset?) -> Framing? {
        let fill = reader.number(fields["fill"], "fill", 0.01...1)
        var framing = preset.map { Framing.product(width: $0.width, height: $0.height, fill: fill ?? $0.fill) }
        if let node = fields["canvas"] {
            let text = node.scalar?.string ?? ""
            let sides = text.lowercased().split(omittingEmptySubsequences: false) { "x×".contains($0) }.map { Int($0) }
            if text == "subject" {
                framing = .subject(margin: .share(fill.map { (1 / $0 - 1) / 2 } ?? 0))
            } else if sides.count <= 2, let width = sides[0], let height = sides[sides.count - 1], width > 0, height > 0
            {
                framing = .product(width: width, height: height, fill: fill ?? preset?.fill ?? 0.85)
            } else {
                reader.fail(node, "'canvas' is 2000, 2000x1500 or subject")
            }
        } else if let node = fields["fill"], preset == nil {
            reader.fail(node, "'fill' is of a canvas; add 'canvas' or 'preset'")
        }
        return framing
    }

    private func shadow(_ node: Node?) -> Shadow {
        guard let node else { return .none }
        switch node.scalar?.string {
        case "none": return .none
        case "keep": return .kept
        case "drop": return .drop
        case "contact": return .contact
        default:
            reader.fail(node, "'shadow' is none, keep, drop or contact")
            return .none
        }
    }

    /// A list of steps, each with its number: `[shrink: 0.5, fill-holes: 400]`.
    private func maskWork(_ node: Node?) -> [MaskOperation] {
        guard let node else { return [] }
        guard let steps = node.sequence else {
            reader.fail(node, "'mask-work' is a list of steps, as in [shrink: 0.5, fill-holes: 400]")
            return []
        }
        return steps.compactMap { step in
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
                    "there is no step '\(name)'; there are threshold, feather, grow, shrink, opening, closing, fill-holes, "
                        + "keep-largest, remove-specks")
                return nil
            }
        }
    }
}
