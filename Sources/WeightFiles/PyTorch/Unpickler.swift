/// Reads Python's pickles as far as checkpoints need it: a machine with a stack, of which nothing is ever executed.
///
/// A pickle is a program of one-byte instructions; Python runs it, imports what it names and calls that. Here names stand
/// for known things (``TorchGlobal``), calls of them make tensors, dictionaries and data, and everything else is refused
/// by name. Instructions are those of protocols 2 to 5 that `torch.save` writes.
///
/// Every instruction has a byte at least and makes at most one value, so memory is bounded by the pickle's own bytes;
/// stack, memo and objects have limits besides.
struct Unpickler {
    private(set) var objects = PickleObjects()
    private var cursor: ByteCursor
    private var stack: [PickleValue] = []
    /// Where on the stack the items of unfinished containers begin.
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]
    /// A memo without numbers counts for itself.
    private var nextMemo = 0
    /// Entries of dictionaries that were made of other containers, which no bytes of the pickle paid for.
    private var copiedEntryCount = 0
    let file: String
    private let limits: WeightLimits

    /// Values at once on the stack; containers are filled in portions of a thousand.
    private static let stackLimit = 1 << 16

    init(_ bytes: UnsafeRawBufferPointer, file: String, limits: WeightLimits) {
        self.cursor = ByteCursor(bytes)
        self.file = file
        self.limits = limits
    }

    /// Where the next pickle begins.
    var position: Int { cursor.position }

    /// Reads one pickle to its end; its objects join those of the ones before.
    ///
    /// - Throws: ``WeightError/checkpoint(file:_:)`` with the problems under "The pickle".
    /// - Complexity: O(bytes).
    mutating func load() throws(WeightError) -> PickleValue {
        (stack, marks, memo, nextMemo) = ([], [], [:], 0)
        // A tensor takes seven, and a training keeps three tensors for each of the network.
        let objectLimit = min(limits.tensorCount, 1 << 32) * 16
        while true {
            guard let code: UInt8 = cursor.next() else { throw malformed("another instruction") }
            guard let instruction = PickleInstruction(rawValue: code) else {
                throw problem(.unknownInstruction(code: code, byteOffset: cursor.position - 1))
            }
            if instruction == .stop {
                let value = try pop()
                guard stack.isEmpty else { throw malformed("one value at the end") }
                return value
            }
            try perform(instruction)
            try require("values on its stack", stack.count, below: Self.stackLimit)
            try require("open containers", marks.count, below: Self.stackLimit)
            try require("objects", objects.count, below: objectLimit)
            try require("remembered values", memo.count, below: objectLimit)
        }
    }

    // MARK: Instructions

    private mutating func perform(_ instruction: PickleInstruction) throws(WeightError) {
        switch instruction {
        case .stop: break
        case .proto:
            guard let version: UInt8 = cursor.next(), (2...5).contains(version) else {
                throw malformed("protocol 2 to 5")
            }
        case .frame: _ = try next(UInt64.self)

        case .none: stack.append(.none)
        case .newTrue: stack.append(.bool(true))
        case .newFalse: stack.append(.bool(false))
        case .integer: stack.append(.integer(Int(try next(Int32.self))))
        case .integer1: stack.append(.integer(Int(try next(UInt8.self))))
        case .integer2: stack.append(.integer(Int(try next(UInt16.self))))
        case .long1: stack.append(Self.number(try take(Int(try next(UInt8.self)))))
        case .long4: stack.append(Self.number(try take(Int(try next(Int32.self)))))
        case .float: stack.append(.float(Double(bitPattern: UInt64(bigEndian: UInt64(littleEndian: try next())))))
        case .shortText: try pushText(Int(try next(UInt8.self)))
        case .text: try pushText(Int(try next(UInt32.self)))
        case .text8: try pushText(Int(clamping: try next(UInt64.self)))
        case .shortOldText: try pushOldText(Int(try next(UInt8.self)))
        case .oldText: try pushOldText(Int(try next(Int32.self)))
        case .shortBytes: try pushBytes(Int(try next(UInt8.self)))
        case .bytes: try pushBytes(Int(try next(UInt32.self)))
        case .bytes8, .byteArray8: try pushBytes(Int(clamping: try next(UInt64.self)))

        case .mark: marks.append(stack.count)
        case .pop: _ = try pop()
        case .popMark: _ = try popToMark()
        case .duplicate: stack.append(try top())

        case .emptyTuple: pushTuple([])
        case .tuple1: pushTuple([try pop()])
        case .tuple2:
            let second = try pop()
            pushTuple([try pop(), second])
        case .tuple3:
            let (third, second) = (try pop(), try pop())
            pushTuple([try pop(), second, third])
        case .tuple: pushTuple(try popToMark())
        case .emptyList: pushList([])
        case .list: pushList(try popToMark())
        case .append:
            let item = try pop()
            try append([item])
        case .appends: try append(try popToMark())
        case .emptyDictionary: pushDictionary([])
        case .dictionary: pushDictionary(try pairs(try popToMark()))
        case .setItem:
            let value = try pop()
            let key = try pop()
            try set([(key, value)])
        case .setItems: try set(try pairs(try popToMark()))
        case .emptySet: stack.append(.opaque)
        case .frozenSet:
            _ = try popToMark()
            stack.append(.opaque)
        case .addItems:
            _ = try popToMark()
            guard case .opaque = try top() else { throw malformed("a set") }

        case .put1: remember(Int(try next(UInt8.self)), try top())
        case .put4: remember(Int(try next(UInt32.self)), try top())
        case .memoize: remember(nextMemo, try top())
        case .get1: try recall(Int(try next(UInt8.self)))
        case .get4: try recall(Int(try next(UInt32.self)))

        case .global: try pushGlobal(module: try line(), name: try line())
        case .stackGlobal:
            guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
                throw malformed("the name of a class")
            }
            try pushGlobal(module: module, name: name)
        case .reduce:
            let arguments = try pop()
            stack.append(try call(try pop(), arguments))
        case .newObject: try makeData(argumentCount: 1)
        case .newObjectEx: try makeData(argumentCount: 2)
        case .build:
            // Attributes; of a dictionary PyTorch writes `_metadata`, versions of its modules.
            _ = try pop()
            switch try top() {
            case .dictionary, .opaque, .tensor: break
            default: throw malformed("an object that can have attributes")
            }
        case .persistentID: stack.append(try storage(try pop()))
        }
    }

    // MARK: Values

    private mutating func next<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) throws(WeightError) -> Value {
        guard let value: Value = cursor.next() else { throw malformed("a number") }
        return value
    }

    private mutating func take(_ count: Int) throws(WeightError) -> UnsafeRawBufferPointer {
        guard let bytes = cursor.take(count) else { throw malformed("\(count) bytes of a value") }
        return bytes
    }

    private mutating func line() throws(WeightError) -> String {
        guard let bytes = cursor.takeLine(), let line = String(validating: bytes, as: UTF8.self) else {
            throw malformed("a line of text")
        }
        return line
    }

    /// A number in two's complement, of any length.
    private static func number(_ bytes: UnsafeRawBufferPointer) -> PickleValue {
        guard bytes.count <= 8 else { return .largeInteger(Array(bytes)) }
        var value = bytes.last.map { $0 >= 0x80 } == true ? -1 : 0
        for byte in bytes.reversed() { value = value << 8 | Int(byte) }
        return .integer(value)
    }

    private mutating func pushText(_ count: Int) throws(WeightError) {
        guard let text = String(validating: try take(count), as: UTF8.self) else { throw malformed("text as UTF-8") }
        stack.append(.text(text))
    }

    /// A string of Python 2: text or bytes.
    private mutating func pushOldText(_ count: Int) throws(WeightError) {
        stack.append(String(validating: try take(count), as: UTF8.self).map { .text($0) } ?? .opaque)
    }

    private mutating func pushBytes(_ count: Int) throws(WeightError) {
        _ = try take(count)
        stack.append(.opaque)
    }

    private mutating func pushGlobal(module: String, name: String) throws(WeightError) {
        guard let global = TorchGlobal("\(module).\(name)") else {
            throw problem(.refusedObject(name: "\(module).\(name)"))
        }
        stack.append(.global(global))
    }

    // MARK: Containers

    private mutating func pushTuple(_ items: [PickleValue]) {
        objects.tuples.append(items)
        stack.append(.tuple(objects.tuples.count - 1))
    }

    private mutating func pushList(_ items: [PickleValue]) {
        objects.lists.append(items)
        stack.append(.list(objects.lists.count - 1))
    }

    private mutating func pushDictionary(_ entries: [(key: PickleValue, value: PickleValue)]) {
        objects.dictionaries.append(entries)
        stack.append(.dictionary(objects.dictionaries.count - 1))
    }

    private mutating func append(_ items: [PickleValue]) throws(WeightError) {
        switch try top() {
        case .list(let index): objects.lists[index] += items
        case .opaque: break
        default: throw malformed("a list")
        }
    }

    private mutating func set(_ entries: [(key: PickleValue, value: PickleValue)]) throws(WeightError) {
        switch try top() {
        case .dictionary(let index): objects.dictionaries[index] += entries
        case .opaque: break
        default: throw malformed("a dictionary")
        }
    }

    private func pairs(_ items: [PickleValue]) throws(WeightError) -> [(key: PickleValue, value: PickleValue)] {
        guard items.count.isMultiple(of: 2) else { throw malformed("a value for every key") }
        return stride(from: 0, to: items.count, by: 2).map { (items[$0], items[$0 + 1]) }
    }

    // MARK: Stack and memo

    private func top() throws(WeightError) -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.last else { throw malformed("a value before it") }
        return value
    }

    private mutating func pop() throws(WeightError) -> PickleValue {
        let value = try top()
        stack.removeLast()
        return value
    }

    private mutating func popToMark() throws(WeightError) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw malformed("a mark before it") }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }

    private mutating func remember(_ index: Int, _ value: PickleValue) {
        memo[index] = value
        nextMemo += 1
    }

    private mutating func recall(_ index: Int) throws(WeightError) {
        guard let value = memo[index] else { throw malformed("a value that was remembered") }
        stack.append(value)
    }

    // MARK: Calls

    /// An object of a class that is only data.
    ///
    /// - Parameter argumentCount: 2 where keywords follow the arguments.
    private mutating func makeData(argumentCount: Int) throws(WeightError) {
        for _ in 1..<argumentCount { _ = try pop() }
        let arguments = try pop()
        let made = try call(try pop(), arguments)
        guard case .opaque = made else { throw malformed("a class of data") }
        stack.append(made)
    }

    /// What calling `function` would give: of known functions only, without calling anything.
    private mutating func call(_ function: PickleValue, _ arguments: PickleValue) throws(WeightError) -> PickleValue {
        guard case .global(let global) = function, let items = objects.tuple(arguments) else {
            throw malformed("a function and its arguments")
        }
        switch global {
        case .data: return .opaque
        case .type, .storage: throw malformed("a function")
        case .size:
            guard items.count == 1, case .tuple = items[0] else { throw malformed("a size") }
            return items[0]
        case .rebuildParameter:
            guard case .tensor = items.first else { throw malformed("a tensor") }
            return items[0]
        case .dictionary:
            objects.dictionaries.append(try entries(items))
            return .dictionary(objects.dictionaries.count - 1)
        case .rebuildTensor: return try tensor(items, type: nil)
        case .rebuildTypedTensor:
            guard items.count >= 7, case .global(.type(let type)) = items[6] else { throw malformed("a tensor's type") }
            return try tensor(items, type: .some(type))
        }
    }

    /// The entries that a dictionary is made with: none, or a list of pairs; a `defaultdict` has a class instead.
    private mutating func entries(
        _ items: [PickleValue]
    ) throws(WeightError) -> [(key: PickleValue, value: PickleValue)] {
        var entries: [(key: PickleValue, value: PickleValue)] = []
        switch items.first {
        case .list(let list):
            for item in objects.lists[list] {
                let pair: [PickleValue]? =
                    if case .list(let index) = item { objects.lists[index] } else { objects.tuple(item) }
                guard let pair, pair.count == 2 else { throw malformed("a key and a value") }
                entries.append((pair[0], pair[1]))
            }
        case .dictionary(let index): entries = objects.dictionaries[index]
        default: break
        }
        copiedEntryCount += entries.count
        try require("copied entries", copiedEntryCount, below: cursor.bytes.count)
        return entries
    }

    /// A storage, by what a pickle says of it: `("storage", type, key, device, number of values)`.
    private mutating func storage(_ identifier: PickleValue) throws(WeightError) -> PickleValue {
        guard let items = objects.tuple(identifier), items.count >= 5, case .text("storage") = items[0],
            case .global(.storage(let name, let type)) = items[1], case .text(let key) = items[2],
            case .integer(let count) = items[4], count >= 0
        else { throw malformed("a storage") }
        // The older form could say that a storage is a part of another; tensors have had offsets for longer than that.
        let isPart = items.dropFirst(5).contains { if case .none = $0 { false } else { true } }
        guard !isPart else { throw malformed("a whole storage") }
        let storage = PickleObjects.Storage(key: key, typeName: name, type: type, count: count)
        guard !count.multipliedReportingOverflow(by: storage.valueByteCount).overflow,
            let index = objects.index(of: storage)
        else { throw malformed("one description of storage \(quoted(key))") }
        return .storage(index)
    }

    /// A tensor: `(storage, offset, shape, strides, …)`; the rest serves training but for what comes last, a dictionary that
    /// only tensors have whose values are not those of their storage, as conjugated ones.
    ///
    /// - Parameter type: what the bytes of an untyped storage mean; nil for the storage's own.
    private mutating func tensor(_ items: [PickleValue], type: WeightType??) throws(WeightError) -> PickleValue {
        guard items.count >= 4, case .storage(let storage) = items[0], case .integer(let offset) = items[1],
            offset >= 0,
            let shape = objects.tuple(items[2]), let strides = objects.tuple(items[3]), shape.count == strides.count
        else { throw malformed("a tensor's storage, offset, shape and strides") }
        if items.count > 6, case .dictionary(let index) = items.last, !objects.dictionaries[index].isEmpty {
            throw problem(.unresolvedTensor)
        }
        guard shape.count <= limits.rank else { throw malformed("at most \(limits.rank) dimensions of a tensor") }
        func lengths(_ values: [PickleValue]) throws(WeightError) -> [Int] {
            var lengths: [Int] = []
            for value in values {
                guard case .integer(let length) = value, length >= 0 else { throw malformed("a length") }
                lengths.append(length)
            }
            return lengths
        }
        return objects.add(
            PickleObjects.Tensor(
                storage: storage, type: type ?? objects.storages[storage].type, offset: offset,
                shape: try lengths(shape), strides: try lengths(strides)))
    }

    // MARK: Errors

    private func problem(_ problem: CheckpointProblem) -> WeightError { .checkpoint(file: file, problem) }

    private func malformed(_ expected: String) -> WeightError {
        problem(.malformedPickle(byteOffset: cursor.position, expected: expected))
    }

    private func require(_ part: String, _ count: Int, below limit: Int) throws(WeightError) {
        guard count <= limit else { throw problem(.tooLarge(part: part, count: count, limit: limit)) }
    }
}
