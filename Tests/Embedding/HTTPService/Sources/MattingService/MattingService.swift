import ArgumentParser
import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import Matting
import ServiceLifecycle

/// A service over HTTP: pictures in, cut-outs out, with remove.bg's parameter names.
///
/// Everything that takes time is one of the library's asynchronous calls, so that Swift's own threads, on which the server
/// reads and writes, are never blocked: health and metrics are answered at once while all places are taken.
@main
struct MattingService: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "MattingService",
        abstract: "Serves POST /v1.0/removebg: pictures in, cut-outs out.",
        discussion: "Each option may be given by the environment instead, which its help names; options go before it.")

    @OptionGroup var options: ServiceOptions

    func run() async throws {
        let settings: Settings
        do {
            settings = try Settings(options, environment: ProcessInfo.processInfo.environment)
        } catch let problem as SettingProblem {
            throw ValidationError(problem.description)
        }
        LoggingSystem.bootstrap { label in JSONLogHandler(label: label, level: settings.logLevel) }
        let logger = Logger(label: "matting-service")

        // The weights are loaded before anybody is answered: a service that listens is ready.
        let pipeline = try await MattingPipeline(
            weights: settings.weights,
            options: MattingOptions(
                threadCount: settings.threadCount, memoryLimit: settings.networkMemoryLimit))
        let admission = Admission(workers: settings.concurrency, queue: settings.queue)
        let metrics = ServiceMetrics()
        let remover = Remover(pipeline: pipeline, limits: settings.decodingLimits, metrics: metrics)
        let router = Routes(
            settings: settings, admission: admission, metrics: metrics, remover: remover
        ).router()
        let app = Application(
            router: router,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [InboundCloseHandler()],
                    idleTimeout: .seconds(Int64(settings.idleTimeout)))),
            configuration: .init(
                address: .hostname(settings.host, port: settings.port), serverName: "swift-matting",
                availableConnectionsDelegate: MaximumAvailableConnections(settings.maxConnections)),
            onServerRunning: { channel in
                logger.info(
                    "listening",
                    metadata: [
                        "address": "\(channel.localAddress?.description ?? settings.host)",
                        "workers": "\(settings.concurrency)", "queue": "\(settings.queue)",
                        "architecture": "\(pipeline.architecture)",
                    ])
            },
            logger: logger)
        // On SIGTERM the last service is told first: it refuses what is new on connections that are open; then the server
        // stops listening, answers what it has taken on, and the process ends.
        var group = ServiceGroupConfiguration(
            services: [app, Draining(admission: admission, logger: logger)],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(settings.shutdownTimeout)
        try await ServiceGroup(configuration: group).run()
        logger.info("stopped", metadata: ["answered": "\(metrics.answered)"])
    }
}

/// Tells the doorkeeper when the process is to end.
struct Draining: Service {
    let admission: Admission
    let logger: Logger

    func run() async throws {
        try? await gracefulShutdown()
        admission.close()
        logger.info("stopping", metadata: ["in_flight": "\(admission.counts.admitted)"])
    }
}
