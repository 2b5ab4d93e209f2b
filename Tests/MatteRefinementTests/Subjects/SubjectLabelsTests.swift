import TensorCore
import TestSupport
import Testing
import Threads

@testable import MatteRefinement

@Suite struct SubjectLabelsTests {
    // MARK: Figures

    /// Head, neck, trunk and legs of a person whose middle is at `x`: half widths at the neck and below the trunk are .6 and
    /// .8 of what is above.
    private static func isPerson(_ px: Double, _ py: Double, at x: Double, head: Double = 10) -> Bool {
        func disc(_ cx: Double, _ cy: Double, _ rx: Double, _ ry: Double) -> Bool {
            let (u, v) = ((px - cx) / rx, (py - cy) / ry)
            return u * u + v * v <= 1
        }
        let isNeck = (px - x).magnitude <= 0.6 * head && (20...36).contains(py)
        let isWaist = (px - x).magnitude <= 14 && (60...100).contains(py)
        return disc(x, 18, head, 12) || isNeck || disc(x, 52, 20, 24) || isWaist || disc(x, 120, 18, 45)
    }

    private static func labels(
        _ width: Int, _ height: Int, separation: SubjectSeparation = SubjectSeparation(), threads: Int = 2,
        alpha: (Int, Int) -> Float, picture: (Int, Int) -> Float = { _, _ in 0.5 }
    ) throws -> (labels: SubjectLabels, matte: Tensor) {
        let matte = try Tensor.picture(width, height) { x, y, _ in alpha(x, y) }
        let guide = try Tensor.picture(width, height, channels: 3) { x, y, _ in picture(x, y) }
        let labels = try SubjectLabels(
            of: matte, guide: TensorRows(guide), separation: separation, pool: ThreadPool(threadCount: threads)
        ) {}
        return (labels, matte)
    }

    @Test func onePersonIsOneSubject() throws {
        let person = try Self.labels(80, 170) { x, y in Self.isPerson(Double(x), Double(y), at: 40) ? 1 : 0 }
        #expect(person.labels.count == 1)
    }

    /// Shoulders that meet over some pixels, and hips that do.
    @Test(arguments: [39.0, 38, 37, 36])
    func peopleWhoTouchAreTwo(distance: Double) throws {
        let people = try Self.labels(140, 170) { x, y in
            Self.isPerson(Double(x), Double(y), at: 40) || Self.isPerson(Double(x), Double(y), at: 40 + distance)
                ? 1 : 0
        }
        #expect(people.labels.count == 2)
        #expect(people.labels.label(x: 30, y: 50) != people.labels.label(x: 50 + Int(distance), y: 50))
        // All of each: head, trunk, legs.
        for y in [18, 52, 120] {
            #expect(people.labels.label(x: 38, y: y) == people.labels.label(x: 30, y: 50))
        }
    }

    @Test func fiveInARowAreFive() throws {
        let row = try Self.labels(270, 170) { x, y in
            (0..<5).contains { Self.isPerson(Double(x), Double(y), at: 40 + 38 * Double($0)) } ? 1 : 0
        }
        #expect(row.labels.count == 5)
    }

    /// Without any neck nothing that hangs together is cut; with the widest, a head falls off.
    @Test func necksDecide() throws {
        func count(_ separation: SubjectSeparation, _ isSubject: (Double, Double) -> Bool) throws -> Int {
            try Self.labels(140, 170, separation: separation) { x, y in isSubject(Double(x), Double(y)) ? 1 : 0 }
                .labels.count
        }
        func pair(_ x: Double, _ y: Double) -> Bool { Self.isPerson(x, y, at: 40) || Self.isPerson(x, y, at: 78) }
        #expect(try count(SubjectSeparation(neck: 0, neckAbreast: 0), pair) == 1)
        #expect(try count(SubjectSeparation(neck: 0.45, neckAbreast: 0), pair) == 1)
        // Two discs, one above the other, that meet over less than half of the smaller one's width.
        func discs(_ x: Double, _ y: Double) -> Bool {
            let (u, v, w) = (x - 60, y - 40, y - 100)
            return u * u + v * v <= 900 || u * u + w * w <= 1156
        }
        #expect(try count(SubjectSeparation(), discs) == 2)
        #expect(try count(SubjectSeparation(neck: 0.2), discs) == 1)
    }

