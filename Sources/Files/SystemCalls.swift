#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The system's text for an error number.
package func systemReason(_ code: Int32) -> String { String(cString: strerror(code)) }

/// Repeats a call while a signal interrupts it; the result is -1 with `errno` set on other failures.
package func retryingInterrupts<Value: SignedInteger>(_ call: () -> Value) -> Value {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}

/// One `read`; a descriptor that is set not to block is waited for.
package func readSome(_ descriptor: Int32, into base: UnsafeMutableRawPointer, count: Int) -> Int {
    while true {
        let step = retryingInterrupts { read(descriptor, base, count) }
        guard step < 0, errno == EAGAIN else { return step }
        waitUntilReady(descriptor, for: POLLIN)
    }
}

/// One `write`; a descriptor that is set not to block is waited for.
package func writeSome(_ descriptor: Int32, from base: UnsafeRawPointer, count: Int) -> Int {
    while true {
        let step = retryingInterrupts { write(descriptor, base, count) }
        guard step < 0, errno == EAGAIN else { return step }
        waitUntilReady(descriptor, for: POLLOUT)
    }
}

private func waitUntilReady(_ descriptor: Int32, for event: some BinaryInteger) {
    var request = pollfd(fd: descriptor, events: Int16(event), revents: 0)
    _ = poll(&request, 1, -1)
}
