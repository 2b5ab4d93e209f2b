/// Columns of text, each as wide as its widest cell.
struct Table {
    enum Alignment { case left, right }

    private let alignments: [Alignment]
    private var rows: [[String]] = []
    /// Rows that have a rule above them.
    private var ruled: Set<Int> = []

    init(_ alignments: [Alignment]) { self.alignments = alignments }

    /// Adds a row; cells that are left out are empty.
    mutating func add(_ cells: [String]) {
        precondition(cells.count <= alignments.count, "\(cells.count) cells in \(alignments.count) columns")
        rows.append(cells + [String](repeating: "", count: alignments.count - cells.count))
    }

    /// Draws a rule below the rows so far.
    mutating func rule() { ruled.insert(rows.count) }

    var lines: [String] {
        let widths = alignments.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let whole = widths.reduce(0, +) + 2 * (widths.count - 1)
        return rows.enumerated().flatMap { index, row in
            let cells = zip(zip(row, widths), alignments).map { cell, alignment in
                let (text, width) = cell
                let space = String(repeating: " ", count: width - text.count)
                return alignment == .left ? text + space : space + text
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return ruled.contains(index) ? [String(repeating: "─", count: whole), line] : [line]
        }
    }
}

extension Double {
    /// With a fixed number of decimals, or "–" where it is no number.
    func fixed(_ decimals: Int) -> String {
        guard isFinite, magnitude < 1e15 else { return "–" }
        let factor = (0..<decimals).reduce(1) { factor, _ in factor * 10 }
        let scaled = Int((magnitude * Double(factor)).rounded())
        let sign = self < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(scaled)" }
        let fraction = "\(scaled % factor)"
        return "\(sign)\(scaled / factor)." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }
}

extension Double {
    /// With a number of digits that count, and a power of ten, as 1.53e-5; "–" where it is no number.
    func significant(_ digits: Int) -> String {
        guard isFinite, self != 0 else { return fixed(0) }
        var (mantissa, exponent) = (self, 0)
        while mantissa.magnitude >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        while mantissa.magnitude < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        return mantissa.fixed(digits - 1) + (exponent == 0 ? "" : "e\(exponent)")
    }
}

extension Int {
    /// A number of bytes as people say it.
    var bytesText: String {
        switch self {
        case 100_000_000...: "\((Double(self) / 1e6).fixed(0)) MB"
        case 1_000_000...: "\((Double(self) / 1e6).fixed(1)) MB"
        default: "\((Double(self) / 1e3).fixed(1)) kB"
        }
    }
}
