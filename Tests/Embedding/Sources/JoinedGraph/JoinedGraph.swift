import Foundation

/// Joins the compiler's symbol graphs of all modules into one of the module `Matting`, on standard output:
/// `JoinedGraph GRAPH.symbols.json …`.
///
/// Clients see one module, whatever module a type is declared in, and DocC links only within one.
@main
struct JoinedGraph {
    struct NotAGraph: Error { let path: String }

    static let module = "Matting"

    static func main() throws {
        var joined: [String: Any] = [:]
        var symbols: [String: [String: Any]] = [:]
        var relationships: [[String: Any]] = []
        for path in CommandLine.arguments.dropFirst().sorted() {
            let content = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
            guard let graph = content as? [String: Any], let found = graph["symbols"] as? [[String: Any]],
                let related = graph["relationships"] as? [[String: Any]]
            else { throw NotAGraph(path: path) }
            if URL(fileURLWithPath: path).lastPathComponent == "\(module).symbols.json" { joined = graph }
            for symbol in found {
                guard let identifier = symbol["identifier"] as? [String: Any],
                    let name = identifier["precise"] as? String
                else { throw NotAGraph(path: path) }
                symbols[name] = asOwn(symbol)
            }
            relationships += related
        }
        guard !joined.isEmpty else { throw NotAGraph(path: "\(module).symbols.json") }
        joined["symbols"] = symbols.sorted { $0.key < $1.key }.map(\.value)
        joined["relationships"] = relationships
        FileHandle.standardOutput.write(try JSONSerialization.data(withJSONObject: joined))
    }

    /// The symbol as one of the joined module: extensions are no longer of another module's types, and comments no
    /// longer inherited from one, which DocC would not check.
    private static func asOwn(_ symbol: [String: Any]) -> [String: Any] {
        var symbol = symbol
        symbol["swiftExtension"] = nil
        if var comment = symbol["docComment"] as? [String: Any] {
            comment["module"] = module
            symbol["docComment"] = comment
        }
        return symbol
    }
}
