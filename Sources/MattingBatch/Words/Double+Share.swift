extension Double {
    /// A number, or a share such as `85%`; nil for what is neither.
    package init?(share text: some StringProtocol) {
        guard let value = text.hasSuffix("%") ? Double(text.dropLast()).map({ $0 / 100 }) : Double(text) else {
            return nil
        }
        self = value
    }
}
