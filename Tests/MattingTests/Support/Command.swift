import Dispatch
import Foundation
import Synchronization
import Testing

/// The command, run as its users run it: another process, with pipes.
struct Command {
    /// How it ended.
    struct Outcome {
        /// The exit status, or the number of the signal that ended it, negated.
        let status: Int32
        /// Standard output.
        let output: [UInt8]
        /// Standard error.
        let messages: String

        var text: String { String(decoding: output, as: UTF8.self) }

        /// The lines of standard output as JSON objects.
        func objects() throws -> [[String: Any]] {
            try text.split(separator: "\n").map { line in
                try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
            }
        }
    }

    /// What can keep a command from being run to its end.
    enum Failure: Error, CustomStringConvertible {
        case notBuilt(searched: [String])
        case tookTooLong(arguments: [String], messages: String)

        var description: String {
            switch self {
            case .notBuilt(let searched):
                "the executable 'matte' is not beside the tests (\(searched.joined(separator: ", "))); "
                    + "build it with 'swift build'"
            case .tookTooLong(let arguments, let messages):
                "'matte \(arguments.joined(separator: " "))' did not end in time; it said: \(messages)"
            }
        }
    }

    /// Far beyond what any of the runs takes, on a busy machine too.
    static let limit: DispatchTimeInterval = .seconds(120)

    private let process = Process()
    private let arguments: [String]
    private let group = DispatchGroup()
    private let output = Drain()
    private let messages = Drain()

    /// Runs the command to its end.
    ///
    /// - Parameters:
    ///   - input: what it finds on standard input, through a pipe.
    ///   - file: the file that standard input is redirected to, where there is no `input`.
    ///   - target: the file that standard output is redirected to; without it the outcome has it.
    ///   - folder: its working folder.
    ///   - environment: variables that differ from those of the tests.
    ///   - script: what a shell runs in its place; the command with its arguments is `"$@"`.
    @discardableResult
    static func run(
        _ arguments: [String], input: [UInt8]? = nil, from file: FileHandle? = nil, to target: FileHandle? = nil,
        in folder: TemporaryFolder? = nil,
        environment: [String: String] = [:], through script: String? = nil
    ) throws -> Outcome {
        try Command(
            arguments, input: input, from: file, to: target, in: folder, environment: environment, through: script
        ).outcome()
    }

    /// Starts the command.
    init(
        _ arguments: [String], input: [UInt8]? = nil, from file: FileHandle? = nil, to target: FileHandle? = nil,
        in folder: TemporaryFolder? = nil,
        environment: [String: String] = [:], through script: String? = nil
    ) throws {
        self.arguments = arguments
        let executable = try Self.executable()
        process.executableURL = URL(fileURLWithPath: script == nil ? executable : "/bin/sh")
        process.arguments = script.map { ["-c", $0, "sh", executable] + arguments } ?? arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder.path) }
        let (outputPipe, messagePipe, inputPipe) = (Pipe(), Pipe(), Pipe())
        process.standardOutput = target ?? outputPipe
        process.standardError = messagePipe
        process.standardInput = input == nil ? file ?? FileHandle.nullDevice : inputPipe
        group.enter()
        process.terminationHandler = { [group] _ in group.leave() }
        // A command that ends before it has read its input must not end the tests.
        signal(SIGPIPE, SIG_IGN)
        try process.run()
        // All three at the same time: a full pipe stops whoever writes to it.
        if target == nil { output.read(outputPipe.fileHandleForReading, group) }
        messages.read(messagePipe.fileHandleForReading, group)
        if let input {
            DispatchQueue.global().async {
                try? inputPipe.fileHandleForWriting.write(contentsOf: Data(input))
                try? inputPipe.fileHandleForWriting.close()
            }
        }
    }

    /// Sends it a signal: what Ctrl-C sends, or another.
    func interrupt(_ signal: Int32 = SIGINT) { kill(process.processIdentifier, signal) }

    #if os(Linux)
    /// The threads that it has now.
    var threadCount: Int {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.processIdentifier)/task").count
        }
    }
    #endif

    /// Waits until it ends.
    func outcome() throws -> Outcome {
        guard group.wait(timeout: .now() + Self.limit) == .success else {
            kill(process.processIdentifier, SIGKILL)
            throw Failure.tookTooLong(arguments: arguments, messages: messages.text)
        }
        let isExit = process.terminationReason == .exit
        return Outcome(
            status: isExit ? process.terminationStatus : -process.terminationStatus, output: output.bytes,
            messages: messages.text)
    }

    /// Collects what comes out of a pipe.
    private final class Drain: Sendable {
        private let data = Mutex<[UInt8]>([])

        var bytes: [UInt8] { data.withLock { $0 } }
        var text: String { String(decoding: bytes, as: UTF8.self) }

        func read(_ handle: FileHandle, _ group: DispatchGroup) {
            group.enter()
            Thread.detachNewThread { [self] in
                while true {
                    let chunk = handle.availableData
                    if chunk.isEmpty { break }
                    data.withLock { $0.append(contentsOf: chunk) }
                }
                group.leave()
            }
        }
    }

    /// The executable that was built together with these tests.
    private static func executable() throws -> String {
        let bundles = Bundle.allBundles.map(\.bundlePath).filter { $0.hasSuffix(".xctest") }
        let folders = ([CommandLine.arguments[0]] + bundles).map {
            URL(fileURLWithPath: $0).deletingLastPathComponent().path
        }
        guard let folder = folders.first(where: { FileManager.default.isExecutableFile(atPath: "\($0)/matte") }) else {
            throw Failure.notBuilt(searched: folders)
        }
        return "\(folder)/matte"
    }
}

/// Expects a run to have ended with `status`, and shows what it said where it did not.
func expectStatus(
    _ status: Int32, _ outcome: Command.Outcome, says parts: String...,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(outcome.status == status, "it said: \(outcome.messages)", sourceLocation: sourceLocation)
    for part in parts {
        #expect(outcome.messages.contains(part), sourceLocation: sourceLocation)
    }
}

/// Looks every few milliseconds, for as long as a command may take.
func waitUntil(sourceLocation: SourceLocation = #_sourceLocation, _ isTrue: () throws -> Bool) throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try !isTrue() {
        try #require(ContinuousClock.now < deadline, "it did not happen in time", sourceLocation: sourceLocation)
        usleep(2000)
    }
}
