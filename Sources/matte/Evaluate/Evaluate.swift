import ArgumentParser
import Files
import ImageCodecs
import MatteEvaluation
import Matting
import MattingBatch
import Raster

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures mattes against true ones, by category and over all.",
        discussion: """
            DIR holds pictures and their true mattes, in folders or side by side:

              DIR/images/portrait/a.jpg     DIR/portrait/a.jpg
              DIR/alphas/portrait/a.png     DIR/portrait/a.alpha.png
              DIR/trimaps/portrait/a.png    DIR/portrait/a.trimap.png
              DIR/subjects/portrait/a.png   DIR/portrait/a.subjects.png

            Folders below are the categories. Other names of public sets will do: image, im, original, original_image; \
            alpha, mattes, matte, masks, mask, gt; trimap. Or a --list names the files: tab-separated, with a first line \
            of column names, image and alpha and perhaps trimap, subjects and category; paths are relative to the list. An alpha \
            left empty, or '-', means that the picture has no subject.

            True mattes are grey PNG or JPEG pictures, or cut-outs, of the size of the upright picture. Trimaps are \
            optional: 0 is background, 255 foreground, anything else unknown. With them MSE, SAD, Grad and Conn are over \
            the unknown area, else over the whole picture. Where a picture of subjects gives each one a colour, the \
            subjects that are found are measured, too; one mask each will do, DIR/subjects/portrait/a/1.png or \
            DIR/portrait/a.subject-1.png.

              MAE, MSE    mean absolute and mean squared error, 0 to 1
              SAD         sum of absolute differences, in thousands
              Grad, Conn  gradient and connectivity errors (Rhemann 2009), thousands
              IoU         intersection over union where alpha is at least one half
              max F       F-measure, beta² = 0.3, at the best threshold for all
              bound. IoU  IoU within 2 % of the diagonal of the outlines (Cheng 2021)
              AP, AP50    average precision of subjects, IoU .5 to .95 and .5 (COCO)
              ms          network and refinement, median

            EXAMPLES
              matte evaluate P3M-500-P --ignore-trimaps
              matte evaluate --list set.tsv --weights mine.safetensors --sheet worst.png
              matte evaluate DIR --json > results.jsonl
            """)

    @Argument(help: ArgumentHelp("Folder of pictures and true mattes.", valueName: "dir"))
    var folder: BytePath?

    @Option(help: ArgumentHelp("List of pictures and true mattes instead of a folder.", valueName: "file.tsv"))
    var list: BytePath?

    @OptionGroup var pipelineArguments: PipelineArguments

    @OptionGroup var inputArguments: InputArguments

    @Flag(help: "Bring true mattes and trimaps of another size to the picture's; an error by default.")
    var resizeAlphas = false

    @Flag(help: "A picture without a true matte has no subject; an error by default.")
    var missingIsEmpty = false

    @Flag(help: "Leave trimaps aside: all measures over whole pictures.")
    var ignoreTrimaps = false

    @Option(help: ArgumentHelp("Stop after as many pictures, in order.", valueName: "n"))
    var limit: Int?

    @Option(
        help: ArgumentHelp(
            "Draw the worst by MAE: picture, truth, prediction, difference, over green.", valueName: "file.png"))
    var sheet: BytePath?

    @Option(help: ArgumentHelp("Pictures on the sheet, 1 to 100; by default 12.", valueName: "n"))
    var worst: Int?

    @Option(help: ArgumentHelp("Write a row a picture.", valueName: "file.tsv"))
    var tsv: BytePath?

    @Flag(help: "Print a JSON object a picture on standard output, then one of the averages.")
    var json = false

    func validate() throws {
        guard (folder == nil) != (list == nil) else {
            throw ValidationError("Name a folder of pictures and true mattes, or a --list of them, one of the two.")
        }
        if missingIsEmpty && list != nil {
            throw ValidationError("A --list says itself which alphas are empty; leave --missing-is-empty out.")
        }
        if let limit, limit < 1 { throw ValidationError("--limit is at least 1.") }
        if let worst {
            guard (1...100).contains(worst) else { throw ValidationError("--worst is 1 to 100.") }
            guard sheet != nil else { throw ValidationError("--worst is for a --sheet; add that, or leave it out.") }
        }
        if let tsv, OutputFile(argument: tsv) == .standardOutput {
            throw ValidationError("--tsv takes a file; standard output has the table, or --json.")
        }
        if let sheet, ImageFormat(path: sheet)?.canWrite != true {
            throw ValidationError("--sheet '\(sheet)' names no format; end it in .png or .jpg.")
        }
    }

    private var outputs: [OutputFile] { [sheet, tsv].compactMap { $0 }.map { OutputFile(argument: $0) } }

    func run() throws {
        try refuseOverwriting([])
        try planning { () throws(PlanningError) in
            for output in outputs { try output.requireFolder() }
        }
        let set = try failing { try found() }
        try refuseOverwriting(set.files + pipelineArguments.files + [list].compactMap { $0 })
        try failing { () throws(OutputFolderError) in try OutputFolders.prepare(outputs) }
        let pipeline = try pipelineArguments.pipeline()

        var summary = EvaluationSummary()
        var worstPictures = ContactSheet(capacity: worst ?? 12)
        var rows = [EvaluationRecord.header]
        for entry in set.entries.prefix(limit ?? .max) {
            do {
                let record = try evaluate(entry, pipeline, &summary, &worstPictures)
                if json { Console.json(record) }
                if tsv != nil { rows.append(record.row) }
            } catch {
                summary.failureCount += 1
                let text = Console.complain(about: entry.path, error)
                if json { Console.json(EvaluationFailure(entry.path, error: text)) }
            }
        }
        if json {
            Console.json(summary)
        } else if summary.all.metrics.pictureCount > 0 {
            for line in summary.lines { Console.line(line) }
        }
        if let tsv { try write(rows.joined(separator: "\n") + "\n", to: tsv) }
        if let sheet { try write(worstPictures, to: sheet) }
        if summary.failureCount > 0 { throw ExitCode(1) }
    }

    private func refuseOverwriting(_ files: [BytePath]) throws {
        try planning { () throws(PlanningError) in
            try Overwriting.refuse(files.map { .named($0) }, by: outputs + (json ? [.standardOutput] : []))
        }
    }

    private func found() throws -> EvaluationSet {
        if let list { return try EvaluationSet(list: list, ignoresTrimaps: ignoreTrimaps) }
        return try EvaluationSet(
            folder: folder ?? ".", missingIsEmpty: missingIsEmpty, ignoresTrimaps: ignoreTrimaps)
    }

    // MARK: One picture

    private func evaluate(
        _ entry: EvaluationSet.Entry, _ pipeline: MattingPipeline, _ summary: inout EvaluationSummary,
        _ worstPictures: inout ContactSheet
    ) throws -> EvaluationRecord {
        let item: EvaluationSet.Case
        switch entry {
        case .complete(let complete): item = complete
        case .broken(_, let error): throw error
        }
        let image = try RasterImage(
            contentsOf: item.image, limits: inputArguments.limits, lenient: inputArguments.lenient)
        let truth = try truth(of: item, image)
        let trimap = try trimap(of: item, image)
        var profile = MattingProfile()
        let result = try pipeline.matte(image, profile: &profile)
        for case .decoding(let warning) in result.warnings { Console.message("\(item.image): \(warning)") }
        let metrics = try naming(item.trimap) { () throws(MattingError) in
            try result.metrics(against: truth, trimap: trimap)
        }
        let subjects = try subjects(of: item, image).map { try result.subjects().metrics(against: $0) }
        let record = EvaluationRecord(item, result, metrics, subjects, profile)
        summary.add(record, metrics, subjects, hasTrimap: trimap != nil)
        if sheet != nil {
            try worstPictures.add(
                item.image.description, error: metrics.meanAbsoluteError, result: result, truth: truth)
        }
        return record
    }

    private func truth(of item: EvaluationSet.Case, _ image: RasterImage) throws -> AlphaMatte {
        guard let path = item.alpha else {
            return try AlphaMatte(emptyOfWidth: image.width, height: image.height)
        }
        let file = try read(path, "alpha")
        guard file.width == image.width && file.height == image.height || resizeAlphas else {
            throw differentSizes("alpha", path, file, image)
        }
        let truth = try naming(path) { () throws(MattingError) in try AlphaMatte(file) }
        guard truth.width != image.width || truth.height != image.height else { return truth }
        return try truth.resized(width: image.width, height: image.height)
    }

    private func trimap(of item: EvaluationSet.Case, _ image: RasterImage) throws -> RasterImage? {
        guard let path = item.trimap else { return nil }
        let trimap = try read(path, "trimap")
        guard trimap.width != image.width || trimap.height != image.height else { return trimap }
        guard resizeAlphas else { throw differentSizes("trimap", path, trimap, image) }
        return try trimap.nearestResized(width: image.width, height: image.height)
    }

    /// The true subjects; nil where the truth does not separate them.
    private func subjects(of item: EvaluationSet.Case, _ image: RasterImage) throws -> TrueSubjects? {
        func read(_ path: BytePath) throws -> RasterImage {
            let file = try self.read(path, "picture of subjects")
            guard file.width != image.width || file.height != image.height else { return file }
            guard resizeAlphas else { throw differentSizes("picture of subjects", path, file, image) }
            return try file.nearestResized(width: image.width, height: image.height)
        }
        switch item.subjects {
        case nil: return nil
        case .labels(let path):
            let labels = try read(path)
            return try naming(path) { () throws(MattingError) in try TrueSubjects(labels: labels) }
        case .masks(let paths):
            var subjects = try TrueSubjects(width: image.width, height: image.height)
            for path in paths {
                let mask = try read(path)
                try naming(path) { () throws(MattingError) in try subjects.add(try AlphaMatte(mask)) }
            }
            return subjects
        }
    }

    /// A truth or a trimap. Nothing can be measured against a damaged one: `--lenient` is for photographs.
    private func read(_ path: BytePath, _ part: String) throws -> RasterImage {
        do throws(ImageCodecError) {
            let image = try RasterImage(contentsOf: path, limits: inputArguments.limits)
            for warning in image.warnings { Console.message("\(path): \(warning)") }
            return image
        } catch {
            switch error {
            case .truncated, .malformed: throw EvaluationError.damaged(part: part, reason: "\(error)")
            default: throw error
            }
        }
    }

    private func differentSizes(
        _ part: String, _ path: BytePath, _ file: RasterImage, _ image: RasterImage
    ) -> EvaluationError {
        .differentSizes(
            part: part, path: path, width: file.width, height: file.height, pictureWidth: image.width,
            pictureHeight: image.height)
    }

    /// Runs what finds fault with a matte that was read from `path`, which the fault is to name.
    private func naming<Result>(
        _ path: BytePath?, _ body: () throws(MattingError) -> Result
    ) throws -> Result {
        do throws(MattingError) {
            return try body()
        } catch {
            guard let path else { throw error }
            switch error {
            case .colored(let part): throw EvaluationError.colored(part: part, path: path)
            case .tooManySubjects: throw EvaluationError.tooManySubjects(path: path, reason: "\(error)")
            default: throw error
            }
        }
    }

    // MARK: Files

    private func write(_ sheet: ContactSheet, to path: BytePath) throws {
        guard let image = try failing({ () throws(MattingError) in try sheet.image() }) else {
            return Console.message("\(path): not written, for no picture was evaluated")
        }
        let encoded = try failing { () throws(ImageCodecError) in
            try image.encoded(
                as: ImageFormat(path: path) ?? .png, options: EncodingOptions(threadCount: pipelineArguments.threads))
        }
        try encoded.withBytes { try write($0, to: path) }
        Console.message("\(path): worst first; picture, truth, prediction, difference, over green")
        for row in sheet.rows { Console.message("  MAE \(row.error.fixed(4))  \(row.name)") }
    }

    private func write(_ text: String, to path: BytePath) throws {
        try Array(text.utf8).withUnsafeBytes { try write($0, to: path) }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, to path: BytePath) throws {
        try failing { () throws(ImageCodecError) in
            try Interruption.whileWriting { () throws(ImageCodecError) in try AtomicFile.write(bytes, to: path) }
        }
    }
}
