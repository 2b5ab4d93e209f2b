#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The system's text for an error number.
func systemReason(_ code: Int32) -> String { String(cString: strerror(code)) }

/// Repeats a call while a signal interrupts it; the result is -1 with `errno` set on other failures.
func retryingInterrupts<Value: SignedInteger>(_ call: () -> Value) -> Value {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}

/// Waits until a descriptor that is set not to block is ready.
func waitUntilReady(_ descriptor: Int32, for events: Int32) {
    var request = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    _ = poll(&request, 1, -1)
}
