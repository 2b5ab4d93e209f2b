import Synchronization
import Testing
import Threads

@Suite struct BoundedQueueTests {
    @Test(arguments: [1, 2, 7]) func valuesKeepTheirOrder(capacity: Int) throws {
        let queue = BoundedQueue<Int>(capacity: capacity)
        let sender = try #require(
            ThreadHandle {
                for value in 0..<500 where !queue.send(value) { return }
                queue.finish()
            })
        var received: [Int] = []
        while let value = queue.receive() { received.append(value) }
        sender.join()
        #expect(received == Array(0..<500))
        #expect(queue.receive() == nil)
    }

    @Test func theSenderWaitsForRoom() throws {
        let queue = BoundedQueue<Int>(capacity: 3)
        let sent = Counter()
        let sender = try #require(
            ThreadHandle {
                for value in 0..<10 where queue.send(value) { sent.value.add(1, ordering: .sequentiallyConsistent) }
                queue.finish()
            })
        for value in 0..<10 {
            // As many as there is room for, and those that were received.
            #expect(sent.value.load(ordering: .sequentiallyConsistent) <= value + 3)
            #expect(queue.receive() == value)
        }
        sender.join()
        #expect(sent.value.load(ordering: .sequentiallyConsistent) == 10)
    }

    @Test func closingFreesTheSender() throws {
        let queue = BoundedQueue<Int>(capacity: 1)
        let refused = Counter()
        let sender = try #require(
            ThreadHandle {
                while queue.send(1) {}
                refused.value.add(1, ordering: .sequentiallyConsistent)
            })
        _ = queue.receive()
        queue.close()
        sender.join()
        #expect(refused.value.load(ordering: .sequentiallyConsistent) == 1)
        #expect(queue.receive() == nil)
        #expect(!queue.send(2))
    }

    private final class Counter: Sendable {
        let value = Atomic<Int>(0)
    }
}
