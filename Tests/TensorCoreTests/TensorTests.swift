import TensorCore
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite struct TensorTests {
    @Test func copiesAreIndependent() throws {
        let shape = try TensorShape(height: 2, width: 2, channels: 1)
        var original = try Tensor(shape: shape, values: [1, 2, 3, 4])
        let copy = original
        try original.withMutableValues { $0[0] = 9 }
        #expect(original.values == [9, 2, 3, 4])
        #expect(copy.values == [1, 2, 3, 4])
    }

    @Test func storageIsCopiedOnlyWhenShared() throws {
        let shape = try TensorShape(height: 2, width: 2, channels: 1)
        var tensor = try Tensor(zeros: shape)
        let own = tensor.unsafeBase
        try tensor.withMutableValues { $0[1] = 5 }
        #expect(tensor.unsafeBase == own, "nobody else reads it")
        let copy = tensor
        #expect(copy.unsafeBase == own, "a copy costs nothing")
        try tensor.withMutableValues { $0[2] = 6 }
        #expect(tensor.unsafeBase != own)
        #expect(copy.values == [0, 5, 0, 0] && tensor.values == [0, 5, 6, 0])
    }

    @Test func zerosAreZeroEvenInRecycledMemory() throws {
        let shape = try TensorShape(height: 33, width: 31, channels: 7)
        for _ in 0..<10 {
            var tensor = try Tensor(zeros: shape)
            #expect(tensor.values.allSatisfy { $0 == 0 })
            try tensor.withMutableValues { $0.update(repeating: .nan) }
        }
    }

    #if os(Linux)
    /// Who fills it may be cancelled meanwhile, which one call to fill it with zeros could not be.
    @Test func largeZerosAreMadeWhenTheyAreTouched() throws {
        let shape = try TensorShape(height: 4096, width: 4096, channels: 1)
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        for _ in 0..<3 {
            var tensor = try Tensor(zeros: shape)
            var residency = [UInt8](repeating: 1, count: shape.elementCount * 4 / page)
            #expect(
                mincore(UnsafeMutableRawPointer(mutating: tensor.unsafeBase), residency.count * page, &residency) == 0)
            #expect(residency.allSatisfy { $0 & 1 == 0 })
            #expect(UInt(bitPattern: tensor.unsafeBase) % 64 == 0)
            let isZero = tensor.withValues { $0.allSatisfy { $0 == 0 } }
            #expect(isZero)
            let copy = tensor
            try tensor.withMutableValues { $0.update(repeating: 7) }
            #expect(
                copy.withValues { $0[shape.elementCount - 1] == 0 }
                    && tensor.withValues { $0[shape.elementCount - 1] == 7 })
        }
    }
    #endif

    @Test func emptyTensorsAreTensors() throws {
        let shape = try TensorShape(batch: 0, height: 4, width: 4, channels: 3)
        #expect(try Tensor(zeros: shape).values.isEmpty)
        #expect(try Tensor(shape: shape, values: []).values.isEmpty)
    }

    @Test func storageIsAlignedToACacheLine() throws {
        for count in [1, 3, 17] {
            let tensor = try Tensor(zeros: TensorShape(height: 1, width: 1, channels: count))
            #expect(UInt(bitPattern: tensor.unsafeBase) % 64 == 0)
        }
    }

    @Test func mapsAreCopiedWithoutTheirGaps() throws {
        var random = SeededGenerator(seed: 1)
        for slack in Slack.all {
            let reference = random.map(2, 3, 5, 9)
            let source = GuardedMap(reference, slack: slack)
            let tensor = try withExtendedLifetime(source) { try Tensor(copying: source.map) }
            // A copy is exact.
            expectClose(tensor, reference, absolute: 0, relative: 0)
        }
    }

    @Test func valuesPassErrorsOn() throws {
        struct Failure: Error {}
        let tensor = try Tensor(zeros: TensorShape(height: 1, width: 1, channels: 1))
        #expect(throws: Failure.self) { try tensor.withValues { _ throws(Failure) in throw Failure() } }
    }

    // MARK: Shapes

    @Test func shapeCountsItsElements() throws {
        let shape = try TensorShape(batch: 2, height: 3, width: 5, channels: 7)
        #expect(shape.pixelCount == 30 && shape.elementCount == 210)
        #expect(shape.description == "[2, 3, 5, 7]")
        #expect(try TensorShape(height: 3, width: 5, channels: 7).batch == 1)
    }

    static let absurd: [[Int]] = [
        [-1, 1, 1, 1], [1, -1, 1, 1], [1, 1, -1, 1], [1, 1, 1, -1], [-1, -1, 1, 1], [1, 1, 1, .min], [1, 1, 1, .max],
        [1, 1 << 31, 1 << 31, 1], [1 << 16, 1 << 16, 1 << 16, 1 << 16], [1, 1, 1 << 61, 1], [0, -1, 1, 1],
        [1 << 62, 0, 1, -1],
    ]

    @Test(arguments: absurd) func absurdShapesAreRefused(dimensions: [Int]) {
        #expect(throws: TensorError.shapeOverflow(dimensions: dimensions)) {
            try TensorShape(
                batch: dimensions[0], height: dimensions[1], width: dimensions[2], channels: dimensions[3])
        }
    }

    @Test func largestShapesAreCounted() throws {
        let shape = try TensorShape(height: 1, width: 1 << 30, channels: (1 << 31) - 1)
        #expect(shape.elementCount == ((1 << 31) - 1) << 30)
        // 2⁶³ − 2³² bytes: countable, not to be had.
        #expect(throws: TensorError.outOfMemory(byteCount: shape.elementCount * 4, purpose: "a tensor \(shape)")) {
            try Tensor(zeros: shape)
        }
        #expect(throws: TensorError.self) { try Tensor(shape: shape) { _ in } }
    }

    @Test func buffersThatCannotBeCountedAreRefused() {
        #expect(throws: TensorError.outOfMemory(byteCount: .max, purpose: "a test")) {
            try FloatBuffer(count: .max / 2, purpose: "a test")
        }
    }

    @Test func errorsSayWhatToDo() {
        let errors: [TensorError] = [
            .shapeOverflow(dimensions: [1, 2, 3, 4]), .outOfMemory(byteCount: 12, purpose: "a test"),
        ]
        for error in errors { #expect(error.description.contains("use a smaller picture or input size")) }
        #expect(errors[0].description.contains("[1, 2, 3, 4]"))
        #expect(errors[1].description.contains("12 bytes for a test"))
    }
}
