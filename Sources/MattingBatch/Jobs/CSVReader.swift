/// Rows of comma-separated values (RFC 4180): quoted fields with commas, quotes and line breaks in them, line ends of any
/// system, a byte order mark. Semicolons and tabs separate too, as spreadsheets of some languages write them: whichever the
/// first row has most of.
///
/// Fields are bytes, as names of files are. A reader of our own: those that are published read characters, for which names
/// in no encoding are none.
package struct CSVReader: Sendable {
    /// A row, and the line on which it begins, counted from 1.
    package struct Row: Sendable, Equatable {
        package let line: Int
        package let fields: [[UInt8]]
    }

    /// What a text is that is no CSV.
    package struct Problem: Error, Equatable {
        package let line: Int
        package let reason: String
    }

    package let rows: [Row]

    /// - Throws: ``Problem`` for a quote that is not closed, or that something follows.
    package init(_ bytes: [UInt8]) throws(Problem) {
        var bytes = bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        let separator = Self.separator(of: bytes)
        var rows: [Row] = []
        var (fields, field): ([[UInt8]], [UInt8]) = ([], [])
        var (line, rowLine, index) = (1, 1, bytes.startIndex)
        func isBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
        func endRow() {
            fields.append(field)
            // An empty line is no row of one empty field.
            if fields != [[]] { rows.append(Row(line: rowLine, fields: fields)) }
            (fields, field) = ([], [])
        }
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\""), field.isEmpty {
                let quoteLine = line
                index += 1
                while true {
                    guard index < bytes.endIndex else {
                        throw Problem(line: quoteLine, reason: "a quote is not closed")
                    }
                    let byte = bytes[index]
                    if byte == 0x0A { line += 1 }
                    index += 1
                    guard byte == UInt8(ascii: "\"") else {
                        field.append(byte)
                        continue
                    }
                    guard index < bytes.endIndex, bytes[index] == UInt8(ascii: "\"") else { break }
                    field.append(byte)
                    index += 1
                }
                guard index == bytes.endIndex || bytes[index] == separator || isBreak(bytes[index]) else {
                    throw Problem(line: line, reason: "something follows a quoted field; write quotes within it twice")
                }
            } else if byte == separator {
                fields.append(field)
                field = []
                index += 1
            } else if isBreak(byte) {
                index += byte == 0x0D && index + 1 < bytes.endIndex && bytes[index + 1] == 0x0A ? 2 : 1
                line += 1
                endRow()
                rowLine = line
            } else {
                field.append(byte)
                index += 1
            }
        }
        if !field.isEmpty || !fields.isEmpty { endRow() }
        self.rows = rows
    }

    private static func separator(of bytes: ArraySlice<UInt8>) -> UInt8 {
        var isQuoted = false
        var counts: [UInt8: Int] = [:]
        for byte in bytes {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == 0x0A || byte == 0x0D { break }
            if ",;\t".utf8.contains(byte) { counts[byte, default: 0] += 1 }
        }
        let comma = UInt8(ascii: ",")
        return [UInt8(ascii: ";"), UInt8(ascii: "\t")].first { counts[$0, default: 0] > counts[comma, default: 0] }
            ?? comma
    }
}