    // MARK: Shares

    /// Three soft subjects, with haze between them: each share is at most the matte, and they sum to it in any order.
    @Test(arguments: [(97, 61), (1100, 24), (31, 1500)])
    func sharesSumExactly(width: Int, height: Int) throws {
        var random = SeededGenerator(seed: 7)
        let noise = (0..<width * height).map { _ in (random.value() + 1) / 2 }
        let (labels, matte) = try Self.labels(width, height, separation: SubjectSeparation(leastShare: 0)) { x, y in
            let along = Double(max(x, y) * 3) / Double(max(width, height))
            let wave = (along - along.rounded(.down) - 0.5).magnitude
            return wave > 0.45 ? noise[y * width + x] * 0.3 : wave < 0.4 ? 1 : noise[y * width + x]
        }
        #expect(labels.count >= 3)
        let pool = ThreadPool(threadCount: 2)
        let shares = try (1...labels.count).map { try labels.matte(of: $0, in: matte, pool: pool).values }
        var (forward, backward) = (
            [Float](repeating: 0, count: width * height), [Float](repeating: 0, count: width * height)
        )
        for share in shares { for index in share.indices { forward[index] += share[index] } }
        for share in shares.reversed() { for index in share.indices { backward[index] += share[index] } }
        let values = matte.values
        let isExact = forward == values && backward == values
        #expect(isExact)
        let isShare = shares.allSatisfy { share in
            share.indices.allSatisfy { share[$0] >= 0 && share[$0] <= values[$0] }
        }
        #expect(isShare)
    }

    /// A line passes over two pixels: three quarters, one quarter.
    @Test func linesAreSmooth() throws {
        let (labels, matte) = try Self.labels(64, 40) { x, y in
            (4..<31).contains(x) || (33..<60).contains(x) || (18..<22).contains(y) && (4..<60).contains(x) ? 1 : 0
        }
        try #require(labels.count == 2)
        let left = try labels.matte(of: labels.label(x: 10, y: 20), in: matte, pool: .shared)
        let row = Array(left.values[20 * 64..<21 * 64])
        let isApart = row[4..<28].allSatisfy { $0 == 1 } && row[36...].allSatisfy { $0 == 0 }
        #expect(isApart)
        let steps = (4..<63).map { row[$0] - row[$0 + 1] }
        #expect(steps.allSatisfy { (0...0.5).contains($0) })
    }

    // MARK: Rims and specks

    @Test func hairAndSpecksGoWithTheNearest() throws {
        let (labels, matte) = try Self.labels(90, 40) { x, y in
            if (10..<30).contains(x) && (10..<30).contains(y) || (60..<80).contains(x) && (10..<30).contains(y) {
                return 1
            }
            if (30..<36).contains(x) && y == 20 || (54..<60).contains(x) && y == 20 { return 0.3 }
            return x == 42 && y == 5 ? 1 : 0
        }
        #expect(labels.count == 2)
        let (left, right) = (labels.label(x: 15, y: 15), labels.label(x: 70, y: 15))
        #expect(labels.label(x: 34, y: 20) == left && labels.label(x: 55, y: 20) == right)
        #expect(labels.label(x: 42, y: 5) == left)
        let extents = labels.extents(of: matte, threshold: 0.5, pool: .shared)
        #expect(extents[left - 1].columns == 10..<30 && extents[left - 1].rows == 10..<30)
        let area: Double = 400 + 6 * 0.3 + 1
        #expect((extents[left - 1].area - area).magnitude < 1e-4)
        #expect(extents[right - 1].columns == 60..<80)
        let all = try Self.labels(90, 40, separation: SubjectSeparation(leastShare: 0)) { x, y in
            (10..<30).contains(x) && (10..<30).contains(y) || x == 42 && y == 5 ? 1 : 0
        }
        #expect(all.labels.count == 2)
        let one = try Self.labels(90, 40, separation: SubjectSeparation(largestCount: 1)) { x, y in
            (10..<30).contains(x) || (60..<85).contains(x) ? 1 : 0
        }
        #expect(one.labels.count == 1 && one.labels.label(x: 15, y: 15) == 1)
    }

    // MARK: Lines

