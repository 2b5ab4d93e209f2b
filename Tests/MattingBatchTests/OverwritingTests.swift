import Files
import Foundation
import Testing

@testable import MattingBatch

/// Outputs against inputs and one another, as the file system sees them.
@Suite struct OverwritingTests {
    private static func link(_ folder: TemporaryFolder, _ name: BytePath, to target: BytePath, hard: Bool = false)
        throws
    {
        let (link, target) = (try #require(folder(name).text), try #require(folder(target).text))
        if hard {
            try FileManager.default.linkItem(atPath: target, toPath: link)
        } else {
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        }
    }

    @Test func inputsUnderOtherNames() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.make("a")
            try Self.link(folder, "soft", to: "a")
            try Self.link(folder, "hard", to: "a", hard: true)
            for name: BytePath in ["a", "./a", "soft", "hard"] {
                let output = OutputFile.named(folder(name))
                #expect(throws: PlanningError.overwritesInput(output: output, input: .named(input), isDerived: false)) {
                    try Overwriting.refuse([.named(input)], by: [output])
                }
            }
            try Overwriting.refuse([.named(input)], by: [.named(folder("other")), .named("/dev/null")])
        }
    }

    /// A redirection names no file, and yet leads to one.
    @Test func descriptorsThatAreInputs() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.make("a")
            let descriptor = input.open(O_RDWR)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            let output = OutputFile.named(BytePath("/dev/fd/\(descriptor)"))
            #expect(throws: PlanningError.overwritesInput(output: output, input: .named(input), isDerived: false)) {
                try Overwriting.refuse([.named(input)], by: [output])
            }
            try Overwriting.refuse([.named(folder("b"))], by: [output])
        }
    }

    @Test func outputsThatAreOneFile() throws {
        try TemporaryFolder.with { folder in
            try folder.make("a")
            try Self.link(folder, "soft", to: "a")
            func isOne(_ a: BytePath, _ b: BytePath) -> Bool {
                do {
                    try Overwriting.refuse([], by: [.named(folder(a)), .named(folder(b))])
                    return false
                } catch {
                    return error == .oneFile(outputs: [.named(folder(a)), .named(folder(b))])
                }
            }
            #expect(isOne("a", "soft") && isOne("new", "./new") && isOne("missing/x", "missing/x"))
            #expect(!isOne("a", "new") && !isOne("new", "New") && !isOne("missing/x", "missing/y"))
            // Two names of one file: replacing one leaves the other.
            try Self.link(folder, "hard", to: "a", hard: true)
            #expect(!isOne("a", "hard"))
        }
    }

    @Test func namesOfStandardOutput() {
        for name: BytePath in ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
            #expect(OutputFile(argument: name) == .standardOutput)
        }
        #expect(OutputFile(argument: "/dev/fd/2") == .named("/dev/fd/2"))
        #expect(InputFile(argument: "-").description == "standard input")
    }
}
