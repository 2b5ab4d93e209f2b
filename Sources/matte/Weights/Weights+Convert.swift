import ArgumentParser
import Files
import ImageCodecs
import MatteEvaluation
import Matting
import MattingBatch
import MattingNetworks
import Raster
import WeightFiles

extension Weights {
    struct Convert: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Turns a file of a known network into a weight file that says how it is fed.",
            discussion: """
                Reads PyTorch checkpoints (.pth, .pt, .bin, .ckpt; nothing in them is executed), ONNX files and \
                safetensors. The network is recognised by its tensors, behind any prefix; its preprocessing, that of its \
                paper unless the file or --recipe says otherwise, goes into the metadata with a checksum. The new file is \
                read back and its matte of a picture compared with the old one's, which shows what a type of fewer bits \
                costs, before anything is replaced.

                EXAMPLES
                  matte weights convert u2net.pth u2net.safetensors
                  matte weights convert modnet.ckpt modnet.safetensors --type f16 --picture portrait.jpg
                  matte weights convert training.pth own.safetensors --state params_ema
                """)

        @Argument(help: ArgumentHelp("PyTorch checkpoint, ONNX or safetensors file.", valueName: "file"))
        var input: BytePath

        @Argument(help: ArgumentHelp("The weight file to write.", valueName: "out.safetensors"))
        var output: BytePath

        @Option(help: "How weights are stored; vectors stay F32. As they are where this is left out.")
        var type: Storing?

        @Option(help: ArgumentHelp("The set of tensors to take, of several in a checkpoint.", valueName: "name"))
        var state: String?

        @Option(
            name: .customLong("recipe"),
            help: ArgumentHelp(
                "Preprocessing in place of the file's or the paper's, such as input.size=512; repeat for more.",
                valueName: "key=value"))
        var recipeEntries: [PipelineArguments.RecipeEntry] = []

        @Option(help: ArgumentHelp("Under which terms the weights may be used.", valueName: "text"))
        var license: String?

        @Option(help: ArgumentHelp("Where the weights come from.", valueName: "text"))
        var source: String?

        @Option(help: ArgumentHelp("What they were trained on.", valueName: "text"))
        var training: String?

        @Option(help: ArgumentHelp("Photograph to compare mattes on; else one made by formula.", valueName: "file"))
        var picture: BytePath?

        @Flag(help: "Replace the weight file if it is there.")
        var overwrite = false

        @Flag(help: "Print a JSON object.")
        var json = false

        func validate() throws {
            guard output.pathExtension == "safetensors" else {
                throw ValidationError("'\(output)' names another format; end it in .safetensors.")
            }
            _ = try PipelineArguments.recipe(recipeEntries)
        }

        func run() throws {
            try refuseOverwriting()
            try failing { () throws(OutputFolderError) in try OutputFolders.prepare([.named(output)]) }
            let image = try picturesMatte()
            let recipe = try PipelineArguments.recipe(recipeEntries)
            let conversion = try converted(recipe)
            let loss = try write(conversion, recipe, comparing: image)
            let result = Result(
                input: input.description, output: output.description, architecture: conversion.architecture,
                type: type?.rawValue ?? "as stored", tensors: conversion.source.tensors.count,
                leftOut: conversion.leftOut, picture: picture?.description ?? "made by formula", bytes: loss.byteCount,
                sourceBytes: loss.sourceByteCount, compared: !loss.difference.isOfFlatMatte,
                meanDifference: loss.difference.mean, largestDifference: loss.difference.maximum)
            if json { return Console.json(result) }
            for line in result.lines { Console.line(line) }
        }
    }
}

extension Weights.Convert {
    /// The types that weights can be stored as.
    enum Storing: String, ExpressibleByArgument, CaseIterable {
        case f32, f16, bf16, i8

        var type: WeightType {
            switch self {
            case .f32: .f32
            case .f16: .f16
            case .bf16: .bf16
            case .i8: .i8
            }
        }
    }

    /// A mean difference of mattes that can be seen.
    fileprivate static let noticeable = 0.01

    private func refuseOverwriting() throws {
        let out = OutputFile.named(output)
        try planning { () throws(PlanningError) in
            try out.requireFolder()
            try Overwriting.refuse(
                (WeightFile.files(of: input) + [picture].compactMap { $0 }).map { .named($0) },
                by: [out] + (json ? [.standardOutput] : []))
        }
        guard let status = output.status() else { return }
        if output.isFolder { throw UsageError("'\(output)' is a folder; name a file.") }
        if !overwrite { throw UsageError("'\(output)' is there already; --overwrite replaces it.") }
        // What cannot be read back cannot be compared before it counts.
        if !status.isFile { throw UsageError("'\(output)' is no file, but a pipe or a device; name a file.") }
    }

