import MatteRefinement
import Raster
import TensorCore
import Threads

/// The subjects of a picture, the largest first: an array of ``MatteSubject``.
///
/// One byte a pixel beside the picture and its matte, however many there are. The mattes of all subjects sum to the
/// picture's, exactly.
public struct MatteSubjects: Sendable, RandomAccessCollection {
    private let subjects: [MatteSubject]
    private let storage: SubjectStorage

    init(_ subjects: [MatteSubject], storage: SubjectStorage) {
        self.subjects = subjects
        self.storage = storage
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { subjects.count }

    /// The subject at an index from 0, as in an array; ``subject(number:)`` takes any number.
    public subscript(position: Int) -> MatteSubject { subjects[position] }

    /// The subject under a pixel of the upright picture, counted from the upper left; nil where there is none, or no pixel.
    public func subject(at x: Int, _ y: Int) -> MatteSubject? {
        storage.index(x: x, y: y).map { subjects[$0] }
    }

    /// The subject under a pixel of the upright picture, counted from the upper left.
    ///
    /// - Throws: ``MattingError/noSubjectAt(x:y:width:height:)`` where there is none, or no pixel.
    public func subject(under x: Int, _ y: Int) throws(MattingError) -> MatteSubject {
        guard let subject = subject(at: x, y) else {
            throw .noSubjectAt(x: x, y: y, width: storage.image.width, height: storage.image.height)
        }
        return subject
    }

    /// The subject of a number, 1 for the largest.
    ///
    /// - Throws: ``MattingError/noSuchSubject(number:count:)``.
    public func subject(number: Int) throws(MattingError) -> MatteSubject {
        guard number >= 1, number <= count else { throw .noSuchSubject(number: number, count: count) }
        return subjects[number - 1]
    }
}
