import MatteRefinement
import Raster
import TensorCore
import Threads

extension MattingResult {
    /// The subjects of the picture, told apart: what hangs together, cut where two only touch.
    ///
    /// ```swift
    /// for subject in try result.subjects() {
    ///     try subject.result().cutout().write(to: "subject-\(subject.number).png")
    /// }
    /// ```
    ///
    /// They are found on a grid of at most 1024 cells a side; the lines between them follow the picture's edges, in the
    /// picture's own pixels. All of the matte belongs to one of them: soft rims, hair and specks to the nearest.
    ///
    /// - Parameter separation: what counts as a subject.
    /// - Returns: the largest first; empty where no pixel reaches ``SubjectSeparation/threshold``.
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)``, ``MattingError/computation(_:)`` where memory is
    ///   refused, ``MattingError/cancelled`` in a task that is.
    /// - Complexity: O(pixels). Memory: 1 byte a pixel stays, none for a single subject; up to 45 MB more meanwhile.
    public func subjects(_ separation: SubjectSeparation = SubjectSeparation()) throws(MattingError) -> MatteSubjects {
        try MattingError.wrapping {
            try separation.validate(as: "separation")
            return try ThreadPool.endingLoopsOfCancelledTask {
                let labels = try image.withGuideRows { guide in
                    try SubjectLabels(
                        of: alpha.tensor, guide: guide, separation: separation, pool: pool,
                        checkpoint: Cancellation.check)
                }
                let extents = labels.extents(of: alpha.tensor, threshold: separation.threshold, pool: pool)
                try Cancellation.check()
                let errors = expectedErrors(labels)
                return MatteSubjects(labels, extents, errors, of: self)
            }
        }
    }

    /// The subjects of the picture, told apart on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: ``MattingError``; `CancellationError` in a task that is cancelled.
    public func subjects(_ separation: SubjectSeparation = SubjectSeparation()) async throws -> MatteSubjects {
        try await MattingError.onOwnThread { try subjects(separation) }
    }

    /// The sum of the errors that the network expects over the pixels of each label; nil where it does not tell.
    private func expectedErrors(_ labels: SubjectLabels) -> [Double]? {
        guard let confidence else { return nil }
        let (columns, rows) = (confidence.width, confidence.height)
        let errors = confidence.expectedErrors
        return labels.sums { x, y, width, height in
            let column = min(Int((x + 0.5) / width * Double(columns)), columns - 1)
            let row = min(Int((y + 0.5) / height * Double(rows)), rows - 1)
            return Double(errors[row * columns + column])
        }
    }
}

extension MatteSubjects {
    /// Subjects by area; those of one area by the order in which they were found.
    fileprivate init(
        _ labels: SubjectLabels, _ extents: [SubjectLabels.Extent], _ errors: [Double]?, of result: MattingResult
    ) {
        let order = extents.indices.filter { extents[$0].area > 0 }.sorted {
            (extents[$1].area, $0) < (extents[$0].area, $1)
        }
        var places = [Int?](repeating: nil, count: extents.count)
        for (place, index) in order.enumerated() { places[index] = place }
        let storage = SubjectStorage(result: result, labels: labels, places: places)
        let subjects = order.enumerated().map { place, index in
            MatteSubject(
                number: place + 1, label: index + 1, extent: extents[index], expectedError: errors?[index],
                storage: storage)
        }
        self.init(subjects, storage: storage)
    }
}
