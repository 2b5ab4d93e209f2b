import Testing

@testable import Files
@testable import MattingBatch

@Suite struct BatchJobsTests {
    private func jobs(_ text: String) throws -> [BatchJob] {
        try BatchJobs.parsed(Array(text.utf8), named: "jobs", in: "shoot/").jobs
    }

    private func problem(_ text: String) -> BatchError? {
        do throws(BatchError) {
            _ = try BatchJobs.parsed(Array(text.utf8), named: "jobs", in: "")
            return nil
        } catch {
            return error
        }
    }

    @Test func tableAndLinesSayTheSame() throws {
        let table = """
            Path,id,SKU,category,campaign,priority,deadline,brief,outputs,weight
            a/left.jpg,17,S-1,shoes,spring,high,2026-11-30,"sole, too",shop cutout,2
            /b.png,,,,,,,,,
            """
        let lines = """
            {"path":"a/left.jpg","id":"17","sku":"S-1","category":"shoes","campaign":"spring","priority":10,\
            "deadline":"2026-11-30T23:59:59Z","brief":"sole, too","outputs":["shop","cutout"],"weight":2}

            {"path":"/b.png","sku":null}
            """
        let expected = [
            BatchJob(
                id: "17", input: "shoot/a/left.jpg", name: "a/left.jpg", sku: "S-1", category: "shoes",
                campaign: "spring",
                priority: 10, deadline: Deadline(seconds: 1_796_083_199), brief: "sole, too",
                outputs: ["shop", "cutout"]),
            BatchJob(input: "/b.png", name: "b.png"),
        ]
        #expect(try jobs(table) == expected)
        #expect(try jobs(lines) == expected)
        #expect(try BatchJobs.parsed(Array(table.utf8), named: "", in: "").unknownFields == ["weight"])
        #expect(try BatchJobs.parsed(Array(lines.utf8), named: "", in: "").unknownFields == ["weight"])
    }

    /// One photograph of two articles.
    @Test func jobsOfOnePathHaveNamesOfTheirOwn() throws {
        let both = try jobs("path,id\na/shoe.jpg,left\nb.jpg,3\na/shoe.jpg,x/y\n")
        #expect(both.map(\.name) == ["a/shoe-left.jpg", "b.jpg", "a/shoe-x-y.jpg"])
        #expect(both.map(\.input) == ["shoot/a/shoe.jpg", "shoot/b.jpg", "shoot/a/shoe.jpg"])
        // Without ids they are one job twice, which is refused when it is planned.
        #expect(try jobs("path\nshoe.jpg\nshoe.jpg\n").map(\.name) == ["shoe.jpg", "shoe.jpg"])
    }

    /// Names are bytes, and so are ids: an accent that is composed is another one.
    @Test func idsAreBytes() throws {
        var names = ByID<Int>()
        names["\u{E9}.jpg"] = 1
        names["e\u{301}.jpg"] = 2
        #expect(names.count == 2 && names["\u{E9}.jpg"] == 1 && names["e\u{301}.jpg"] == 2)
        names["\u{E9}.jpg"] = nil
        #expect(names.count == 1 && !names.contains("\u{E9}.jpg") && names.sorted.map(\.id) == ["e\u{301}.jpg"])
        let jobs = BatchJobs.list(Array("\u{E9}.jpg\ne\u{301}.jpg\n".utf8))
        let plan = try BatchPlan(jobs, rules: .default, root: "/nowhere/out", shard: nil)
        #expect(plan.jobs.map { Array($0.id.utf8).count }.sorted() == [6, 7])
    }

    @Test func whatIsWrongIsNamedWithItsLine() {
        let cases: [(String, Int, String)] = [
            ("sku\nx\n", 1, "no title is 'path'"), ("path,path\nx,y\n", 1, "occurs twice"),
            ("path\nx,y\n", 2, "2 fields under 1"), ("path,priority\na,soon\n", 2, "'soon'"),
            ("path,deadline\na,2026-02-30\n", 2, "'2026-02-30'"), ("path,sku\n,1\n", 2, "'path' is empty"),
            ("{\"path\":\"a\"}\n{\"path\":1}\n", 2, "'path' has to be a text"), ("{\"path\":\"a\"\n", 1, "no JSON"),
            ("{\"sku\":\"a\"}", 1, "'path' is empty"), ("{\"path\":\"a\",\"outputs\":[1]}", 1, "channels"),
        ]
        for (text, line, part) in cases {
            guard case .badJob(_, line, let reason) = problem(text) else {
                Issue.record("\(text): \(String(describing: problem(text)))")
                continue
            }
            #expect(reason.contains(part), "\(text): \(reason)")
        }
        #expect(problem("") == .unreadableJobs(path: "jobs", reason: "is empty"))
    }

