import ArgumentParser

/// What is said about the work.
struct ReportArguments: ParsableArguments {
    @Flag(help: "Print a JSON object a photograph on standard output.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print errors only.")
    var quiet = false
}
