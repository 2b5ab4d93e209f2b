extension MattingResult {
    func applying(_ operations: [MaskOperation]) throws(MattingError) -> MattingResult { self }
}
