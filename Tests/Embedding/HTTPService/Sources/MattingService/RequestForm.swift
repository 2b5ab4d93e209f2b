import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix

/// What a request says, however it says it: a form of parts, JSON, a URL-encoded form, or a picture as the whole body with
/// the rest in the URL.
struct RequestForm: Sendable {
    /// Texts by the parameter's name.
    var fields: [String: String] = [:]
    /// Files by the parameter's name.
    var files: [String: [UInt8]] = [:]

    /// Parameters that are files; a picture in base64 is long too.
    static let fileNames: Set<String> = ["image_file", "bg_image_file"]
    static let longNames: Set<String> = ["image_file_b64"]
    /// Bytes of a text.
    static let textLimit = 1024

    /// Reads a request's body, not more of it than `limit` bytes.
    ///
    /// - Throws: ``ServiceError``, and what reading a connection throws.
    static func read(_ request: Request, limit: Int, metrics: ServiceMetrics) async throws -> RequestForm {
        // What says how long it is is refused before a byte of it is read.
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw ServiceError.bodyTooLarge(limit: limit)
        }
        guard let header = request.headers[.contentType], let type = HeaderParameters(header) else {
            throw unsupported(request.headers[.contentType] ?? "missing")
        }
        let body = LimitedBody(body: request.body, limit: limit, metrics: metrics)
        switch type.value.lowercased() {
        case "multipart/form-data":
            guard let boundary = type["boundary"] else { throw ServiceError.malformed("The form has no boundary") }
            return try await readParts(body, boundary: boundary)
        case "application/json":
            return try await offloaded(body.whole()) { try fromJSON($0) }
        case "application/x-www-form-urlencoded":
            return try await offloaded(body.whole()) { try fromURLEncoded(String(decoding: $0, as: UTF8.self)) }
        case let type where type.hasPrefix("image/") || type == "application/octet-stream":
            var form = try fromURLEncoded(request.uri.query ?? "")
            guard form.fields["image_file_b64"] == nil else {
                throw ServiceError.malformed("The picture is given twice", "Send the body or image_file_b64.")
            }
            form.files["image_file"] = try await body.whole()
            return form
        default: throw unsupported(header)
        }
    }

    private static func unsupported(_ type: String) -> ServiceError {
        let shown = type.prefix(80)
        return ServiceError(
            .unsupportedMediaType, "unsupported_content_type", "The content type is \(shown)",
            "Use multipart/form-data, application/json, application/x-www-form-urlencoded, or a picture's own.")
    }

    /// Runs what takes a while and has no asynchronous form, on threads that may be blocked.
    static func offloaded<Input: Sendable, Result: Sendable>(
        _ input: Input, _ body: @escaping @Sendable (Input) throws -> Result
    ) async throws -> Result {
        try await NIOThreadPool.singleton.runIfActive { try body(input) }
    }

    private static func readParts(_ body: LimitedBody, boundary: String) async throws -> RequestForm {
        var form = RequestForm()
        do {
            var parser = try MultipartParser(boundary: boundary)
            var (name, content, limit) = ("", [UInt8](), 0)
            var hasPart = false
            func finishPart() throws {
                guard hasPart else { return }
                try form.add(name, content)
                content = []
            }
            for try await chunk in body {
                for event in try parser.push(chunk.readableBytesView) {
                    switch event {
                    case .part(let next, let isFile):
                        try finishPart()
                        hasPart = true
                        name = next
                        limit = isFile || fileNames.contains(next) || longNames.contains(next) ? .max : textLimit
                        // Browsers send a file that was not chosen as one without bytes.
                        if isFile && !fileNames.contains(next) && !longNames.contains(next) {
                            throw ServiceError.parameter(next, "a file", "image_file or bg_image_file for files")
                        }
                    case .content(let bytes):
                        guard content.count + bytes.count <= limit else {
                            throw ServiceError.parameter(
                                name, String(decoding: content, as: UTF8.self), "at most \(textLimit) bytes")
                        }
                        content.append(contentsOf: bytes)
                    }
                }
            }
            try parser.finish()
            try finishPart()
        } catch let problem as MultipartParser.Problem {
            throw ServiceError.malformed("The form cannot be read: \(problem.reason)")
        }
        return form
    }

    private mutating func add(_ name: String, _ content: [UInt8]) throws {
        if Self.fileNames.contains(name) {
            if content.isEmpty { return }
            guard files.updateValue(content, forKey: name) == nil else { throw Self.twice(name) }
        } else {
            guard let text = String(validating: content, as: UTF8.self) else {
                throw ServiceError.parameter(name, "not UTF-8", "UTF-8")
            }
            try add(name, text: text)
        }
    }

    private mutating func add(_ name: String, text: String) throws {
        guard fields[name] == nil else { throw Self.twice(name) }
        guard Self.longNames.contains(name) || text.utf8.count <= Self.textLimit else {
            throw ServiceError.parameter(name, text, "at most \(Self.textLimit) bytes")
        }
        fields[name] = text
    }

    private static func twice(_ name: String) -> ServiceError {
        ServiceError(.badRequest, "invalid_\(name)", "\(name) is given twice", "Give it once.")
    }

    private static func fromJSON(_ bytes: [UInt8]) throws -> RequestForm {
        guard let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else {
            throw ServiceError.malformed("The body is no JSON object")
        }
        var form = RequestForm()
        for (name, value) in object {
            switch value {
            case let text as String: try form.add(name, text: text)
            case is NSNull: continue
            case let number as NSNumber:
                // Foundation reads true and 1 as numbers alike, and only their types tell.
                let isBool = String(cString: number.objCType) == "c"
                try form.add(name, text: isBool ? (number.boolValue ? "true" : "false") : number.stringValue)
            default: throw ServiceError.parameter(name, "a list or an object", "a text, a number, true or false")
            }
        }
        return form
    }

    private static func fromURLEncoded(_ text: String) throws -> RequestForm {
        var form = RequestForm()
        for pair in text.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            func decoded(_ side: Substring) throws -> String {
                guard let text = side.replacing("+", with: " ").removingPercentEncoding else {
                    throw ServiceError.malformed("The form cannot be read: an escape is not UTF-8")
                }
                return text
            }
            try form.add(decoded(sides[0]), text: sides.count > 1 ? decoded(sides[1]) : "")
        }
        return form
    }
}

/// A request's body, of which not more than so many bytes are read.
struct LimitedBody: AsyncSequence {
    let body: RequestBody
    let limit: Int
    let metrics: ServiceMetrics

    struct AsyncIterator: AsyncIteratorProtocol {
        var body: RequestBody.AsyncIterator
        let limit: Int
        let metrics: ServiceMetrics
        var count = 0

        mutating func next() async throws -> ByteBuffer? {
            guard let chunk = try await body.next() else { return nil }
            count += chunk.readableBytes
            metrics.record(bytesIn: chunk.readableBytes)
            guard count <= limit else { throw ServiceError.bodyTooLarge(limit: limit) }
            return chunk
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(body: body.makeAsyncIterator(), limit: limit, metrics: metrics)
    }

    /// All of it.
    func whole() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in self { bytes.append(contentsOf: chunk.readableBytesView) }
        return bytes
    }
}
