import PictureTestSupport
import Raster
import Testing
import TestSupport
import Threads

@testable import Matting

/// Steps of mask work by themselves, in order, and with numbers that they cannot have.
@Suite struct MaskOperationTests {
    static let all: [MaskOperation] = [
        .threshold(0.4), .feather(2.5), .grow(1.5), .shrink(1.5), .grow(7), .smooth(radius: 2, tolerance: 0.2),
        .opening(2),
        .closing(2), .fillHoles(largestArea: nil), .fillHoles(largestArea: 9), .keepLargest(2),
        .removeSpecks(smallestArea: 5), .invert,
    ]

    /// A matte drawn in text: a digit is tenths of alpha, # is 1, anything else 0.
    private static func matte(_ rows: String...) throws -> AlphaMatte {
        let values = rows.flatMap { row in row.map { $0 == "#" ? 1 : Float($0.wholeNumberValue ?? 0) / 10 } }
        return try AlphaMatte(width: rows[0].count, height: rows.count, values: values)
    }

    // MARK: One by one

    @Test func threshold() throws {
        let matte = try AlphaMatte(unchecked: [0, 0.39, 0.4, 0.41, 1, .nan, 2, -1], width: 4, height: 2)
        #expect(try matte.applying(.threshold(0.4)).values == [0, 0, 1, 1, 1, 0, 1, 0])
        #expect(try matte.applying(.threshold(1)).values == [0, 0, 0, 0, 1, 0, 1, 0])
    }

    @Test func invert() throws {
        let matte = try AlphaMatte(unchecked: [0, 0.25, 1, .nan, 2, -1], width: 3, height: 2)
        #expect(try matte.applying(.invert).values == [1, 0.75, 0, 1, 0, 1])
    }

    @Test func growingAndShrinking() throws {
        let matte = try Self.matte(".....", ".....", "..#..", ".....", ".....")
        let grown = try Self.matte(".....", "..#..", ".###.", "..#..", ".....")
        let values = try matte.applying(.grow(1)).values
        for (index, value) in grown.values.enumerated() {
            // The circle passes diagonal neighbours at 0.29 of a pixel in both directions: half of a point is there.
            let isDiagonal = [6, 8, 16, 18].contains(index)
            #expect(abs(values[index] - (isDiagonal ? 0.5 : value)) < 1e-5)
        }
        #expect(try matte.applying(.shrink(1)).values.allSatisfy { $0 == 0 })
        // The picture's border takes nothing away.
        let full = try AlphaMatte(width: 9, height: 7, values: Array(repeating: 1, count: 63))
        #expect(try full.applying(.shrink(300)).values.allSatisfy { $0 == 1 })
        #expect(try matte.applying(.grow(1024)).values.allSatisfy { $0 == 1 })
    }

    /// A hair goes and a block stays; a crack is closed and the outside stays.
    @Test func openingAndClosing() throws {
        let width = 40
        let values = (0..<width * 40).map { index -> Float in
            let (x, y) = (index % width, index / width)
            return (5..<25).contains(x) && (10..<30).contains(y) || y == 20 ? 1 : 0
        }
        let matte = try AlphaMatte(width: width, height: 40, values: values)
        let opened = try matte.applying(.opening(2))
        #expect(opened[35, 20] == 0 && opened[15, 20] == 1 && opened[5, 20] == 1 && opened[15, 10] == 1)
        let crack = try matte.applying(.invert).applying(.closing(2))
        #expect(crack[35, 20] == 1 && crack[15, 20] == 0)
        for radius in [0.5, 3, 6.5] {
            // Opening takes away, closing adds.
            let random = try AlphaMatte.random(width: 45, height: 33, seed: 31)
            let (opened, closed) = (try random.applying(.opening(radius)), try random.applying(.closing(radius)))
            #expect(zip(opened.values, random.values).allSatisfy { $0 <= $1 })
            #expect(zip(closed.values, random.values).allSatisfy { $0 >= $1 })
        }
    }

    @Test func holes() throws {
        // A hole with a soft rim, one of four pixels, one that is open to the border, and a bay closed at a corner only.
        let matte = try Self.matte(
            "##########..",
            "#888###..#..",
            "#8.8###..#..",
            "#888#####...",
            "#####.##.###",
            "####..###.##",
            "###..####.#.")
        let filled = try matte.applying(.fillHoles(largestArea: nil))
        #expect(filled[1, 1] == 1 && filled[2, 2] == 1 && filled[3, 3] == 1)
        #expect(filled[7, 1] == 1 && filled[8, 2] == 1)
        #expect(filled[5, 4] == 0 && filled[4, 5] == 0 && filled[3, 6] == 0)
        // Holes are connected by sides only: the pixel above the open bay is a hole.
        #expect(filled[8, 4] == 1 && filled[9, 5] == 0)
        let small = try matte.applying(.fillHoles(largestArea: 3))
        #expect(small[2, 2] == 1 && small[7, 1] == 0)
        #expect(try matte.applying(.fillHoles(largestArea: 0)).values == matte.values)
    }

