import Threads

extension MattingError {
    /// Runs a call that blocks where it blocks none of Swift's own threads. A cancelled call throws Swift's own
    /// `CancellationError`, which is what tasks and their groups expect.
    package static func onOwnThread<Result>(_ body: () throws -> Result) async throws -> Result {
        do {
            return try await WorkThreads.shared.run(orThrow: MattingError.noThread, body)
        } catch MattingError.cancelled {
            throw CancellationError()
        }
    }
}