    /// Two squares joined by a bar of 14 pixels. Where the picture changes near the watershed of distances, which is at
    /// x = 250 in the bar's middle and at 257 at its rims, there is the line. The second size is worked on in cells of two
    /// pixels.
    @Test(arguments: [1, 2]) func linesFollowThePicture(scale: Int) throws {
        let (width, height) = (scale * 560, scale * 60)
        func isSubject(_ x: Int, _ y: Int) -> Bool {
            let (x, y) = (x / scale, y / scale)
            let isSquare = ((200..<240).contains(x) || (260..<300).contains(x)) && (10..<50).contains(y)
            return isSquare || (240..<260).contains(x) && (24..<38).contains(y)
        }
        for edge in [252 * scale + 1, 255 * scale] {
            let (labels, _) = try Self.labels(
                width, height, alpha: { x, y in isSubject(x, y) ? 1 : 0 }, picture: { x, _ in x < edge ? 0.2 : 0.7 })
            try #require(labels.count == 2)
            let left = labels.label(x: 210 * scale, y: 30 * scale)
            let line = (0..<width).last { labels.label(x: $0, y: 31 * scale) == left } ?? 0
            #expect((edge - 2...edge).contains(line))
        }
    }

    // MARK: Extremes

    @Test func nothingHasNoSubjects() throws {
        let (labels, matte) = try Self.labels(20, 10) { _, _ in 0.4 }
        #expect(labels.count == 0 && labels.label(x: 3, y: 3) == 0)
        #expect(labels.extents(of: matte, threshold: 0.5, pool: .shared).isEmpty)
    }

    @Test(arguments: [(1, 1), (1, 2100), (2100, 1), (3, 2)])
    func everythingIsOne(width: Int, height: Int) throws {
        let (labels, matte) = try Self.labels(width, height) { _, _ in 1 }
        #expect(labels.count == 1)
        let extents = labels.extents(of: matte, threshold: 0.5, pool: .shared)
        #expect(extents.first?.columns == 0..<width && extents.first?.rows == 0..<height)
        #expect(extents.first?.area == Double(width * height))
    }

    /// A wire of one pixel in cells of three, whose means stay below one half.
    @Test func wiresThinnerThanACellAreFound() throws {
        let (labels, _) = try Self.labels(2500, 30) { x, y in y == 15 && (100..<2300).contains(x) ? 1 : 0 }
        #expect(labels.count == 1)
    }

    @Test func noiseIsWorkedThrough() throws {
        var random = SeededGenerator(seed: 11)
        let noise = (0..<300 * 200).map { _ in random.next() % 4 == 0 ? 1 : 0 as Float }
        let (labels, matte) = try Self.labels(300, 200, separation: SubjectSeparation(leastShare: 0)) { x, y in
            noise[y * 300 + x]
        }
        #expect(labels.count > 1 && labels.count <= 254)
        let extents = labels.extents(of: matte, threshold: 0.5, pool: .shared)
        let area = extents.reduce(0) { $0 + $1.area }
        #expect(area == Double(noise.reduce(0, +)))
    }

    @Test func doesNotDependOnThreads() throws {
        func places(_ threads: Int) throws -> [Int] {
            let (labels, _) = try Self.labels(
                1500, 90, threads: threads,
                alpha: { x, y in
                    x % 300 < 260 && (10..<80).contains(y) || (40..<44).contains(y) ? 1 : x % 300 < 280 ? 0.2 : 0
                }, picture: { x, y in Float((x * 7 + y * 3) % 50) / 50 })
            return (0..<1500 * 90).map { labels.label(x: $0 % 1500, y: $0 / 1500) }
        }
        let one = try places(1)
        #expect(Set(one).count == 5)
        for threads in [2, 3] {
            let isSame = try places(threads) == one
            #expect(isSame)
        }
    }

    @Test func endsWhereTheCheckpointThrows() throws {
        struct Ended: Error {}
        let matte = try Tensor.picture(30, 20) { x, _, _ in x % 10 < 6 ? 1 : 0 }
        for calls in 0..<6 {
            var count = 0
            #expect(throws: Ended.self) {
                _ = try SubjectLabels(
                    of: matte, guide: TensorRows(matte), separation: SubjectSeparation(), pool: .shared
                ) {
                    count += 1
                    if count > calls { throw Ended() }
                }
            }
        }
    }
}
