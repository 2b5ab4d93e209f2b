import Files
import Synchronization
import TensorCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What Ctrl-C, or a terminal that closes, does: it ends the command at once with status 130, except while a file is being written, which becomes
/// whole first. Nothing half-written stays behind.
enum Interruption {
    static let exitCode: Int32 = 130
    // Each side sets its number or flag, then reads the other's: without one order for all, both could miss the other.
    private static let writers = Atomic<Int>(0)
    private static let isRequested = Atomic<Bool>(false)
    /// The address of the name of a file that grows for as long as the command runs, and must not stay behind; 0 where
    /// there is none.
    private static let growing = Atomic<UInt>(0)

    /// Begins to watch for SIGINT, SIGTERM and, unless `nohup` had it ignored, SIGHUP.
    static func watch() {
        // Made here: a signal handler must not be the first to touch them.
        isRequested.store(false, ordering: .sequentiallyConsistent)
        writers.store(0, ordering: .sequentiallyConsistent)
        growing.store(0, ordering: .sequentiallyConsistent)
        let hangUp: (@convention(c) (Int32) -> Void)? = signal(SIGHUP, SIG_IGN)
        let isHangUpIgnored = unsafeBitCast(hangUp, to: UInt.self) == unsafeBitCast(SIG_IGN, to: UInt.self)
        let numbers = isHangUpIgnored ? [SIGINT, SIGTERM] : [SIGINT, SIGTERM, SIGHUP]
        for number in numbers {
            signal(number) { _ in
                // Only atomics, unlink and _exit: nothing else is safe in a signal handler. A second signal does not wait.
                let isFirst = !Interruption.isRequested.exchange(true, ordering: .sequentiallyConsistent)
                let isWriting = Interruption.writers.load(ordering: .sequentiallyConsistent) > 0
                if isFirst && isWriting { return }
                Interruption.end()
            }
        }
        // Whoever starts a process from a thread that blocks signals, as a dispatch queue's do, hands that on.
        var watched = sigset_t()
        sigemptyset(&watched)
        for number in numbers { sigaddset(&watched, number) }
        pthread_sigmask(SIG_UNBLOCK, &watched, nil)
        // A reader that goes away fails the write, which says so, instead of killing the process.
        signal(SIGPIPE, SIG_IGN)
        // So does a limit of file sizes.
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Removes a file when the command is interrupted: the temporary name of one that grows. nil where there is none
    /// (any more).
    static func remove(_ path: BytePath?) {
        // The name before it is not freed: the handler may be reading it. There are one or two in a run.
        let copy = path.flatMap { path in path.withCString { strdup($0) } }
        growing.store(UInt(bitPattern: copy), ordering: .sequentiallyConsistent)
    }

    /// Only what is safe in a signal handler.
    private static func end() -> Never {
        let growing = growing.load(ordering: .sequentiallyConsistent)
        if let path = UnsafePointer<CChar>(bitPattern: growing) { unlink(path) }
        _exit(exitCode)
    }

    /// Runs `body` to its end even if interrupted, then ends the command; several threads may be in such calls. After an
    /// interruption none begins any more.
    static func whileWriting<Value: ~Copyable, Failure: Error>(
        _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        writers.add(1, ordering: .sequentiallyConsistent)
        if isRequested.load(ordering: .sequentiallyConsistent) {
            leave()
            // Whoever is the last to write ends the command.
            while true { pause() }
        }
        defer { leave() }
        return try body()
    }

    /// The last writer ends the command if that was asked for meanwhile.
    private static func leave() {
        let left = writers.subtract(1, ordering: .sequentiallyConsistent).newValue
        if left == 0, isRequested.load(ordering: .sequentiallyConsistent) { end() }
    }
}
