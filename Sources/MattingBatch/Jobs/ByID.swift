/// Values by ids of pictures. An id is its bytes: texts that differ in how an accent is composed are equal as `String`, and are
/// names of two files all the same.
package struct ByID<Value> {
    private var entries: [[UInt8]: (id: String, value: Value)] = [:]

    package init() {}

    /// - Complexity: O(length of the id).
    package subscript(id: String) -> Value? {
        get { entries[Array(id.utf8)]?.value }
        set { entries[Array(id.utf8)] = newValue.map { (id, $0) } }
    }

    package func contains(_ id: String) -> Bool { entries[Array(id.utf8)] != nil }

    package var count: Int { entries.count }
    /// In no order.
    package var ids: some Sequence<String> { entries.values.lazy.map(\.id) }
    /// In no order.
    package var values: some Sequence<Value> { entries.values.lazy.map(\.value) }
    /// In the order of the ids' bytes.
    package var sorted: [(id: String, value: Value)] {
        entries.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    }

    /// Sets a value and returns the one that was there.
    package mutating func updateValue(_ value: Value, forKey id: String) -> Value? {
        entries.updateValue((id, value), forKey: Array(id.utf8))?.value
    }
}

/// A set of ids.
extension ByID<Void> {
    package init(_ ids: some Sequence<String>) {
        for id in ids { insert(id) }
    }

    package mutating func insert(_ id: String) { self[id] = () }
}

extension ByID: Sendable where Value: Sendable {}

extension ByID: Equatable where Value: Equatable {
    package static func == (a: ByID, b: ByID) -> Bool {
        a.count == b.count && a.entries.allSatisfy { b.entries[$0.key]?.value == $0.value.value }
    }
}

extension ByID: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, Value)...) {
        for (id, value) in elements { self[id] = value }
    }
}
