#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How far a film is, on standard error: one line that is written over on a terminal, a line now and then elsewhere.
struct VideoProgress {
    private let isShown: Bool
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let expected: Int?
    private let start = ContinuousClock.now
    private var lastShown: ContinuousClock.Instant
    private(set) var frameCount = 0

    /// - Parameter wish: what the caller asked for; nil shows progress on a terminal.
    init(expected: Int?, wish: Bool?) {
        self.expected = expected
        isShown = wish ?? isTerminal
        lastShown = start
    }

    var seconds: Double { (ContinuousClock.now - start).milliseconds / 1000 }
    var framesPerSecond: Double { seconds > 0 ? Double(frameCount) / seconds : 0 }

    mutating func count() {
        frameCount += 1
        let now = ContinuousClock.now
        guard isShown, now - lastShown > .milliseconds(isTerminal ? 200 : 2000) else { return }
        lastShown = now
        show()
    }

    /// The last word: how many frames, how fast.
    func finish() {
        guard isShown else { return }
        show()
        if isTerminal { Console.progress("\n") }
    }

    private func show() {
        var text = "frame \(frameCount)"
        if let expected { text += " of \(expected)" }
        text += ", \(framesPerSecond.fixed(1)) frames/s"
        if let expected, framesPerSecond > 0, expected > frameCount {
            let left = Int((Double(expected - frameCount) / framesPerSecond).rounded(.up))
            text += ", \(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left"
        }
        // Blanks wipe what a longer line left.
        Console.progress(isTerminal ? "\r\(text)      " : "matte: \(text)\n")
    }
}
