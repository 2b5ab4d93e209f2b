import Logging
import Matting

#if canImport(Glibc)
import Glibc
#endif

/// A setting that cannot be used, and what could.
struct SettingProblem: Error, CustomStringConvertible {
    let description: String
}

/// What the service was told, checked.
struct Settings: Sendable {
    var host: String
    var port: Int
    /// Requests that are worked on at once.
    var concurrency: Int
    /// Requests that may wait beyond those.
    var queue: Int
    /// Bytes of a body.
    var maxBody: Int
    var maxConnections: Int
    /// In seconds.
    var timeout: Double
    /// In seconds.
    var idleTimeout: Int
    /// In seconds.
    var shutdownTimeout: Int
    var weights: String?
    var threadCount: Int?
    var logLevel: Logger.Level
    /// Who knows it may ask; nil lets everybody. Not an option, for those can be read in the list of processes.
    var apiKey: String?
    var decodingLimits: DecodingLimits
    /// A weight file from elsewhere may ask for gigabytes.
    var networkMemoryLimit = 2_000_000_000

    init(_ options: ServiceOptions, environment: [String: String]) throws {
        func text(_ option: String?, _ name: String) -> String? {
            if let option { return option }
            let value = environment["MATTING_" + name]
            return value?.isEmpty == true ? nil : value
        }
        func number(_ option: String?, _ name: String, _ range: ClosedRange<Int>) throws -> Int? {
            guard let text = text(option, name) else { return nil }
            guard let value = Int(text), range.contains(value) else {
                throw SettingProblem(
                    description: "MATTING_\(name) or its option is \"\(text)\"; "
                        + "use a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
        host = text(options.host, "HOST") ?? "127.0.0.1"
        port = try number(options.port, "PORT", 0...65_535) ?? 8080
        let processors = max(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1)
        concurrency = try number(options.concurrency, "CONCURRENCY", 1...1024) ?? processors
        queue = try number(options.queue, "QUEUE", 0...100_000) ?? 4 * concurrency
        maxBody = try number(options.maxBody, "MAX_BODY", 1...1 << 30) ?? 25_000_000
        maxConnections = try number(options.maxConnections, "MAX_CONNECTIONS", 1...1_000_000) ?? 1024
        timeout = Double(try number(options.timeout, "TIMEOUT", 1...3600) ?? 60)
        idleTimeout = try number(options.idleTimeout, "IDLE_TIMEOUT", 1...3600) ?? 75
        shutdownTimeout = try number(options.shutdownTimeout, "SHUTDOWN_TIMEOUT", 1...3600) ?? 30
        weights = text(options.weights, "WEIGHTS")
        threadCount = try number(options.threads, "THREADS", 1...1024)
        apiKey = text(nil, "API_KEY")
        let level = text(options.logLevel, "LOG_LEVEL") ?? "info"
        guard let known = Logger.Level(rawValue: level) else {
            throw SettingProblem(
                description: "MATTING_LOG_LEVEL or its option is \"\(level)\"; "
                    + "use one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        logLevel = known
        var limits = DecodingLimits()
        limits.maxPixels = (try number(options.maxMegapixels, "MAX_MEGAPIXELS", 1...2000) ?? 50) * 1_000_000
        limits.maxFileBytes = maxBody
        decodingLimits = limits
    }
}
