import ArgumentParser

/// The options of the command line; nil where nothing was said, so that the environment may.
struct ServiceOptions: ParsableArguments {
    @Option(help: "Address to listen at. (MATTING_HOST, 127.0.0.1)") var host: String?
    @Option(help: "Port; 0 lets the system choose. (MATTING_PORT, 8080)") var port: String?
    @Option(help: "Requests that are worked on at once. (MATTING_CONCURRENCY, one a processor)") var concurrency:
        String?
    @Option(help: "Requests that may wait beyond those. (MATTING_QUEUE, 4 for each that is worked on)") var queue:
        String?
    @Option(name: .customLong("max-body"), help: "Bytes of a request's body. (MATTING_MAX_BODY, 25000000)")
    var maxBody: String?
    @Option(help: "Megapixels of a picture. (MATTING_MAX_MEGAPIXELS, 50)") var maxMegapixels: String?
    @Option(help: "Open connections. (MATTING_MAX_CONNECTIONS, 1024)") var maxConnections: String?
    @Option(help: "Seconds for a request, waiting and reading included. (MATTING_TIMEOUT, 60)") var timeout: String?
    @Option(help: "Seconds until an idle connection is closed. (MATTING_IDLE_TIMEOUT, 75)") var idleTimeout: String?
    @Option(help: "Seconds for what is in flight when the service is stopped. (MATTING_SHUTDOWN_TIMEOUT, 30)")
    var shutdownTimeout: String?
    @Option(help: "Weight file in place of the embedded weights. (MATTING_WEIGHTS)") var weights: String?
    @Option(help: "Threads of a request's loops. (MATTING_THREADS, all processors shared)") var threads: String?
    @Option(help: "trace, debug, info, notice, warning, error or critical. (MATTING_LOG_LEVEL, info)")
    var logLevel: String?
}
