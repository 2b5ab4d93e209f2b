#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Values on their way from one thread to another, in order, at most some at a time: whoever is ahead waits.
package final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
    // Unchecked: what changes is touched under `mutex` only.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let capacity: Int
    private var elements: [Element] = []
    private var isFinished = false
    private var isClosed = false

    /// - Precondition: `capacity` is at least 1.
    package init(capacity: Int) {
        precondition(capacity >= 1, "a queue of \(capacity) elements")
        self.capacity = capacity
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Appends a value, when there is room; false where nobody will receive it.
    package func send(_ element: Element) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while elements.count >= capacity && !isClosed { pthread_cond_wait(changed, mutex) }
        if isClosed { return false }
        elements.append(element)
        pthread_cond_broadcast(changed)
        return true
    }

    /// Says that no value follows.
    package func finish() {
        pthread_mutex_lock(mutex)
        isFinished = true
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }

    /// The next value, when there is one; nil after the last, and where the queue was closed.
    package func receive() -> Element? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while elements.isEmpty && !isFinished && !isClosed { pthread_cond_wait(changed, mutex) }
        if elements.isEmpty { return nil }
        let first = elements.removeFirst()
        pthread_cond_broadcast(changed)
        return first
    }

    /// Says that nobody receives any more: what is on its way is dropped, and the sender stops waiting.
    package func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        elements = []
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }
}
