/// Why an option cannot stand where it does: another is there that it contradicts, or one is missing that it needs.
package struct WordProblem: Sendable, Equatable {
    /// The one that is wrong, as the command calls it, without dashes.
    package let option: String
    /// In words, with what to do.
    package let reason: String
}
