@testable import Matting
import PictureTestSupport
import Raster
import TensorCore
import TestSupport
import Testing

@Suite struct SubjectsTests {
    /// A large square, a small one, and a soft one between them in size.
    private static func squares() throws -> MattingResult {
        let image = try RasterImage.drawn(width: 60, height: 40) { x, y in
            (0..<3).map { Double((x + y * 3 + $0) % 20) / 20 }
        }
        var values = [Float](repeating: 0, count: 60 * 40)
        for y in 0..<40 {
            for x in 0..<60 {
                if (2..<7).contains(x) && (3..<8).contains(y) { values[y * 60 + x] = 1 }
                if (20..<40).contains(x) && (10..<30).contains(y) { values[y * 60 + x] = 1 }
                if (48..<58).contains(x) && (30..<40).contains(y) { values[y * 60 + x] = 0.75 }
                if (12..<15).contains(x) && y == 35 { values[y * 60 + x] = 0.05 }
            }
        }
        return try MattingResult(image: image, alpha: AlphaMatte(width: 60, height: 40, values: values))
    }

    @Test func areOrderedByArea() throws {
        let subjects = try Self.squares().subjects()
        #expect(subjects.map(\.number) == [1, 2, 3])
        #expect(subjects.map(\.area).map { $0.rounded() } == [400, 75, 25])
        #expect(subjects[0].box == PixelRect(x: 20, y: 10, width: 20, height: 20))
        #expect(subjects[1].box == PixelRect(x: 48, y: 30, width: 10, height: 10))
        #expect(subjects[2].box == PixelRect(x: 2, y: 3, width: 5, height: 5))
        #expect(subjects.allSatisfy { $0.confidence == nil })
    }

    @Test func mattesSumToTheWhole() async throws {
        let result = try Self.squares()
        let subjects = try await result.subjects()
        var sum = [Float](repeating: 0, count: 60 * 40)
        for subject in subjects {
            let values = try await subject.matte().values
            for index in values.indices { sum[index] += values[index] }
        }
        #expect(sum == result.alpha.values)
        let second = try await subjects[1].result()
        #expect(second.alpha[50, 35] == 0.75 && second.alpha[30, 20] == 0 && second.image.width == 60)
        #expect(second.hasSubject)
    }

    @Test func areFoundUnderPoints() throws {
        let subjects = try Self.squares().subjects()
        #expect(subjects.subject(at: 30, 20)?.number == 1)
        #expect(subjects.subject(at: 50, 35)?.number == 2)
        #expect(try subjects.subject(under: 3, 4).number == 3)
        // Nothing, haze, and no pixels.
        for (x, y) in [(0, 0), (13, 35), (-1, 4), (60, 4), (4, 40), (Int.max, Int.min)] {
            #expect(subjects.subject(at: x, y) == nil)
            #expect(throws: MattingError.noSubjectAt(x: x, y: y, width: 60, height: 40)) {
                _ = try subjects.subject(under: x, y)
            }
        }
    }

    @Test(arguments: [0, -1, 4, .max, .min])
    func missingNumbersAreErrors(number: Int) throws {
        let subjects = try Self.squares().subjects()
        #expect(throws: MattingError.noSuchSubject(number: number, count: 3)) {
            _ = try subjects.subject(number: number)
        }
        #expect(try subjects.subject(number: 3).area == 25)
    }

    @Test func anEmptyMatteHasNone() throws {
        let image = try RasterImage.drawn(width: 9, height: 7) { _, _ in [0.5, 0.5, 0.5] }
        let alpha = try AlphaMatte(width: 9, height: 7, values: [Float](repeating: 0.2, count: 63))
        let subjects = try MattingResult(image: image, alpha: alpha).subjects()
        #expect(subjects.isEmpty && subjects.subject(at: 3, 3) == nil)
        #expect(throws: MattingError.noSuchSubject(number: 1, count: 0)) { _ = try subjects.subject(number: 1) }
    }

    @Test func messagesSayWhatToDo() {
        #expect(MattingError.noSuchSubject(number: 1, count: 0).description.contains("empty"))
        #expect(MattingError.noSuchSubject(number: 2, count: 1).description.contains("use 1"))
        #expect(MattingError.noSuchSubject(number: 9, count: 4).description.contains("use 1 to 4"))
        #expect(MattingError.noSubjectAt(x: 3, y: 4, width: 9, height: 7).description.contains("3,4"))
        #expect(MattingError.noSubjectAt(x: 9, y: 4, width: 9, height: 7).description.contains("0,0 to 8,6"))
    }

    @Test func impossibleNumbersAreErrors() throws {
        let result = try Self.squares()
        func expect(_ separation: SubjectSeparation, _ name: String) {
            let error = #expect(throws: MattingError.self) { _ = try result.subjects(separation) }
            guard case .invalidOption(let option, _, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(option == "separation.\(name)")
        }
        for value in [0, -1, 1.5, .nan] as [Float] { expect(SubjectSeparation(threshold: value), "threshold") }
        for value in [-0.1, 1.5, .infinity, .nan] { expect(SubjectSeparation(leastShare: value), "leastShare") }
        for value in [-0.1, 1.5, .nan] as [Float] {
            expect(SubjectSeparation(neck: value), "neck")
            expect(SubjectSeparation(neckAbreast: value), "neckAbreast")
        }
        for value in [0, 255, .min, .max] { expect(SubjectSeparation(largestCount: value), "largestCount") }
    }

    // Single precision of areas of hundreds.
    @Test func confidenceIsTheSubjectsOwn() throws {
        let doubt = try Tensor(shape: TensorShape(height: 4, width: 6, channels: 1)) { values in
            for index in 0..<24 { values[index] = index % 6 < 2 ? 0.5 : 0.1 }
        }
        let plain = try Self.squares()
        let result = MattingResult(
            image: plain.image, alpha: plain.alpha, confidence: MatteConfidence(doubt: doubt, calibration: nil),
            warnings: [], pool: .shared)
        let subjects = try result.subjects()
        let confidences = subjects.map { $0.confidence ?? -1 }
        // One tenth of each pixel, and one half of the haze's; of softer pixels as much, beside less area; one half.
        let expected: [Double] = [1 - (40 + 1.5) / 400.15, 1 - 0.1 / 0.75, 0.5]
        for (confidence, expected) in zip(confidences, expected) { #expect((confidence - expected).magnitude < 1e-5) }
    }

    @Test func aCancelledTaskHasNone() async throws {
        let result = try Self.squares()
        let task = Task { () async throws -> MatteSubjects in
            withUnsafeCurrentTask { $0?.cancel() }
            return try await result.subjects()
        }
        await #expect(throws: CancellationError.self) { _ = try await task.value }
    }
}
