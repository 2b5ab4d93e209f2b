import Foundation
import HTTPTypes
import Hummingbird
import Matting
import NIOCore

/// From the bytes of a picture to the bytes of what was asked for.
struct Remover: Sendable {
    let pipeline: MattingPipeline
    let limits: DecodingLimits
    let metrics: ServiceMetrics

    /// What is answered.
    struct Answer: Sendable {
        var file: EncodedImage
        var width: Int
        var height: Int
        /// The subject in the picture as it came, upright and before any scaling.
        var subject: PixelRect
        /// How sure the network is, in `[0, 1]`; nil where it does not tell.
        var score: Double?
        var expectedError: Double?
    }

    /// Makes what `parameters` ask for of `file`; of each stage only what the next one needs is kept.
    func callAsFunction(
        _ file: [UInt8], background: [UInt8]?, _ parameters: RemovalParameters
    ) async throws -> Answer {
        let whole = try await metrics.measure(.decode) { try await RasterImage(decoding: file, limits: limits) }
        metrics.record(pixels: whole.width * whole.height)
        let image = try await parameters.pixels.asyncMap { try await whole.reduced(toPixels: $0) } ?? whole
        let (result, confidence) = try await metrics.measure(.matte) {
            try await matte(image, region: parameters.region)
        }
        guard let box = try await subjectBox(of: result) else {
            throw ServiceError(
                .badRequest, "unknown_foreground", "No subject was found in the picture",
                "Send one in which the subject stands out.")
        }
        let made = try await metrics.measure(.finish) {
            try await picture(of: result, box: box, background: background, parameters)
        }
        let format = parameters.format ?? (made.colorModel.hasAlpha || parameters.isAlphaOnly ? .png : .jpeg)
        let encoded = try await metrics.measure(.encode) { try await made.encoded(as: format) }
        let scale = Double(whole.width) / Double(image.width)
        func original(_ length: Int) -> Int { Int((Double(length) * scale).rounded()) }
        return Answer(
            file: encoded, width: made.width, height: made.height,
            subject: PixelRect(
                x: original(box.x), y: original(box.y), width: original(box.width), height: original(box.height)),
            score: confidence?.score, expectedError: confidence?.expectedError)
    }

    /// The matte; with a region, of what lies in it alone, and nothing outside. What the network thinks of it stands beside it,
    /// as it speaks of the region.
    private func matte(
        _ image: RasterImage, region: RemovalParameters.Region?
    ) async throws -> (result: MattingResult, confidence: MatteConfidence?) {
        guard let region else {
            let result = try await pipeline.matte(image)
            return (result, result.confidence)
        }
        func place(_ length: RemovalParameters.Length, _ whole: Int) -> Int {
            Int(min(max(length.pixels(of: Double(whole)), 0), Double(whole)).rounded())
        }
        let (x0, x1) = (place(region.x0, image.width), place(region.x1, image.width))
        let (y0, y1) = (place(region.y0, image.height), place(region.y1, image.height))
        guard x0 < x1, y0 < y1 else {
            throw ServiceError(
                .badRequest, "invalid_roi", "roi holds no pixel of the picture",
                "The picture has \(image.width)×\(image.height) pixels; give the left upper corner first.")
        }
        let part = try await RequestForm.offloaded(image) { try $0.part(columns: x0..<x1, rows: y0..<y1) }
        let result = try await pipeline.matte(part)
        let embedded = try await RequestForm.offloaded((image, result)) { image, result in
            var values = [Float](repeating: 0, count: image.width * image.height)
            result.alpha.withValues { alpha in
                for row in 0..<(y1 - y0) {
                    let start = (y0 + row) * image.width + x0
                    values.replaceSubrange(
                        start..<start + x1 - x0, with: alpha[row * (x1 - x0)..<(row + 1) * (x1 - x0)])
                }
            }
            return try MattingResult(
                image: image, alpha: AlphaMatte(width: image.width, height: image.height, values: values))
        }
        return (embedded, result.confidence)
    }

    private func subjectBox(of result: MattingResult) async throws -> PixelRect? {
        try await RequestForm.offloaded(result.alpha) { try $0.subjectBox() }
    }

