import HTTPTypes
import Hummingbird
import Matting
import NIOCore

/// What a client is told: remove.bg's form, `{"errors":[{"title":…,"code":…,"detail":…}]}`.
struct ServiceError: Error {
    var status: HTTPResponse.Status
    /// For programs.
    var code: String
    /// For people: what is wrong.
    var title: String
    /// For people: what to do.
    var detail: String
    var headers = HTTPFields()

    init(_ status: HTTPResponse.Status, _ code: String, _ title: String, _ detail: String = "") {
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
    }

    var response: Response {
        var fields = "\"title\":\(JSON.string(title)),\"code\":\(JSON.string(code))"
        if !detail.isEmpty { fields += ",\"detail\":\(JSON.string(detail))" }
        var headers = headers
        headers[.contentType] = "application/json; charset=utf-8"
        return Response(
            status: status, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: "{\"errors\":[{\(fields)}]}\n")))
    }
}

extension ServiceError {
    /// A value that a parameter cannot have.
    static func parameter(_ name: String, _ value: String, _ allowed: String) -> ServiceError {
        let shown = value.count > 60 ? value.prefix(60) + "…" : value[...]
        return ServiceError(.badRequest, "invalid_\(name)", "\(name) is \"\(shown)\"", "Use \(allowed).")
    }

    static func bodyTooLarge(limit: Int) -> ServiceError {
        ServiceError(
            .contentTooLarge, "body_too_large", "The body has more than \(limit) bytes",
            "Send a smaller file; whoever runs the service can raise MATTING_MAX_BODY.")
    }

    static func malformed(_ title: String, _ detail: String = "") -> ServiceError {
        ServiceError(.badRequest, "malformed_request", title, detail)
    }

    static let timeout = ServiceError(
        .gatewayTimeout, "timeout", "The request took too long",
        "Send a smaller picture or fewer at once; whoever runs the service can raise MATTING_TIMEOUT.")

    static let clientTooSlow = ServiceError(
        .requestTimeout, "body_too_slow", "The body did not arrive in time", "Send it faster, or a smaller one.")

    /// What became of a request, said so that the client can do something about it. Nothing of the machine is told: no
    /// paths, and no errors but the library's own.
    init(_ error: any Error) {
        switch error {
        case let error as ServiceError: self = error
        case let refusal as Admission.Refusal:
            switch refusal {
            case .full(let retryAfter):
                self.init(
                    .tooManyRequests, "rate_limit_exceeded", "All places are taken",
                    "Try again in \(retryAfter) s.")
                headers[.retryAfter] = "\(retryAfter)"
            case .closed:
                self.init(
                    .serviceUnavailable, "stopping", "The service is being stopped", "Try another instance, or later.")
                headers[.retryAfter] = "5"
                headers[.connection] = "close"
            }
        case MattingError.image(let error): self.init(error)
        case MattingError.invalidOption(let name, let value, let allowed):
            self.init(.badRequest, "invalid_option", "\(name) is \(value)", "Use \(allowed).")
        case MattingError.picture(let error):
            if case .outOfMemory = error {
                self = .outOfMemory
            } else {
                self.init(.badRequest, "invalid_image", error.description)
            }
        case MattingError.inputTooLarge, MattingError.memoryLimitExceeded:
            self.init(.badRequest, "invalid_image_dimensions", "\(error)")
        case MattingError.computation: self = .outOfMemory
        case let error as ImageCodecError: self.init(error)
        case let error as HTTPError:
            self.init(error.status, "http_\(error.status.code)", error.body ?? error.status.reasonPhrase)
        default:
            self.init(.internalServerError, "internal", "The picture could not be cut out", "Try again later.")
        }
    }

    private static let outOfMemory = ServiceError(
        .serviceUnavailable, "out_of_memory", "The machine has no memory left for this picture",
        "Try again later, or send a smaller picture.")

    private init(_ error: ImageCodecError) {
        switch error {
        case .outOfMemory, .noThread: self = .outOfMemory
        case .tooLarge: self.init(.badRequest, "invalid_image_dimensions", "The picture \(error)")
        case .unrecognizedFormat, .notBuiltIn: self.init(.badRequest, "invalid_file_type", "The file \(error)")
        case .alphaNotRepresentable:
            self.init(
                .badRequest, "invalid_format", "JPEG has no transparency",
                "Give bg_color or bg_image_file, or take png.")
        case .notWritten(let format, _):
            self.init(
                .badRequest, "invalid_format", "This service does not write \(format)",
                "Use one of \(ImageFormat.writable.map(\.rawValue).joined(separator: ", ")).")
        default: self.init(.badRequest, "invalid_image", "The file \(error)")
        }
    }
}
