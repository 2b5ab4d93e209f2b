import ArgumentParser
import Files
import MattingBatch

/// The command line as the system gave it. Swift's own `CommandLine.arguments` repairs what is not UTF-8, and a repaired
/// name leads to another file or to none; the parser of arguments takes text only. So bytes that are no text travel
/// through it as characters for private use, and become bytes again in ``BytePath``.
enum CommandArguments {
    /// Byte `b` is the character `base + b`, in the last plane for private use.
    private static let base: UInt32 = 0x10F700
    private static let range = base...base + 0xFF

    /// The arguments without the program's name, for the parser.
    static var all: [String] {
        let arguments = UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc))
        return arguments.dropFirst().compactMap { $0.map { encoded(BytePath(cString: $0)) } }
    }

    /// What may name a file among them: words, and what stands behind the equals sign of an option.
    static var words: [BytePath] {
        all.map { argument in
            let value = argument.hasPrefix("-") ? argument.firstIndex(of: "=").map { argument[$0...].dropFirst() } : nil
            return decoded(value.map(String.init) ?? argument)
        }
    }

    /// Which of some options of long names the command line has, in their order, those that are repeated again.
    ///
    /// The parser keeps the order of an option's own values only.
    static func order(of names: Set<String>) -> [String] { order(of: names, in: all) }

    static func order(of names: Set<String>, in arguments: [String]) -> [String] {
        mayBeOptions(in: arguments).map { String($0.prefix { $0 != "=" }) }.filter(names.contains)
    }

    /// The words before `--`, without those that are the value of an option that takes any word: of all options `--suffix`.
    private static func mayBeOptions(in arguments: [String]) -> [String] {
        var (words, isValue) = ([String](), false)
        for argument in arguments {
            if isValue {
                isValue = false
                continue
            }
            if argument == "--" { break }
            isValue = argument == "--suffix"
            words.append(argument)
        }
        return words
    }

    // MARK: Names that look like options

    /// Refuses words that the parser would take for several options of one letter: a photograph named `-shoe.png`, of which
    /// it sees `-h`, would print the help, and nothing else would be done.
    ///
    /// - Throws: ``UsageError``.
    static func refuseNamesLikeOptions() throws(UsageError) {
        guard let word = nameLikeOption(in: all) else { return }
        let name = decoded(word)
        throw UsageError(
            "'\(name)' is no option, for those of more than one letter have two dashes; a file of that name is './\(name)'."
        )
    }

    /// The first of them; numbers below 0 have messages of their own.
    static func nameLikeOption(in arguments: [String]) -> String? {
        mayBeOptions(in: arguments).first { word in
            let letters = word.unicodeScalars.dropFirst()
            guard word.unicodeScalars.first == "-", letters.count > 1, let first = letters.first else { return false }
            return !"-.0123456789".unicodeScalars.contains(first) && letters.dropFirst().first != "="
        }
    }

    /// Joins an option and a number below 0 behind it, or a length, by an equals sign. The parser would take that for an
    /// option and call the value missing; so what is wrong with it is told by who knows.
    static func withNegativeValues(_ arguments: [String]) -> [String] {
        var (result, isBehindAll) = ([String](), false)
        for argument in arguments {
            let unit = ["px", "%"].first(where: argument.hasSuffix) ?? ""
            let isNumber = argument.hasPrefix("-") && Double(argument.dropLast(unit.count)) != nil
            if isNumber, !isBehindAll, let option = result.last, option.hasPrefix("--"), !option.contains("=") {
                result[result.endIndex - 1] += "=" + argument
            } else {
                result.append(argument)
            }
            isBehindAll = isBehindAll || argument == "--"
        }
        return result
    }

    // MARK: Thousands of photographs

    /// Words in a row from which on they are handed to the parser as one: its time grows with the square of their number;
    /// 4,000 of them kept it busy for 1.3 seconds.
    private static let longRow = 64

    /// The arguments for the parser, and what stands in it for rows of words that are photographs.
    private static let shortened = shorten(withNegativeValues(all))

    /// ``all``, with one argument in the place of a long row of photographs.
    static var forParser: [String] { shortened.arguments }

    /// Inputs as they were given, of those that the parser has seen.
    static func expanded(_ inputs: [InputFile]) -> [InputFile] {
        inputs.flatMap { input in
            guard case .named(let path) = input, path.bytes.first == 0,
                let text = String(validating: path.bytes.dropFirst(), as: UTF8.self), let row = Int(text),
                shortened.rows.indices.contains(row)
            else { return [input] }
            return shortened.rows[row]
        }
    }

    /// Only of `cut`, the verb that takes any number of files, and not of the first word of a row, which may be the value
    /// of an option. No argument contains a zero byte, so that one with it can be told from all names.
    private static func shorten(_ arguments: [String]) -> (arguments: [String], rows: [[InputFile]]) {
        var (result, rows): ([String], [[InputFile]]) = ([], [])
        let verb = arguments.first ?? ""
        let isOther = verb == "help" || Matte.verbs.contains(verb) && verb != "cut"
        guard arguments.count > longRow, !isOther else { return (arguments, []) }
        var rest = arguments[...]
        while !rest.isEmpty {
            let row = rest.prefix { !$0.hasPrefix("-") }
            if row.count > longRow {
                // The verb, or a value, and the first photograph, which messages about mistyped verbs look at.
                result += row.prefix(2)
                result.append(encoded(BytePath(bytes: [0] + Array("\(rows.count)".utf8))))
                rows.append(row.dropFirst(2).map { InputFile(argument: decoded($0)) })
            } else {
                result += row
            }
            rest = rest.dropFirst(row.count)
            // Standard input, as '-', may stand between words; it and options go through as they are.
            if let option = rest.popFirst() { result.append(option) }
        }
        return (result, rows)
    }

    /// A name as text from which ``decoded(_:)`` makes the same name again, whatever its bytes are.
    static func encoded(_ path: BytePath) -> String {
        var text = String.UnicodeScalarView()
        func append(_ byte: UInt8) {
            if let scalar = Unicode.Scalar(base + UInt32(byte)) { text.append(scalar) }
        }
        BytePath.forEachPart(of: path.bytes) { part in
            switch part {
            // Who writes such a character means it. And with an accent an equals sign would be another character, at which
            // the parser divides no option from its value.
            case .scalar(let scalar) where range.contains(scalar.value) || text.last == "=" && !scalar.isASCII:
                Array("\(scalar)".utf8).forEach(append)
            case .scalar(let scalar): text.append(scalar)
            case .byte(let byte): append(byte)
            }
        }
        return String(text)
    }

    /// The name that ``encoded(_:)`` was given.
    static func decoded(_ text: String) -> BytePath {
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            if range.contains(scalar.value) {
                bytes.append(UInt8(truncatingIfNeeded: scalar.value - base))
            } else {
                bytes += UTF8.encode(scalar).map(Array.init) ?? []
            }
        }
        return BytePath(bytes: bytes)
    }
}

extension CommandArguments {
    /// Text for people, in which bytes that are no text are shown as they are in names.
    static func shown(_ text: String) -> String {
        text.unicodeScalars.contains { range.contains($0.value) } ? decoded(text).description : text
    }
}

extension BytePath: ExpressibleByArgument {
    package init?(argument: String) { self = CommandArguments.decoded(argument) }

    package static var defaultCompletionKind: CompletionKind { .file() }
}
