// Numbers of several bytes, as files hold them.

/// The last `count` bytes of a number, the highest first.
func bigEndian(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
