import ArgumentParser
import ImageCodecs
import MatteEvaluation
import Matting
import MattingBatch

/// The command: parse, call the library, exit. No pixel is touched here.
@main
struct Matte: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "matte",
        abstract: "Removes the background of photographs.",
        discussion: """
            EXAMPLES
              matte photo.jpg                          to photo.png beside it, on a transparent ground
              matte photo.jpg -o cutout.png            to a file of that name
              matte photo.jpg -o flat.jpg --background white
              matte a.jpg b.png -o cutouts/            many, to cutouts/<stem>.png
              matte photo.jpg -o alpha.png --mask      the alpha alone
              matte batch shoot/ out/                  a folder, sorted into publish, check and manual
              cat photo.jpg | matte - -o - > cut.png   in a pipe
              ffmpeg -i film.mp4 -f yuv4mpegpipe - | matte video - -o matte.y4m

            Exit status: 0 all well, 1 some input failed, 64 wrong usage (nothing was begun), 130 interrupted; 'weights diff' has its own.
            """,
        version: "0.1.0",
        subcommands: [Cut.self, Batch.self, Video.self, Evaluate.self, Benchmark.self, Weights.self],
        defaultSubcommand: Cut.self)

    /// Not asynchronous: an asynchronous `main` ends the first thread and goes on on one that libdispatch begins, and where
    /// the system refuses that, the command would sleep for ever.
    static func main() {
        Console.reserveDescriptors()
        Interruption.watch()
        LargeBlocks.mapThem()
        do {
            try refuseStreams()
            try CommandArguments.refuseNamesLikeOptions()
            var command = try parseAsRoot(CommandArguments.forParser)
            if let problem = Machine.instructionSetProblem { throw UsageError(problem) }
            try command.run()
        } catch {
            end(error)
        }
        if Console.hasLostOutput { exit(withError: ExitCode(1)) }
    }

    /// Nothing is written into a file that is named, be it a message.
    private static func refuseStreams() throws(UsageError) {
        try planning { () throws(PlanningError) in
            do throws(PlanningError) {
                try StandardStreams.refuse(CommandArguments.words)
            } catch {
                if case .streamIntoFile(isError: true, file: _) = error { Console.sendMessagesToTerminal() }
                throw error
            }
        }
    }

    /// Says what an error, or a request for help, is to say, and ends with its status.
    private static func end(_ error: any Error) -> Never {
        if let error = error as? UsageError {
            for message in error.messages { Console.message(message) }
            exit(withError: ExitCode.validationFailure)
        }
        let (code, text) = (exitCode(for: error), fullMessage(for: error))
        if !text.isEmpty { Console.usage(text, isError: !code.isSuccess) }
        exit(withError: code.isSuccess && Console.hasLostOutput ? ExitCode(1) : code)
    }
}
