import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What Ctrl-C does: it ends the command at once with status 130, except while a file is being written, which becomes
/// whole first. Nothing half-written stays behind.
enum Interruption {
    static let exitCode: Int32 = 130
    private static let isWriting = Atomic<Bool>(false)
    private static let isRequested = Atomic<Bool>(false)

    /// Begins to watch for SIGINT and SIGTERM.
    static func watch() {
        for number in [SIGINT, SIGTERM] {
            signal(number) { _ in
                // Only atomics and _exit: nothing else is safe in a signal handler. A second signal does not wait.
                let isFirst = !Interruption.isRequested.exchange(true, ordering: .relaxed)
                if !isFirst || !Interruption.isWriting.load(ordering: .relaxed) { _exit(Interruption.exitCode) }
            }
        }
        // A reader that goes away fails the write, which says so, instead of killing the process.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Runs `body` to its end even if interrupted, then ends the command.
    static func whileWriting<Failure: Error>(_ body: () throws(Failure) -> Void) throws(Failure) {
        isWriting.store(true, ordering: .relaxed)
        defer {
            isWriting.store(false, ordering: .relaxed)
            if isRequested.load(ordering: .relaxed) { _exit(exitCode) }
        }
        try body()
    }
}
