extension [UInt8] {
    /// Reads the bytes as `withUnsafeBytes` does, for a body that throws a typed error, which that one does not let through.
    package func withBytes<Value, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let result = withUnsafeBytes { bytes in Result { () throws(Failure) in try body(bytes) } }
        return try result.get()
    }
}
