import MatteRefinement
import Raster
import Threads

/// The subjects of a picture, the largest first: an array of ``MatteSubject``.
///
/// It keeps one byte a pixel beside the picture and its matte, however many subjects there are.
public struct MatteSubjects: Sendable, RandomAccessCollection {
    private let subjects: [MatteSubject]
    private let storage: SubjectStorage

    init(_ subjects: [MatteSubject], storage: SubjectStorage) {
        self.subjects = subjects
        self.storage = storage
    }

    /// 0.
    public var startIndex: Int { 0 }
    /// How many subjects there are.
    public var endIndex: Int { subjects.count }

    /// The subject at an index from 0 to less than ``endIndex``, as in an array; ``subject(number:)`` takes any number.
    public subscript(position: Int) -> MatteSubject { subjects[position] }

    /// The subject of a number, 1 for the largest.
    ///
    /// - Throws: ``MattingError/noSuchSubject(number:count:)``.
    public func subject(number: Int) throws(MattingError) -> MatteSubject {
        guard number >= 1, number <= count else { throw .noSuchSubject(number: number, count: count) }
        return subjects[number - 1]
    }

    /// The subject under a pixel of the upright picture, counted from the upper left; nil where there is none, or no pixel.
    ///
    /// Softer pixels than an alpha of 0.1 hit nothing.
    public func subject(at x: Int, _ y: Int) -> MatteSubject? {
        storage.place(x: x, y: y).map { subjects[$0] }
    }

    /// The subject under a pixel that has to hit one; see ``subject(at:_:)``.
    ///
    /// - Throws: ``MattingError/noSubjectAt(x:y:width:height:)`` where there is none, or no pixel.
    public func subject(under x: Int, _ y: Int) throws(MattingError) -> MatteSubject {
        guard let subject = subject(at: x, y) else {
            throw .noSubjectAt(x: x, y: y, width: storage.labels.width, height: storage.labels.height)
        }
        return subject
    }

    /// The label of a pixel, one for each subject, also where the matte is 0; 0 where there are no subjects. Subjects'
    /// ``number``s are not their labels.
    package var labels: SubjectLabels { storage.labels }
    /// The picture's matte.
    package var matteOfAll: AlphaMatte { storage.result.alpha }
    /// The places of the subjects by their labels, from 0: `places[label - 1]`.
    package var places: [Int?] { storage.places }
}