    @Test func largestSubjects() throws {
        // Three subjects with rims; 3 lies between the first two, nearer to the second; a wisp of its own.
        let matte = try Self.matte(
            "####.......22...",
            "####4332##......",
            "####....##....#3",
            "..............##",
            "1..............1")
        let largest = try matte.applying(.keepLargest(1))
        #expect(
            largest.values
                == (try Self.matte(
                    "####............", "####43..........", "####............", "................", "................"))
                .values)
        let two = try matte.applying(.keepLargest(2))
        #expect(
            two[8, 1] == 1 && two[7, 1] == 0.2 && two[14, 2] == 0 && two[15, 2] == 0 && two[11, 0] == 0
                && two[0, 4] == 0)
        let many = try matte.applying(.keepLargest(.max))
        #expect(many[15, 2] == 0.3 && many[15, 4] == 0.1 && many[11, 0] == 0 && many[0, 4] == 0)
        // Of equally large ones the first.
        let equal = try Self.matte("##..##", "......")
        #expect(try equal.applying(.keepLargest(1)).values == Self.matte("##....", "......").values)
    }

    @Test func specks() throws {
        let matte = try Self.matte(
            "####..22..1.",
            "####..22....",
            ".......4....",
            "...#3.......",
            "............",
            "##........#.",
            "..........#.")
        let clean = try matte.applying(.removeSpecks(smallestArea: 3))
        #expect(clean[0, 0] == 1 && clean[0, 5] == 0 && clean[10, 5] == 0 && clean[3, 3] == 0 && clean[4, 3] == 0)
        // Soft only, five pixels; and one.
        #expect(clean[6, 0] == 0.2 && clean[7, 2] == 0.4 && clean[10, 0] == 0)
        #expect(try matte.applying(.removeSpecks(smallestArea: 6))[6, 0] == 0)
        #expect(try matte.applying(.removeSpecks(smallestArea: 1)).values == matte.values)
        #expect(try matte.applying(.removeSpecks(smallestArea: .max)).values.allSatisfy { $0 == 0 })
    }

    @Test func feathering() throws {
        let matte = try AlphaMatte(width: 60, height: 3, values: (0..<180).map { $0 % 60 < 30 ? 1 : 0 })
        let soft = try matte.applying(.feather(3))
        #expect(soft.values.allSatisfy { $0 >= 0 && $0 <= 1 })
        #expect(soft[0, 1] == 1 && soft[59, 1] == 0)
        // One deviation beyond the edge a Gaussian has 0.16.
        #expect(abs((soft[32, 1] ?? 0) - 0.2) < 0.03 && abs((soft[29, 1] ?? 0) + (soft[30, 1] ?? 0) - 1) < 1e-6)
        #expect(try matte.applying(.feather(0)).values == matte.values)
    }

    // MARK: Together

    @Test func orderCounts() throws {
        let matte = try AlphaMatte.random(width: 40, height: 30, seed: 32)
        let together = try matte.applying([.grow(2), .invert, .feather(1)])
        let apart = try matte.applying(.grow(2)).applying(.invert).applying(.feather(1))
        #expect(together.bits == apart.bits)
        #expect(try matte.applying([.invert, .grow(2), .feather(1)]).bits != together.bits)
        #expect(try matte.applying([]).bits == matte.bits)
    }

    @Test(arguments: all, [(1, 1), (1, 70), (67, 90)]) func isTheSameForAllThreads(
        operation: MaskOperation, size: (Int, Int)
    ) throws {
        let matte = try AlphaMatte.random(width: size.0, height: size.1, seed: 33)
        let before = matte.bits
        let results = try [1, 2, 3].map { try matte.applying([operation], pool: ThreadPool(threadCount: $0)) }
        #expect(results.allSatisfy { $0.bits == results[0].bits })
        #expect(results[0].values.allSatisfy { $0 >= 0 && $0 <= 1 })
        #expect(matte.bits == before)
    }

    @Test func emptiedMattesSaySo() throws {
        let image = try RasterImage.noise(width: 12, height: 9)
        let speck = try AlphaMatte(width: 12, height: 9, values: (0..<108).map { $0 == 50 ? 1 : 0 })
        let result = try MattingResult(image: image, alpha: speck)
        let emptied = try result.applying(.removeSpecks(smallestArea: 4))
        #expect(!emptied.hasSubject && emptied.warnings == [.noSubject])
        #expect(emptied.image.samples == image.samples)
        #expect(try emptied.applying(.grow(3)).warnings == [.noSubject])
        // Nothing inverted is everything.
        let everything = try emptied.applying(.invert)
        #expect(everything.hasSubject && everything.warnings.isEmpty)
        #expect(try result.applying(.grow(1)).hasSubject)
        let remarked = MattingResult(
            image: image, alpha: speck, confidence: nil, warnings: [.decoding(.endMarkMissing)],
            pool: ThreadPool(threadCount: 1))
        #expect(try remarked.applying([.shrink(5)]).warnings == [.decoding(.endMarkMissing), .noSubject])
        #expect(try remarked.applying([]).warnings == remarked.warnings)
    }

    @Test func scaling() {
        #expect(MaskOperation.grow(2).scaled(by: 1.5) == .grow(3))
        #expect(MaskOperation.smooth(radius: 2, tolerance: 0.1).scaled(by: 2) == .smooth(radius: 4, tolerance: 0.1))
        #expect(MaskOperation.removeSpecks(smallestArea: 10).scaled(by: 3) == .removeSpecks(smallestArea: 90))
        #expect(MaskOperation.removeSpecks(smallestArea: 10).scaled(by: 0.01) == .removeSpecks(smallestArea: 1))
        #expect(MaskOperation.removeSpecks(smallestArea: .max).scaled(by: 8) == .removeSpecks(smallestArea: .max))
        #expect(MaskOperation.fillHoles(largestArea: nil).scaled(by: 3) == .fillHoles(largestArea: nil))
        for operation in [MaskOperation.threshold(0.3), .keepLargest(2), .invert] {
            #expect(operation.scaled(by: 7) == operation)
        }
    }

    @Test func descriptionsDiffer() {
        #expect(Set(Self.all.map(\.description)).count == Self.all.count)
        #expect(MaskOperation.grow(1.5).description == "grow by 1.5 px")
    }

    @Test func badNumbersAreRefusedByName() throws {
        let matte = try AlphaMatte(width: 2, height: 2, values: [0, 1, 0, 1])
        func refused(_ name: String, _ operation: MaskOperation) {
            #expect("\(operation)") {
                _ = try matte.applying([.invert, operation])
            } throws: { error in
                guard case .invalidOption(name, let value, let allowed)? = error as? MattingError else { return false }
                return !value.isEmpty && "\(error)".contains(allowed)
            }
        }
        for value in [.nan, .infinity, -1, 1025, -.leastNonzeroMagnitude] as [Double] {
            refused("feather", .feather(value))
            refused("grow", .grow(value))
            refused("shrink", .shrink(value))
            refused("opening", .opening(value))
            refused("closing", .closing(value))
            refused("smooth.radius", .smooth(radius: value, tolerance: 0.1))
            refused("smooth.tolerance", .smooth(radius: 1, tolerance: value))
        }
        for value in [0, -1, .nan, 1.1, .infinity] as [Float] { refused("threshold", .threshold(value)) }
        for value in [0, -1, .min] {
            refused("keepLargest", .keepLargest(value))
            refused("removeSpecks.smallestArea", .removeSpecks(smallestArea: value))
        }
        refused("fillHoles.largestArea", .fillHoles(largestArea: -1))
        for factor in [.nan, -1, 0, .infinity] as [Double] {
            refused("removeSpecks.smallestArea", .removeSpecks(smallestArea: 3).scaled(by: factor))
        }
        refused("grow", .grow(1).scaled(by: .nan))
    }

    // MARK: Asynchronous and cancelled

    @Test func asynchronousFormsAreTheSame() async throws {
        let matte = try AlphaMatte.random(width: 50, height: 40, seed: 34)
        let result = try MattingResult(image: RasterImage.noise(width: 50, height: 40), alpha: matte)
        let bits = try { try matte.applying(Self.all).bits }()
        #expect(try await matte.applying(Self.all).bits == bits)
        #expect(try await result.applying(Self.all).alpha.bits == bits)
    }

    /// Each step in a task that is cancelled beforehand ends as cancelled, whatever its loops left.
    @Test(arguments: all) func cancelledStepsEnd(operation: MaskOperation) async throws {
        let matte = try AlphaMatte.random(width: 150, height: 200, seed: 35)
        let task = Task { () throws -> AlphaMatte in
            while !Task.isCancelled { await Task.yield() }
            return try { try matte.applying([operation]) }()
        }
        task.cancel()
        await #expect(throws: MattingError.cancelled) { _ = try await task.value }
    }
}