    private func picturesMatte() throws -> RasterImage {
        guard let picture else {
            return try failing { () throws(RasterError) in try RasterImage.synthetic(width: 480, height: 360) }
        }
        return try failing(about: .named(picture)) { () throws(ImageCodecError) in try RasterImage(contentsOf: picture)
        }
    }

    private func converted(_ recipe: [String: String]) throws -> WeightConversion {
        var notes: [String: String] = [:]
        for (key, value) in [("license", license), ("source", source), ("training", training)] {
            if let value { notes[key] = CommandArguments.shown(value) }
        }
        do throws(WeightError) {
            let file = try WeightFile.opened(input, dictionary: state.map { CommandArguments.shown($0) })
            notes["conversion"] = "from \(input.name), SHA-256 \(try WeightFile.sha256(ofFileAt: input))"
            return try WeightConversion(file, as: type?.type, recipe: recipe, notes: notes)
        } catch .badOverride(let key, let value, let expected) {
            // What was written on the command line is wrong, not the file.
            throw UsageError("\(WeightError.badOverride(key: key, value: value, expected: expected))")
        } catch {
            Console.message("\(error)")
            throw ExitCode(1)
        }
    }

    /// Writes the file, reads it back and compares it, and only then gives it its name.
    private func write(
        _ conversion: WeightConversion, _ recipe: [String: String], comparing image: RasterImage
    ) throws -> Loss {
        func writing<Value: ~Copyable>(_ body: () throws(FileFailure) -> Value) throws -> Value {
            try failing { () throws(WeightError) in
                do throws(FileFailure) {
                    return try Interruption.whileWriting(body)
                } catch {
                    throw .unwritable(file: output.description, reason: error.reason)
                }
            }
        }
        // Between the file and the note of its name no signal may end the command.
        var file = try writing { () throws(FileFailure) in
            let file = try AtomicFileWriter(output, replacing: overwrite)
            Interruption.remove(file.temporaryPath)
            return file
        }
        defer { Interruption.remove(nil) }
        try failing { () throws(WeightError) in
            try conversion.writer.write(into: &file, name: output.description)
        }
        let path = file.temporaryPath ?? output
        let written = try failing { () throws(WeightError) in try WeightFile(contentsOf: path) }
        let difference = try failing { () throws(MattingError) in
            try MatteDifference(between: conversion.source, and: written, on: image, recipe: recipe)
        }
        try writing { () throws(FileFailure) in try file.finish() }
        if difference.mean > Self.noticeable {
            Console.message("warning: the mattes differ by \(difference.mean.significant(2)) on average")
        }
        return Loss(
            difference: difference, byteCount: written.dataByteCount, sourceByteCount: conversion.source.dataByteCount)
    }

    /// What the new file costs, and what it saves.
    private struct Loss {
        let difference: MatteDifference
        let byteCount: Int
        let sourceByteCount: Int
    }

    /// What the command says.
    private struct Result: Encodable {
        let input: String
        let output: String
        let architecture: String
        let type: String
        let tensors: Int
        let leftOut: [String]
        let picture: String
        let bytes: Int
        let sourceBytes: Int
        /// Whether the matte is one that weights could change.
        let compared: Bool
        let meanDifference: Double
        let largestDifference: Double

        var lines: [String] {
            var lines = ["\(input): \(architecture), \(tensors) tensors, \(sourceBytes.bytesText)"]
            if let first = leftOut.first {
                lines.append("  tensors that it does not read, left out: \(leftOut.count), the first '\(first)'")
            }
            let difference =
                largestDifference == 0
                ? "the same matte, bit for bit"
                : "alpha differs by \(meanDifference.significant(2)) on average, at most \(largestDifference.significant(2))"
            let cost =
                compared || largestDifference > Weights.Convert.noticeable
                ? difference : "not compared, as the matte is all of one value; give a photograph with --picture"
            lines.append("  stored as \(type == "as stored" ? "they were" : type.uppercased()): \(cost) (\(picture))")
            return lines + ["\(output): \(bytes.bytesText)"]
        }
    }
}
