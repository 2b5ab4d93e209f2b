import MattingBatch
import Threads

/// One photograph on its way through `matte cut`.
struct CutPiece: Sendable {
    let job: Job
    let files: CorrectionFiles
    /// Whether it was being read, where it failed.
    var isReading = true
    /// nil until it is made.
    private var made: Result<CutWork.Made, any Error>?

    init(job: Job, files: CorrectionFiles) {
        self.job = job
        self.files = files
    }

    private mutating func make(_ work: CutWork) {
        made = Result { try work.make(job, files, reading: &isReading) }
    }

    private func written(_ work: CutWork) -> Result<CutWork.Outcome, any Error> {
        guard let made else { preconditionFailure("a piece is written when it is made") }
        return made.flatMap { made in Result { try work.write(made, job) } }
    }

    /// Cuts all of them, and delivers each in its turn.
    ///
    /// Several at once, each on a thread of its own, and one more than there are processors: while one waits for its disk
    /// another computes. They are written in the order of the photographs, so that of an interrupted run the first ones
    /// are there. Where there is one photograph, or where two would take too much memory, all threads share it, and so
    /// they do where subjects are written by themselves.
    static func run(
        _ pieces: [CutPiece], _ work: CutWork, threads: Int?,
        _ deliver: (CutPiece, Result<CutWork.Outcome, any Error>) -> Void
    ) {
        let processors = threads ?? usableProcessorCount()
        guard pieces.count > 1, processors > 1, !work.isHeavy, !work.splits else {
            for var piece in pieces {
                piece.make(work)
                deliver(piece, piece.written(work))
            }
            return
        }
        let work = work.onOneThread
        let rest = Guarded(pieces[...])
        StagedPipeline<CutPiece>(
            [.init(threadCount: processors + 1) { $0.make(work) }], places: processors + 2, keepsOrder: true
        ).run({ rest.withLock { $0.popFirst() } }) { piece in
            deliver(piece, piece.written(work))
            return true
        }
    }
}

extension CutWork {
    /// The same work on a picture that has one thread to itself.
    fileprivate var onOneThread: CutWork {
        var work = self
        if case .network(let pipeline) = source { work.source = .network(pipeline.with(threadCount: 1)) }
        work.encoding.threadCount = 1
        return work
    }
}
