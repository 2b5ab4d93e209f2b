import ArgumentParser
import Files
import Matting
import MattingBatch

/// What a person says of a photograph's matte, in files that go with it.
struct CorrectionArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Trimap of the photograph: black is background, white is subject, and the grey between is solved for.",
            valueName: "file|dir"))
    var trimap: BytePath?

    @Option(
        help: ArgumentHelp(
            "Transparent picture with strokes: white or green over the subject, black or red over the background, blue "
                + "or grey over what is to be found out anew.", valueName: "file|dir"))
    var scribbles: BytePath?

    @Option(
        help: ArgumentHelp(
            "Start from this matte, made anywhere, instead of the network's: refine, finish and compose it. Of a PSD it is "
                + "the mask of the layer Subject.",
            valueName: "file|dir"))
    var matte: BytePath?

    @Option(
        help: ArgumentHelp(
            "Write a trimap of what is unsure, too, for retouching. For several photographs all four name folders with "
                + "<stem>.png for each.", valueName: "file|dir"))
    var trimapOut: BytePath?

    func validate() throws {
        if trimap != nil && scribbles != nil {
            throw ValidationError("--trimap and --scribbles both say what is certain; leave one of them out.")
        }
    }

    var trimaps: CompanionFiles? { trimapOut.map { CompanionFiles(option: "--trimap-out", path: $0) } }

    /// The files that go with each input, in their order.
    ///
    /// - Throws: ``PlanningError``.
    func files(for inputs: [InputFile]) throws(PlanningError) -> [CorrectionFiles] {
        func files(_ option: String, _ path: BytePath?) throws(PlanningError) -> [BytePath]? {
            guard let path else { return nil }
            return try CompanionFiles(option: option, path: path).files(for: inputs)
        }
        let trimaps = try files("--trimap", trimap)
        let scribbles = try files("--scribbles", scribbles)
        let mattes = try files("--matte", matte)
        return inputs.indices.map { index in
            CorrectionFiles(trimap: trimaps?[index], scribbles: scribbles?[index], matte: mattes?[index])
        }
    }
}

/// The files that go with one photograph.
struct CorrectionFiles {
    var trimap: BytePath?
    var scribbles: BytePath?
    var matte: BytePath?

    /// All that are read.
    var all: [BytePath] { [trimap, scribbles, matte].compactMap { $0 } }

    /// The matte to start from.
    ///
    /// - Throws: ``CorrectionError``.
    func startingMatte(_ input: InputArguments) throws -> AlphaMatte? {
        guard let matte else { return nil }
        return try CorrectionError.about(matte) { try AlphaMatte(input.readMatte(matte)) }
    }

    /// Names the file that does not fit the photograph.
    func namingSizes<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as MattingError {
            guard case .differentSizes(let part, _, _, _, _) = error,
                let path = part == "picture" ? matte : trimap ?? scribbles
            else { throw error }
            throw CorrectionError(path: path, cause: error)
        }
    }

    /// What is certain.
    ///
    /// - Throws: ``CorrectionError``.
    func corrections(_ input: InputArguments) throws -> Corrections? {
        if let trimap {
            return try CorrectionError.about(trimap) { Corrections(try Trimap(input.read(.named(trimap)))) }
        }
        if let scribbles {
            return try CorrectionError.about(scribbles) { Corrections(try Scribbles(input.read(.named(scribbles)))) }
        }
        return nil
    }
}

/// What is wrong with a file that goes with a photograph.
struct CorrectionError: Error, CustomStringConvertible {
    let path: BytePath
    let cause: any Error

    var description: String {
        let text = "\(cause)"
        return text.hasPrefix("\(path):") ? text : "\(path): \(text)"
    }

    static func about<Result>(_ path: BytePath, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            throw CorrectionError(path: path, cause: error)
        }
    }
}
