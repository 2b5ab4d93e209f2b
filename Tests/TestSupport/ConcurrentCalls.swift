#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Calls `body(index)` for each index in `0..<count` at the same time, each on a thread of its own, and waits for all.
///
/// Threads of the system, because tasks run on no more threads than there are processors.
package func concurrently(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    final class Call: Sendable {
        let index: Int
        let body: @Sendable (Int) -> Void
        init(_ index: Int, _ body: @escaping @Sendable (Int) -> Void) {
            self.index = index
            self.body = body
        }
        static func start(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
            if let context {
                let call = Unmanaged<Call>.fromOpaque(context).takeRetainedValue()
                call.body(call.index)
            }
            return nil
        }
    }
    var threads: [pthread_t] = []
    for index in 0..<count {
        let call = Unmanaged.passRetained(Call(index, body))
        #if canImport(Darwin)
        var thread: pthread_t?
        let status = pthread_create(&thread, nil, { Call.start($0) }, call.toOpaque())
        guard status == 0, let thread else { fatalError("no thread for a test") }
        #else
        var thread = pthread_t()
        let status = pthread_create(&thread, nil, { Call.start($0) }, call.toOpaque())
        guard status == 0 else { fatalError("no thread for a test") }
        #endif
        threads.append(thread)
    }
    for thread in threads { pthread_join(thread, nil) }
}
