import VideoStreams

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Files
import ImageCodecs
import Matting
import MattingBatch
import Synchronization
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Text for people on standard error, text for programs on standard output.
enum Console {
    /// The first error of writing to standard output; 0 while there is none.
    private static let outputError = Atomic<Int32>(0)

    /// Whether something that was to go to standard output did not arrive.
    static var hasLostOutput: Bool { outputError.load(ordering: .relaxed) != 0 }

    /// Takes the numbers of standard streams that are closed, or whatever is opened next, a file or a queue of the
    /// runtime, would be one of them and get what is meant for people. Writing to them fails as before.
    static func reserveDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest free number is this one, as those below are taken.
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// Turns standard error away from where it leads: to the terminal, if there is one, or to nothing.
    static func sendMessagesToTerminal() {
        let terminal = open("/dev/tty", O_WRONLY | O_NOCTTY)
        let target = terminal >= 0 ? terminal : open("/dev/null", O_WRONLY)
        if target < 0 || dup2(target, STDERR_FILENO) < 0 { close(STDERR_FILENO) }
        if target > STDERR_FILENO { close(target) }
    }

    /// One line, with what comes from outside escaped.
    static func message(_ text: String) { _ = write("matte: \(escaped(text))\n", to: STDERR_FILENO) }

    /// Says what is wrong with an input, and returns it without the input's name.
    ///
    /// - Parameter isReading: whether the input is what an option could still let through; what cannot be written is not.
    static func complain(
        about input: some CustomStringConvertible, _ error: any Error, isReading: Bool = true
    ) -> String {
        var text = OptionWords.text(error)
        let cause: any Error =
            switch error {
            case VideoError.frame(_, let error): error
            // Of a picture that is only needed now, such as a background.
            case MattingError.image(let error): error
            default: (error as? CorrectionError)?.cause ?? error
            }
        switch cause {
        case let error as BatchFailure where error.text.contains("decode leniently"): text += " (--lenient)"
        case ImageCodecError.truncated, ImageCodecError.malformed, VideoStreamError.truncated: text += " (--lenient)"
        case ImageCodecError.fileTooLarge: text += " (--max-megapixels)"
        case ImageCodecError.tooLarge(let width, let height, _, _, _) where isReading,
            VideoStreamError.tooLarge(let width, let height, _, _) where isReading:
            if let enough = InputArguments.megapixels(forWidth: width, height: height) {
                text += " (--max-megapixels \(enough))"
            }
        case MattingError.memoryLimitExceeded: text += " (--max-memory)"
        default: break
        }
        // Errors about the input's own file name it already.
        message(text.hasPrefix("\(input):") ? text : "\(input): \(text)")
        return text
    }

    /// Text from outside with everything escaped that a terminal might obey.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
                result += scalar.escaped(asASCII: true)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Text of several lines from the parser of arguments, with what comes from outside escaped.
    static func usage(_ text: String, isError: Bool) {
        let lines = CommandArguments.shown(text).split(separator: "\n", omittingEmptySubsequences: false)
        let shown = lines.map { escaped(String($0)) }.joined(separator: "\n")
        let code = write(shown + "\n", to: isError ? STDERR_FILENO : STDOUT_FILENO)
        if let code, !isError { outputError.store(code, ordering: .relaxed) }
    }

    /// Text on standard error as it is.
    static func progress(_ text: String) { _ = write(text, to: STDERR_FILENO) }

    /// One line, with what comes from outside escaped.
    static func line(_ text: String) { output(escaped(text)) }

    /// One object on one line.
    static func json(_ value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            output(String(decoding: try encoder.encode(value), as: UTF8.self))
        } catch {
            // Numbers that are not finite have no JSON; none is expected here.
            outputError.store(EINVAL, ordering: .relaxed)
            message("standard output: a report cannot be written as JSON: \(error)")
        }
    }

    /// One value on one line.
    static func json(_ value: JSONValue) { output(value.description) }

    /// Whether people read standard error as it is written.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// A line on standard output. Who cannot be told of one, because a disk is full or a reader has gone, is told nothing
    /// more, and the command fails in the end.
    private static func output(_ line: String) {
        guard !hasLostOutput, let code = write(line + "\n", to: STDOUT_FILENO) else { return }
        outputError.store(code, ordering: .relaxed)
        // A reader that has seen enough, as `head` has, goes without a word.
        if code != EPIPE { message("standard output: \(systemReason(code))") }
    }

    /// Writes all of it; the error's number where that failed.
    private static func write(_ text: String, to descriptor: Int32) -> Int32? {
        var text = text
        return text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while let base = rest.baseAddress, !rest.isEmpty {
                let count = writeSome(descriptor, from: base, count: rest.count)
                guard count > 0 else { return errno }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
            return nil
        }
    }
}
