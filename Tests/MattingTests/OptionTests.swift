import MatteRefinement
import Matting
import PictureTestSupport
import Raster
import Testing

/// No number that a caller can give ends the process: each option is refused by its name, with its value and what is
/// allowed.
@Suite struct OptionTests {
    private static let unbelievable: [Float] = [.nan, .infinity, -.infinity, -1, 1e30, -.leastNonzeroMagnitude]

    private static func expectRefusal(_ name: String, _ options: MattingOptions, _ comment: Comment) {
        #expect(comment) {
            _ = try MattingPipeline(options: options)
        } throws: { error in
            guard case .invalidOption(name, let value, let allowed)? = error as? MattingError else { return false }
            return !value.isEmpty && !allowed.isEmpty && "\(error)".contains(allowed)
        }
    }

    private static func refusal(_ name: String, change: (inout GuidedUpsampling) -> Void) throws {
        var upsampling = GuidedUpsampling()
        change(&upsampling)
        let comment: Comment = "\(name): \(String(describing: upsampling))"
        expectRefusal("refinement.\(name)", MattingOptions(refinement: .guided(upsampling)), comment)
        expectRefusal(
            "refinement.upsampling.\(name)",
            MattingOptions(refinement: .edges(EdgeRefinement(upsampling: upsampling))), comment)
        let matte = try AlphaMatte(width: 2, height: 2, values: [0, 1, 0, 1])
        let image = try RasterImage(width: 5, height: 4, colorModel: .rgb)
        #expect(comment) {
            _ = try matte.upsampled(to: image, by: upsampling)
        } throws: { error in
            if case .invalidOption("upsampling.\(name)", _, _)? = error as? MattingError { true } else { false }
        }
    }

    @Test func theMemoryLimit() {
        for value in [0, -1, Int.min] {
            Self.expectRefusal("memoryLimit", MattingOptions(memoryLimit: value), "\(value)")
        }
    }

    @Test func everyNumberOfTheGuidedUpsampling() throws {
        for value in Self.unbelievable {
            try Self.refusal("radius") { $0.radius = value }
            try Self.refusal("secondRadius") { $0.secondRadius = value }
            try Self.refusal("epsilon") { $0.epsilon = value }
            try Self.refusal("leastWeight") { $0.leastWeight = value }
            try Self.refusal("steepestSlope") { $0.steepestSlope = value }
            try Self.refusal("deadZone") { $0.deadZone = value }
            try Self.refusal("workingScale") { $0.workingScale = value }
        }
        for value in [0, Float(1025)] { try Self.refusal("radius") { $0.radius = value } }
        for value in [0, Float(1.5)] { try Self.refusal("leastWeight") { $0.leastWeight = value } }
        for value in [0, Float(1.5)] { try Self.refusal("epsilon") { $0.epsilon = value } }
        try Self.refusal("steepestSlope") { $0.steepestSlope = 0 }
        try Self.refusal("deadZone") { $0.deadZone = 0.5 }
        for value in [Float(0.9), 8.5] { try Self.refusal("workingScale") { $0.workingScale = value } }
        for value in [0, -1, 257, 1_000_000, Int.max, Int.min] { try Self.refusal("reach") { $0.reach = value } }
        let shares: [ClosedRange<Float>] = [
            0.5...0.5, -0.1...0.5, 0.5...1.1, -Float.infinity...Float.infinity, 2...3,
        ]
        for share in shares { try Self.refusal("trustedShare") { $0.trustedShare = share } }
    }

    /// Values at the ends of what is allowed are.
    @Test func theEndsOfTheRangesWork() throws {
        let image = try RasterImage.ball(width: 40, height: 30)
        let matte = try AlphaMatte.random(width: 8, height: 6, seed: 1)
        let extremes = [
            GuidedUpsampling(
                radius: 1024, secondRadius: 1024, epsilon: 1, leastWeight: 1, trustedShare: 0...1, steepestSlope: 1e6,
                reach: 256, deadZone: 0.499, workingScale: 8),
            GuidedUpsampling(
                radius: .leastNormalMagnitude, secondRadius: 0, epsilon: 1e-12, leastWeight: 1e-6,
                trustedShare: 0...Float.leastNormalMagnitude, steepestSlope: .leastNormalMagnitude, reach: 1,
                deadZone: 0, workingScale: 1),
        ]
        for upsampling in extremes {
            let result = try matte.upsampled(to: image, by: upsampling)
            #expect(result.values.allSatisfy { $0 >= 0 && $0 <= 1 })
        }
    }

    @Test func everyNumberOfThePipeline() {
        for count in [0, -1, 1025, 3000, Int.max, Int.min] {
            Self.expectRefusal("threadCount", MattingOptions(threadCount: count), "\(count) threads")
            Self.expectRefusal("concurrentCalls", MattingOptions(concurrentCalls: count), "\(count) calls")
        }
        for threshold in Self.unbelievable + [1.01] {
            Self.expectRefusal("subjectThreshold", MattingOptions(subjectThreshold: threshold), "\(threshold)")
        }
        for limit in [-1, 4097, Int.max, Int.min] {
            let edges = EdgeRefinement(cropLimit: limit)
            Self.expectRefusal("refinement.cropLimit", MattingOptions(refinement: .edges(edges)), "\(limit) crops")
        }
    }

    @Test func everyNumberOfTheTemporalFilter() async throws {
        let pipeline = try SharedPipeline.standard.get()
        func refusal(_ name: String, change: (inout TemporalFilter) -> Void) {
            var filter = TemporalFilter()
            change(&filter)
            func isRefusal(_ error: any Error) -> Bool {
                if case .invalidOption("filter.\(name)", _, _)? = error as? MattingError { true } else { false }
            }
            #expect("\(name): \(String(describing: filter))") {
                _ = try VideoMatting(pipeline, filter: filter)
            } throws: {
                isRefusal($0)
            }
            #expect("\(name): \(String(describing: filter))") {
                _ = try pipeline.mattes(of: AsyncStream<RasterImage> { $0.finish() }, filter: filter)
            } throws: {
                isRefusal($0)
            }
        }
        for value in Self.unbelievable {
            refusal("longestMemory") { $0.longestMemory = value }
            refusal("stillChange") { $0.stillChange = value }
            refusal("movedChange") { $0.movedChange = value }
            refusal("reach") { $0.reach = value }
        }
        refusal("longestMemory") { $0.longestMemory = 0.5 }
        refusal("movedChange") { $0.movedChange = $0.stillChange }
        refusal("reach") { $0.reach = 1.5 }
        for noise in [0...Float(0.1), -1...Float(0.1), 0.1...Float(2), 0.1...Float.infinity] {
            refusal("noise") { $0.noise = noise }
        }
    }

    // MARK: Mattes and results

    @Test func valuesThatAreNoMatte() throws {
        #expect(throws: MattingError.wrongValueCount(count: 3, width: 2, height: 2)) {
            try AlphaMatte(width: 2, height: 2, values: [0, 1, 0])
        }
        for (width, height) in [(0, 0), (0, 4), (-2, -2), (Int.min, 1)] {
            #expect(throws: MattingError.picture(.emptyPicture(width: width, height: height))) {
                try AlphaMatte(width: width, height: height, values: [])
            }
        }
        for (width, height) in [(Int.max, Int.max), (1 << 33, 1 << 33), (Int.max, 2)] {
            #expect {
                try AlphaMatte(width: width, height: height, values: [])
            } throws: {
                if case .picture(.tooLarge)? = $0 as? MattingError { true } else { false }
            }
        }
        // Values that no alpha has become the nearest that it has.
        let matte = try AlphaMatte(width: 5, height: 1, values: [.nan, -.infinity, .infinity, -1, 2])
        #expect(matte.values == [0, 0, 1, 0, 1])
    }

    @Test func pixelsOutsideAreNone() throws {
        let matte = try AlphaMatte(width: 2, height: 1, values: [0.25, 0.5])
        #expect(matte[0, 0] == 0.25 && matte[1, 0] == 0.5)
        for (x, y) in [(-1, 0), (2, 0), (0, 1), (0, -1), (Int.max, Int.max), (Int.min, 0)] {
            #expect(matte[x, y] == nil)
        }
    }

    @Test func aMatteOfAnotherSizeIsNoResult() throws {
        let image = try RasterImage(width: 3, height: 2, colorModel: .rgb)
        let matte = try AlphaMatte(width: 2, height: 3, values: [Float](repeating: 0, count: 6))
        #expect(
            throws: MattingError.differentSizes(of: "picture", width: 3, height: 2, expectedWidth: 2, expectedHeight: 3)
        ) {
            try MattingResult(image: image, alpha: matte)
        }
    }

    @Test func mattesGoIntoACallersMemory() throws {
        let matte = try AlphaMatte.random(width: 7, height: 5, seed: 3)
        for depth in RasterImage.BitDepth.allCases {
            let size = depth.rawValue / 8
            let expected = try matte.image(bitDepth: depth).samples
            for gap in [0, 6] {
                let stride = 7 * size + gap
                let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: stride * 5, alignment: 16)
                defer { memory.deallocate() }
                memory.initializeMemory(as: UInt8.self, repeating: 0xA5)
                try matte.copyValues(to: memory, bitDepth: depth, bytesPerRow: stride)
                for y in 0..<5 {
                    for x in 0..<7 {
                        let offset = y * stride + x * size
                        let value =
                            depth == .eight
                            ? Int(memory[offset]) : Int(memory.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
                        #expect(value == expected[y * 7 + x])
                    }
                    #expect((0..<gap).allSatisfy { memory[y * stride + 7 * size + $0] == 0xA5 })
                }
                #expect(throws: MattingError.picture(.bufferTooSmall(byteCount: 3, needed: stride * 4 + 7 * size))) {
                    try matte.copyValues(
                        to: UnsafeMutableRawBufferPointer(rebasing: memory[..<3]), bitDepth: depth,
                        bytesPerRow: stride)
                }
            }
        }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 200, alignment: 16)
        defer { memory.deallocate() }
        #expect(throws: MattingError.picture(.misaligned(byteCount: 2))) {
            try matte.copyValues(to: UnsafeMutableRawBufferPointer(rebasing: memory[1...]), bitDepth: .sixteen)
        }
        #expect(throws: MattingError.picture(.rowsTooShort(bytesPerRow: 6, needed: 7))) {
            try matte.copyValues(to: memory, bytesPerRow: 6)
        }
    }
}
