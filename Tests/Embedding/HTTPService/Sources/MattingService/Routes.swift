import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Matting
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import Synchronization

/// What is kept of a request while it is answered: its connection, beside what the server keeps itself.
struct ServiceContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

/// What is asked for where.
struct Routes: Sendable {
    let settings: Settings
    let admission: Admission
    let metrics: ServiceMetrics
    let remover: Remover

    func router() -> Router<ServiceContext> {
        let router = Router(context: ServiceContext.self)
        router.add(middleware: AnswerErrors())
        router.post("/v1.0/removebg") { request, context in try await removeBackground(request, context) }
        router.get("/v1.0/removebg") { _, _ -> Response in
            var error = ServiceError(.methodNotAllowed, "method_not_allowed", "Pictures are posted", "Use POST.")
            error.headers[.allow] = "POST"
            throw error
        }
        // Alive as long as it answers; ready as long as it takes on new requests.
        router.get("/health") { _, _ in Self.json("{\"status\":\"ok\"}\n") }
        router.get("/ready") { _, _ in
            if admission.isClosed { throw Admission.Refusal.closed }
            return Self.json("{\"status\":\"ready\"}\n")
        }
        router.get("/metrics") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text(admission))))
        }
        return router
    }

    private static func json(_ text: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// Answers a request for a cut-out, whatever becomes of it, and counts and logs the answer.
    private func removeBackground(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let start = ContinuousClock.now
        let answer = Phase()
        var response: Response
        var problem: ServiceError?
        do {
            response = try await answered(request, context, answer)
        } catch let error as HTTPParserError where error != .invalidEOFState {
            // The server itself answers what is no HTTP, and closes the connection.
            metrics.record(code: 400, seconds: (ContinuousClock.now - start) / .seconds(1), bytesOut: 0)
            throw error
        } catch let error where Self.saysClientHasGone(error) {
            // The client has gone, or the process must end now: nobody reads this, but it is counted.
            let error = ServiceError(
                .init(code: 499, reasonPhrase: "Client Closed Request"), "cancelled", "The request was cancelled")
            (response, problem) = (error.response, error)
        } catch {
            let error = ServiceError(error)
            if error.status.code == 500 { context.logger.error("unexpected", metadata: ["error": "\(error)"]) }
            (response, problem) = (error.response, error)
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let bytes = response.body.contentLength ?? 0
        metrics.record(code: response.status.code, seconds: seconds, bytesOut: bytes)
        var metadata: Logger.Metadata = [
            "status": "\(response.status.code)", "seconds": "\((seconds * 1000).rounded() / 1000)", "bytes": "\(bytes)",
        ]
        if let problem { metadata["code"] = "\(problem.code)" }
        context.logger.info("removebg", metadata: metadata)
        return response
    }

    private static func saysClientHasGone(_ error: any Error) -> Bool {
        error is CancellationError || error is HTTPParserError || error is ChannelError
    }

    private func answered(_ request: Request, _ context: ServiceContext, _ phase: Phase) async throws -> Response {
        try authorize(request)
        let place = try admission.enter()
        defer { withExtendedLifetime(place) {} }
        var response = try await InboundCloseHandler.watching(context.channel) {
            try await withTimeout(phase) { try await answer(request, context, phase) }
        }
        response.body = holding(place, response.body, context.channel)
        return response
    }

    /// A body that holds its request's place until it is written, and that is not waited for without end: clients that do not
    /// read what they asked for must not fill the memory, nor take the places of others.
    private func holding(_ place: Admission.Place, _ body: ResponseBody, _ channel: any Channel) -> ResponseBody {
        let writing = Writing(place, channel, seconds: settings.timeout)
        return ResponseBody(contentLength: body.contentLength) { writer in
            defer { withExtendedLifetime(writing) {} }
            try await body.write(writer)
        }
    }

    /// An answer that is being written, from its head on, which already waits where answers before it are not read.
    private final class Writing: Sendable {
        private let place: Admission.Place
        private let deadline: Scheduled<Void>

        init(_ place: Admission.Place, _ channel: any Channel, seconds: Double) {
            self.place = place
            deadline = channel.eventLoop.scheduleTask(in: .milliseconds(Int64(seconds * 1000))) {
                channel.close(mode: .all, promise: nil)
            }
        }

        deinit { deadline.cancel() }
    }

    /// One who has a place is read, waits for a worker, and is worked for.
    private func answer(_ request: Request, _ context: ServiceContext, _ phase: Phase) async throws -> Response {
        if request.headers[.expect]?.lowercased() == "100-continue", request.isWithin(settings.maxBody) {
            // Clients with large bodies, curl among them, wait a second for this before they send.
            let head = HTTPResponse(status: .continue)
            context.channel.writeAndFlush(HTTPResponsePart.head(head), promise: nil)
        }
        var form = try await metrics.measure(.read) {
            try await RequestForm.read(request, limit: settings.maxBody, metrics: metrics)
        }
        phase.hasRead.store(true, ordering: .relaxed)
        let parameters = try RemovalParameters(form)
        let file = try await takePicture(&form)
        let background = form.files.removeValue(forKey: "bg_image_file")
        let waiting = ContinuousClock.now
        let made = try await admission.working {
            metrics.record(.wait, ContinuousClock.now - waiting)
            return try await remover(file, background: background, parameters)
        }
        let accepts = request.headers[.accept]?.lowercased() ?? ""
        return try await made.response(
            asJSON: accepts.contains("application/json") && !accepts.contains("image/"), ignored: parameters.ignored)
    }

    /// The one picture of a request, out of its form, so that its bytes can be freed once it is decoded.
    private func takePicture(_ form: inout RequestForm) async throws -> [UInt8] {
        let file = form.files.removeValue(forKey: "image_file")
        let text = form.fields.removeValue(forKey: "image_file_b64").flatMap { $0.isEmpty ? nil : $0 }
        switch (file, text) {
        case (let file?, nil):
            guard !file.isEmpty else { throw missing }
            return file
        case (nil, let text?):
            return try await RequestForm.offloaded(text) { text in
                // As browsers write it: `data:image/png;base64,…`.
                let digits = text.hasPrefix("data:") ? text.drop { $0 != "," }.dropFirst() : text[...]
                guard let data = Data(base64Encoded: String(digits), options: .ignoreUnknownCharacters), !data.isEmpty
                else { throw ServiceError(.badRequest, "invalid_image_file_b64", "image_file_b64 is not base64") }
                return Array(data)
            }
        case (nil, nil): throw missing
        case (_?, _?):
            throw ServiceError(
                .badRequest, "multiple_sources", "The picture is given twice", "Send image_file or image_file_b64.")
        }
    }

    private var missing: ServiceError {
        ServiceError(
            .badRequest, "missing_source", "No picture is given",
            "Send image_file or image_file_b64, or a picture as the body.")
    }

    private func authorize(_ request: Request) throws {
        guard let key = settings.apiKey else { return }
        let given = request.headers[.init("X-Api-Key") ?? .authorization] ?? ""
        // As long for a wrong first byte as for a wrong last one.
        let (a, b) = (Array(key.utf8), Array(given.utf8))
        var difference = a.count ^ b.count
        for index in a.indices { difference |= Int(a[index] ^ (index < b.count ? b[index] : 0)) }
        guard difference == 0 else {
            throw ServiceError(.forbidden, "auth_failed", "X-Api-Key is missing or wrong", "Send the service's key.")
        }
    }

    /// How far a request is, for whoever must say why it took too long.
    final class Phase: Sendable {
        let hasRead = Atomic(false)
    }

    private func withTimeout<Result: Sendable>(
        _ phase: Phase, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: .seconds(settings.timeout))
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let result = first else {
                throw phase.hasRead.load(ordering: .relaxed) ? ServiceError.timeout : ServiceError.clientTooSlow
            }
            return result
        }
    }
}

extension Request {
    /// Whether its body is not known to be longer than `limit`.
    fileprivate func isWithin(_ limit: Int) -> Bool {
        headers[.contentLength].flatMap { Int($0) }.map { $0 <= limit } ?? true
    }
}

/// Errors of the server itself, such as paths that there are not, in the form of all others.
struct AnswerErrors: RouterMiddleware {
    func handle(
        _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPParserError {
            throw error
        } catch {
            return ServiceError(error).response
        }
    }
}
