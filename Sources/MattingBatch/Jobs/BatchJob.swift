import Files

/// One picture of a batch, and what is known of it.
public struct BatchJob: Sendable, Hashable {
    /// What it is called in the manifest, in decisions and by shards; no two jobs of a batch share one.
    public var id: String
    /// Where it is read: a file, or whatever a ``BatchSource`` of the caller's makes of it.
    public var input: BatchPath
    /// Under which name its results are kept: relative, as `shoes/left.jpg` in the folder that was handed over.
    public var name: BatchPath
    /// Stock keeping unit: what the shop calls the thing.
    public var sku: String?
    /// What kind of thing it is; rules go by it.
    public var category: String?
    /// What it is made for; rules go by it.
    public var campaign: String?
    /// Higher begins earlier; 0 unless somebody says otherwise.
    public var priority: Int
    /// When it has to be done; earlier begins earlier, and those without one come last.
    public var deadline: Deadline?
    /// What a person who works on it should know.
    public var brief: String?
    /// The channels that are wanted of it; nil takes those of its lane.
    public var outputs: [String]?

    /// A job with what is known of it.
    ///
    /// - Parameters:
    ///   - id: nil takes the name, in which bytes that are no text are `%E9`.
    ///   - input: the picture.
    ///   - name: nil takes the input's own, without its folder.
    ///   - sku: the article's number.
    ///   - category: by which rules decide.
    ///   - campaign: by which rules decide.
    ///   - priority: greater ones are started first.
    ///   - deadline: of equal priorities the nearer one is started first.
    ///   - brief: what a person is told.
    ///   - outputs: names of the exports that are wanted; nil those of the lane.
    public init(
        id: String? = nil, input: BatchPath, name: BatchPath? = nil, sku: String? = nil, category: String? = nil,
        campaign: String? = nil, priority: Int = 0, deadline: Deadline? = nil, brief: String? = nil,
        outputs: [String]? = nil
    ) {
        let name = name ?? BatchPath(input.path.name)
        self.id = id ?? name.path.escapedText
        self.input = input
        self.name = name
        self.sku = sku
        self.category = category
        self.campaign = campaign
        self.priority = priority
        self.deadline = deadline
        self.brief = brief
        self.outputs = outputs
    }

    /// Whether the id is not made of the name.
    package var hasOwnID: Bool { !id.utf8.elementsEqual(name.path.escapedText.utf8) }

    /// Whether it begins before another: by priority, then by deadline, then by name.
    public func begins(before other: BatchJob) -> Bool {
        if priority != other.priority { return priority > other.priority }
        let (mine, others) = (deadline?.seconds ?? .max, other.deadline?.seconds ?? .max)
        if mine != others { return mine < others }
        return name != other.name ? name < other.name : id.utf8.lexicographicallyPrecedes(other.id.utf8)
    }
}

/// A moment, in seconds.
public struct Deadline: Sendable, Hashable {
    /// Since the beginning of 1970, in Coordinated Universal Time, without leap seconds.
    public let seconds: Int

    /// A moment that is known already.
    public init(seconds: Int) { self.seconds = seconds }

    /// A date as ISO 8601 writes it: `2026-11-30`, which is the end of that day, `2026-11-30T17:00`,
    /// `2026-11-30T17:00:30Z` or `2026-11-30 17:00+02:00`; UTC where it says nothing else. nil for what is none.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count, bytes[range].allSatisfy({ (48...57).contains($0) }) else {
                return nil
            }
            return bytes[range].reduce(0) { $0 * 10 + Int($1) - 48 }
        }
        func isAt(_ index: Int, _ characters: String) -> Bool {
            index < bytes.count && characters.utf8.contains(bytes[index])
        }
        guard let year = number(0..<4), isAt(4, "-"), let month = number(5..<7), isAt(7, "-"), let day = number(8..<10),
            (1...12).contains(month), (1...Self.days(of: month, year)).contains(day)
        else { return nil }
        let date = Self.daysSince1970(year, month, day) * 86_400
        if bytes.count == 10 {
            seconds = date + 86_399
            return
        }
        guard isAt(10, "T "), let hour = number(11..<13), isAt(13, ":"), let minute = number(14..<16), hour < 24,
            minute < 60
        else { return nil }
        var (second, index) = (0, 16)
        if isAt(16, ":") {
            guard let value = number(17..<19), value < 60 else { return nil }
            (second, index) = (value, 19)
        }
        var offset = 0
        if isAt(index, "Zz") {
            index += 1
        } else if isAt(index, "+-") {
            guard let hours = number(index + 1..<index + 3), isAt(index + 3, ":"),
                let minutes = number(index + 4..<index + 6), hours < 24, minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (isAt(index, "-") ? -60 : 60)
            index += 6
        }
        guard index == bytes.count else { return nil }
        seconds = date + hour * 3600 + minute * 60 + second - offset
    }

    private static func days(of month: Int, _ year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Counted in years that begin in March, so that a leap day is the last one.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = (year / 400, year % 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
