import TensorCore
import TestSupport
import Testing
import Threads

@testable import MatteRefinement

@Suite struct NearestSitesTests {
    /// Sizes below and above a strip of 64 columns and a band of 16 rows; sites from one in two to hardly any.
    @Test(
        arguments: [(1, 1), (1, 37), (41, 1), (7, 5), (64, 16), (65, 17), (130, 33), (33, 90)],
        [2, 9, 200] as [UInt64])
    func agreesWithTheDefinition(size: (width: Int, height: Int), share: UInt64) throws {
        let (width, height) = size
        var random = SeededGenerator(seed: UInt64(width * 1000 + height) + share)
        let isSite = (0..<width * height).map { _ -> UInt8 in random.next() % share == 0 ? 1 : 0 }
        let sites = isSite.indices.filter { isSite[$0] != 0 }
        let nearest = try NearestSites(isSite, width: width, height: height, pool: ThreadPool(threadCount: 2))
        for index in isSite.indices {
            // Of equally near ones the leftmost, then the uppermost.
            let expected = sites.min {
                Self.key(index, $0, width) < Self.key(index, $1, width)
            }
            #expect(nearest[index] == expected)
            #expect(nearest.squaredDistance(at: index) == expected.map { Self.key(index, $0, width).0 })
        }
    }

    private static func key(_ index: Int, _ site: Int, _ width: Int) -> (Int, Int, Int) {
        let (dx, dy) = (index % width - site % width, index / width - site / width)
        return (dx * dx + dy * dy, site % width, site / width)
    }

    @Test func hasNothingWithoutSites() throws {
        let nearest = try NearestSites([UInt8](repeating: 0, count: 35), width: 7, height: 5, pool: .shared)
        #expect((0..<35).allSatisfy { nearest[$0] == nil && nearest.squaredDistance(at: $0) == nil })
    }

    @Test func doesNotDependOnThreads() throws {
        var random = SeededGenerator(seed: 4)
        let isSite = (0..<200 * 90).map { _ -> UInt8 in random.next() % 300 == 0 ? 1 : 0 }
        func places(_ threads: Int) throws -> [Int?] {
            let nearest = try NearestSites(isSite, width: 200, height: 90, pool: ThreadPool(threadCount: threads))
            return isSite.indices.map { nearest[$0] }
        }
        let one = try places(1)
        for threads in [2, 3] {
            let isSame = try places(threads) == one
            #expect(isSame)
        }
    }
}
