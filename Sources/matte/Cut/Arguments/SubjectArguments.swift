import ArgumentParser
import Matting

/// Which of a photograph's subjects are cut out.
struct SubjectArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Only the subject of this number; 1 is the largest.", valueName: "n"))
    var subject: Int?

    @Option(help: ArgumentHelp("Only the subject under this pixel of the upright photograph.", valueName: "x,y"))
    var at: Pixel?

    @Flag(help: "Write each subject to a file of its own: <stem>-1.png for the largest, and so on.")
    var split = false

    func validate() throws {
        if [subject != nil, at != nil, split].count(where: { $0 }) > 1 {
            throw ValidationError("--subject, --at and --split each choose subjects; use one of them.")
        }
        if let subject, subject < 1 { throw ValidationError("--subject counts from 1, the largest.") }
    }

    var choice: Finish.Subjects {
        if let subject { return .number(subject) }
        return at.map { .at(x: $0.x, y: $0.y) } ?? .all
    }

    struct Pixel: ExpressibleByArgument {
        let x: Int
        let y: Int

        init?(argument: String) {
            let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
            guard parts.count == 2, let x = parts[0], let y = parts[1] else { return nil }
            (self.x, self.y) = (x, y)
        }
    }
}
