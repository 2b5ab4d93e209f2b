#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A POSIX thread that runs one closure and can be joined.
package struct ThreadHandle: @unchecked Sendable {
    // Unchecked: `pthread_t` is a plain handle.
    private let thread: pthread_t

    /// Starts `body` on a new thread; nil where the system refuses one.
    package init?(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Box(body))
        #if canImport(Darwin)
        var thread: pthread_t?
        #else
        var thread = pthread_t()
        #endif
        let status = pthread_create(&thread, nil, { context in ThreadHandle.start(context) }, box.toOpaque())
        guard status == 0 else {
            box.release()
            return nil
        }
        #if canImport(Darwin)
        guard let thread else { return nil }
        #endif
        self.thread = thread
    }

    /// Lets the thread end by itself; it is not to be joined then.
    package func detach() { pthread_detach(thread) }

    package func join() { pthread_join(thread, nil) }

    private static func start(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body() }
        return nil
    }

    private final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