    private func picture(
        of result: MattingResult, box: PixelRect, background: [UInt8]?, _ parameters: RemovalParameters
    ) async throws -> RasterImage {
        let framing = framing(parameters.placement, box: box, image: result.image)
        if parameters.isAlphaOnly { return try await result.mask(framed: framing) }
        var finish = Finish(framing: framing, shadow: parameters.shadow)
        if parameters.cleansColors { finish.foregroundColors = ForegroundEstimation() }
        if let color = parameters.backgroundColor { finish.background = .color(color) }
        if let background {
            finish.background = .image(try await RasterImage(decoding: background, limits: limits))
        }
        return try await finish.picture(of: result)
    }

    /// remove.bg's words for where the subject is put, in the library's: a canvas and the space that is left around the
    /// subject on it, in pixels.
    private func framing(
        _ placement: RemovalParameters.Placement, box: PixelRect, image: RasterImage
    ) -> Framing? {
        let (width, height) = (Double(box.width), Double(box.height))
        switch placement {
        case .original: return nil
        case .cropped(let margins):
            return Framing(
                margins: Framing.Margins(
                    top: .pixels(margins[0].pixels(of: height)), left: .pixels(margins[3].pixels(of: width)),
                    bottom: .pixels(margins[2].pixels(of: height)), right: .pixels(margins[1].pixels(of: width))))
        case .placed(let share, let x, let y):
            let canvas = (width: Double(image.width), height: Double(image.height))
            let scale = share.map { min($0 * canvas.width / width, $0 * canvas.height / height) } ?? 1
            let left = max(canvas.width - width * scale, 0)
            let above = max(canvas.height - height * scale, 0)
            return Framing(
                canvas: .size(width: image.width, height: image.height),
                margins: Framing.Margins(
                    top: .pixels(above * y), left: .pixels(left * x), bottom: .pixels(above * (1 - y)),
                    right: .pixels(left * (1 - x))),
                alignment: CanvasPosition(x: x, y: y))
        }
    }
}

extension Optional {
    /// `map` for what suspends.
    fileprivate func asyncMap<Result>(_ body: (Wrapped) async throws -> Result) async rethrows -> Result? {
        if let value = self { return try await body(value) }
        return nil
    }
}

// MARK: - As HTTP

extension Remover.Answer {
    /// The bytes of the picture, or where the client accepts JSON alone an object with them in base64.
    func response(asJSON: Bool, ignored: [String]) async throws -> Response {
        var headers = HTTPFields()
        func set(_ name: String, _ value: some CustomStringConvertible) {
            if let name = HTTPField.Name(name) { headers[name] = value.description }
        }
        set("X-Width", width)
        set("X-Height", height)
        set("X-Foreground-Top", subject.y)
        set("X-Foreground-Left", subject.x)
        set("X-Foreground-Width", subject.width)
        set("X-Foreground-Height", subject.height)
        // Rounded: more digits would say more than the network knows.
        if let score { set("X-Confidence", (score * 1000).rounded() / 1000) }
        if let expectedError { set("X-Expected-Error", (expectedError * 10_000).rounded() / 10_000) }
        if !ignored.isEmpty { set("X-Ignored-Parameters", ignored.joined(separator: ", ")) }
        set("X-Content-Type-Options", "nosniff")
        headers[.cacheControl] = "no-store"
        if asJSON {
            let text = try await RequestForm.offloaded(file) { file in
                file.withBytes { Data($0).base64EncodedString() }
            }
            headers[.contentType] = "application/json; charset=utf-8"
            return Response(
                status: .ok, headers: headers,
                body: ResponseBody(
                    byteBuffer: ByteBuffer(
                        string: "{\"data\":{\"result_b64\":\"\(text)\",\"foreground_top\":\(subject.y),"
                            + "\"foreground_left\":\(subject.x),\"foreground_width\":\(subject.width),"
                            + "\"foreground_height\":\(subject.height)}}\n")))
        }
        headers[.contentType] = "image/\(file.format.rawValue)"
        return Response(
            status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.withBytes { ByteBuffer(bytes: $0) }))
    }
}
