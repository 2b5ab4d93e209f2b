import Foundation

/// Prints every public symbol of the compiler's symbol graphs, a line each: `Symbols GRAPH.symbols.json …`. Ends with an
/// error where one has no documentation.
@main
struct Symbols {
    private struct Graph: Decodable {
        struct Module: Decodable { let name: String }
        struct Symbol: Decodable {
            struct Kind: Decodable { let identifier: String }
            struct Documentation: Decodable {}
            struct Fragment: Decodable { let spelling: String }
            let kind: Kind
            let pathComponents: [String]
            let docComment: Documentation?
            let declarationFragments: [Fragment]?
        }
        let module: Module
        let symbols: [Symbol]
    }

    /// What the compiler makes itself, or a protocol of the standard library explains.
    private static let explainedElsewhere: Set<String> = [
        "description", "hash(into:)", "==(_:_:)", "init(rawValue:)", "encode(to:)", "init(from:)",
    ]

    static func main() throws {
        var lines: Set<String> = []
        var undocumented: [String] = []
        for path in CommandLine.arguments.dropFirst() {
            let graph = try JSONDecoder().decode(Graph.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
            // An extension of a module's types by another is in the graph "Extending@Extended".
            let file = URL(fileURLWithPath: path).lastPathComponent
            let module = file.prefix { $0 != "@" && $0 != "." }
            for symbol in graph.symbols {
                let name = symbol.pathComponents.joined(separator: ".")
                let declaration = (symbol.declarationFragments ?? []).map(\.spelling).joined()
                    .split(whereSeparator: \.isWhitespace).joined(separator: " ")
                lines.insert("\(module) \(name): \(declaration)")
                let isExplained = explainedElsewhere.contains(symbol.pathComponents.last ?? "")
                if symbol.docComment == nil && !isExplained { undocumented.append("\(module) \(name)") }
            }
        }
        for line in lines.sorted() { print(line) }
        guard undocumented.isEmpty else {
            let list = undocumented.sorted().joined(separator: "\n  ")
            FileHandle.standardError.write(Data("without documentation:\n  \(list)\n".utf8))
            exit(1)
        }
    }
}
