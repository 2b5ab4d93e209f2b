import MattingBatch
import Threads

/// One photograph on its way through `matte cut`.
struct CutPiece: Sendable {
    let job: Job
    let files: CorrectionFiles
    /// Whether it was being read, where it failed.
    var isReading = true
    /// nil until it is done.
    var outcome: Result<CutWork.Outcome, any Error>?

    init(job: Job, files: CorrectionFiles) {
        self.job = job
        self.files = files
    }

    private mutating func run(_ work: CutWork) {
        do {
            outcome = .success(try work.run(job, files, reading: &isReading))
        } catch {
            outcome = .failure(error)
        }
    }

    /// Cuts all of them, and delivers each in its turn.
    ///
    /// Several at once, each on a thread of its own, and one more than there are processors: while one waits for its disk
    /// another computes. Where there is one photograph, or where two would take too much memory, all threads share it;
    /// files of subjects, whose names are not known before, are written in their order.
    static func run(_ pieces: [CutPiece], _ work: CutWork, threads: Int?, _ deliver: (CutPiece) -> Void) {
        let processors = threads ?? usableProcessorCount()
        guard pieces.count > 1, processors > 1, !work.isHeavy, !work.splits else {
            for var piece in pieces {
                piece.run(work)
                deliver(piece)
            }
            return
        }
        let work = work.onOneThread
        let rest = Guarded(pieces[...])
        StagedPipeline<CutPiece>(
            [.init(threadCount: processors + 1) { $0.run(work) }], places: processors + 2, keepsOrder: true
        ).run({ rest.withLock { $0.popFirst() } }) { piece in
            deliver(piece)
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
