import Files

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Standard output and standard error where they lead into a file that a command line names.
///
/// A shell's `>>` and `1<>` open a file without emptying it, so that reports, messages and the text of `--help` would go
/// into the photograph, the film or the weights. Words are looked at and not what they mean, so that every command is
/// covered, and the messages about a command line that is wrong, too.
package enum StandardStreams {
    /// - Parameter words: of the command line, in which `-` is standard input.
    /// - Throws: ``PlanningError/streamIntoFile(isError:file:)`` for a regular file that is not empty: others lose nothing.
    /// - Complexity: O(number of words), and nothing where both streams lead elsewhere.
    package static func refuse(_ words: [BytePath]) throws(PlanningError) {
        // Standard error first: what is said of the other goes there.
        for descriptor in [STDERR_FILENO, STDOUT_FILENO] {
            guard let target = filled(descriptor) else { continue }
            for word in words where !isStream(word) {
                let file = InputFile(argument: word)
                guard file.identity == target else { continue }
                throw .streamIntoFile(isError: descriptor == STDERR_FILENO, file: file)
            }
        }
    }

    /// The file that a descriptor leads to, where it holds something.
    private static func filled(_ descriptor: Int32) -> FileIdentity? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
            return nil
        }
        return FileIdentity(descriptor: descriptor)
    }

    /// Whether a word means one of the two streams itself, as in `-o /dev/stdout`.
    private static func isStream(_ word: BytePath) -> Bool {
        word.descriptorNumber == STDOUT_FILENO || word.descriptorNumber == STDERR_FILENO
    }
}