    @Test func listsTakeAnyName() {
        let newlines = BatchJobs.list(Array("a.jpg\r\n../b c.jpg\n\n/d/e.png".utf8))
        #expect(newlines.map(\.input) == ["a.jpg", "../b c.jpg", "/d/e.png"])
        #expect(newlines.map(\.name) == ["a.jpg", "b c.jpg", "d/e.png"])
        let odd = BatchJobs.list([0x61, 0x0A, 0x62, 0x00, 0xFF, 0x2E, 0x6A, 0x00])
        #expect(odd.map(\.input.bytes) == [[0x61, 0x0A, 0x62], [0xFF, 0x2E, 0x6A]])
        #expect(odd.map(\.id) == ["a%0Ab", "%FF.j"])
        #expect(odd.map { BytePath(escapedText: $0.id) } == odd.map(\.name.path))
    }

    @Test func moreUrgentOnesBeginEarlier() {
        let late = Deadline("2027-01-01")
        let jobs = [
            BatchJob(input: "d"), BatchJob(input: "c", priority: -1), BatchJob(input: "b", deadline: late),
            BatchJob(input: "a"), BatchJob(input: "e", priority: 2),
            BatchJob(input: "f", deadline: Deadline("2026-12-31")),
        ]
        #expect(jobs.sorted { $0.begins(before: $1) }.map(\.id) == ["e", "f", "b", "a", "d", "c"])
    }

    @Test func deadlines() {
        #expect(Deadline("1970-01-01T00:00Z")?.seconds == 0)
        #expect(Deadline("2000-02-29")?.seconds == 951_868_799)
        #expect(Deadline("2026-11-30 17:00+02:00")?.seconds == Deadline("2026-11-30T15:00:00")?.seconds)
        for text in ["", "2026", "2026-13-01", "2026-02-29", "2026-11-30T25:00", "2026-11-30x", "2026-11-30T17:00+2"] {
            #expect(Deadline(text) == nil, "\(text)")
        }
    }

    @Test func patterns() throws {
        let cases: [(String, String, Bool)] = [
            ("*.jpg", "a.jpg", true), ("*.jpg", "b/a.jpg", false), ("**/*.jpg", "a.jpg", true),
            ("**/*.jpg", "b/c/a.jpg", true), ("b/**", "b/c/d", true), ("a?c", "abc", true), ("a?c", "a/c", false),
            ("[a-c]*", "bx", true), ("[!a-c]*", "bx", false), ("[]x]", "]", true), ("\\*", "*", true),
            ("\\*", "a", false),
            ("", "", true), ("*", "", true), ("a*b*c", "aXbYbZc", true), ("a*b*c", "aXbYbZ", false),
        ]
        for (pattern, name, matches) in cases {
            #expect(try #require(Glob(pattern)).matches(name) == matches, "\(pattern) \(name)")
        }
        for pattern in ["[a", "[c-a]", "a\\"] { #expect(Glob(pattern) == nil, "\(pattern)") }
    }

    @Test func partsOfABatchAreDisjoint() throws {
        let ids = (0..<1000).map { "picture \($0).jpg" }
        let shards = try (0..<7).map { try #require(BatchShard($0, of: 7)) }
        let counts = shards.map { shard in ids.count { shard.contains($0) } }
        #expect(ids.allSatisfy { id in shards.count { $0.contains(id) } == 1 })
        #expect(counts.allSatisfy { (100...190).contains($0) })
        #expect(BatchShard(7, of: 7) == nil && BatchShard(-1, of: 2) == nil && BatchShard(0, of: 0) == nil)
    }
}
