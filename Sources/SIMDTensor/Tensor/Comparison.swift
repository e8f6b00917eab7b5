// When are two tensors equal?

extension Tensor: Equatable {
    /// True if the shapes and all elements are equal; as with numbers, not-a-number equals nothing.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func == (a: Tensor, b: Tensor) -> Bool {
        guard a.shape == b.shape else { return false }
        defer {
            extendLifetime(a)
            extendLifetime(b)
        }
        return (0..<a.count).allSatisfy { a.base[$0] == b.base[$0] }
    }

    /// True if the shapes are equal and every pair of elements differs by at most
    /// `absolute + relative · max(|a|, |b|)`; infinities must be equal, and not-a-number is close to nothing.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func isClose(to other: Tensor, relative: Scalar = 0, absolute: Scalar = 0) -> Bool {
        guard shape == other.shape else { return false }
        return zip(scalars, other.scalars).allSatisfy { a, b in
            a == b || (a.isFinite && b.isFinite
                && (a - b).magnitude <= absolute + relative * max(a.magnitude, b.magnitude))
        }
    }

    /// The largest |a − b| over all elements; not a number if one of the differences is none.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func maximumDifference(from other: Tensor) -> Scalar {
        requireSameShape("maximumDifference", shape, other.shape)
        return zip(scalars, other.scalars).reduce(0) { largest, pair in
            let difference = (pair.0 - pair.1).magnitude
            return difference > largest || difference.isNaN ? difference : largest
        }
    }
}
