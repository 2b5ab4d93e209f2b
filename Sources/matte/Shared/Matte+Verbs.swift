import Files
import MattingBatch

extension Matte {
    /// The words that choose what the command does.
    static let verbs = configuration.subcommands.map { $0.configuration.commandName ?? "\($0)".lowercased() }

    /// `cut` is the default verb, so that a word that is no verb is taken for a photograph. Where there is no such file
    /// and the word looks like none, it is a verb that somebody mistyped.
    ///
    /// - Throws: ``UsageError``.
    static func refuseMistypedVerb(_ input: InputFile) throws(UsageError) {
        guard case .named(let path) = input, let word = path.text, !path.exists, !word.isEmpty,
            word.utf8.allSatisfy({ (97...122).contains($0 | 32) })
        else { return }
        let near = verbs.map { (verb: $0, distance: editDistance(Array(word.lowercased().utf8), Array($0.utf8))) }
            .min { $0.distance < $1.distance }
        if let near, near.distance <= max(1, near.verb.utf8.count / 3) {
            throw UsageError("'\(word)' is neither a command nor a file. Did you mean 'matte \(near.verb)'?")
        }
        throw UsageError(
            "'\(word)' is neither a command (\(verbs.joined(separator: ", "))) nor a file; 'matte --help' shows examples."
        )
    }

    /// How many letters have to be put in, left out, replaced or swapped with their neighbours to make one word of another.
    static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var rows = [Array(0...b.count)]
        for (i, x) in a.enumerated() {
            var row = [i + 1]
            for (j, y) in b.enumerated() {
                var cost = min(rows[i][j] + (x == y ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, x == b[j - 1], a[i - 1] == y { cost = min(cost, rows[i - 1][j - 1] + 1) }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
