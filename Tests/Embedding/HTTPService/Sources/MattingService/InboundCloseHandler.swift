import NIOCore

/// Notices that a client has gone while it is being worked for: the half of the connection that it writes to is closed, or
/// all of it.
final class InboundCloseHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private var isClosed = false
    /// Ends what is being done for the client. A connection has one request at a time.
    private var onClose: (() -> Void)?

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { close() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        close()
        context.fireChannelInactive()
    }

    private func close() {
        isClosed = true
        onClose?()
        onClose = nil
    }

    /// Runs `body` and cancels it when the client of `channel` goes away.
    static func watching<Result: Sendable>(
        _ channel: any Channel, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let work = Task { try await body() }
        set(channel) { work.cancel() }
        defer { set(channel, nil) }
        return try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            work.cancel()
        }
    }

    private static func set(_ channel: any Channel, _ onClose: (@Sendable () -> Void)?) {
        channel.eventLoop.execute {
            guard let handler = try? channel.pipeline.syncOperations.handler(type: InboundCloseHandler.self) else {
                return
            }
            handler.onClose = onClose
            if handler.isClosed { onClose?() }
        }
    }
}
