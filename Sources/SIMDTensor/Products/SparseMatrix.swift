// Linear maps with few numbers: averages of neighbours, and what lies between them.
//
// To average neighbouring pixels, or to compute pixels between given ones, is a product with a matrix in whose rows nearly
// everything is zero. Only what is not zero is kept. The gradient of such a map is the map by the transposed matrix.

/// A matrix most of whose elements are zero, given row by row by the others.
public struct SparseMatrix: Sendable, Equatable {
    /// An element that is not zero.
    public struct Element: Sendable, Equatable {
        public let column: Int
        public let value: Double

        public init(column: Int, value: Double) { (self.column, self.value) = (column, value) }
    }

    public let columns: Int
    public let rows: [[Element]]

    /// Traps if an element lies outside or is not finite.
    public init(columns: Int, rows: [[Element]]) {
        require(columns >= 0, "SparseMatrix: a number of columns is not negative, but it is \(columns)")
        for element in rows.joined() {
            require(
                element.value.isFinite,
                "SparseMatrix: elements must be finite, but in column \(element.column) one is \(element.value)")
            require(
                element.column >= 0 && element.column < columns,
                "SparseMatrix: column \(element.column) does not exist in a matrix of \(columns) columns")
        }
        (self.columns, self.rows) = (columns, rows)
    }

    /// Rows and columns exchanged.
    public var transposed: SparseMatrix {
        var result = [[Element]](repeating: [], count: columns)
        for (row, elements) in rows.enumerated() {
            for element in elements { result[element.column].append(Element(column: row, value: element.value)) }
        }
        return SparseMatrix(columns: rows.count, rows: result)
    }
}

extension Tensor {
    /// The product of a matrix and this tensor along one of its axes: y(…, i, …) = Σⱼ m(i, j) x(…, j, …).
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func multiplied(by matrix: SparseMatrix, along axis: Int) -> Tensor {
        let lanes = AxisLanes(self, axis, "multiplied")
        require(
            lanes.size == matrix.columns,
            "multiplied: a matrix of \(matrix.columns) columns does not fit axis \(axis) of a tensor of shape \(shape)")
        var target = shape
        target[lanes.axis] = matrix.rows.count
        let result = Tensor(uninitialized: target)
        let (source, destination, size) = (bytes, result.bytes, MemoryLayout<Scalar>.stride)
        // The elements of all rows, one after the other.
        let values = matrix.rows.flatMap { $0.map { Scalar($0.value) } }
        let places = matrix.rows.flatMap { $0.map { $0.column * lanes.inner * size } }
        let counts = matrix.rows.map(\.count)
        let (inner, whole) = (lanes.inner, lanes.inner / Scalar.Vector.scalarCount * 64)
        parallel(0..<lanes.outer, step: 1, if: result.byteCount >= sharedBytes) { blocks in
            values.withUnsafeBufferPointer { values in
                places.withUnsafeBufferPointer { places in
                    for block in blocks {
                        let x = source + block &* lanes.size &* inner &* size
                        var y = destination + block &* counts.count &* inner &* size
                        var first = 0
                        for count in counts {
                            @inline(__always) func sum(_ byte: Int) -> Scalar.Vector {
                                var sum = Scalar.Vector.zero
                                for element in first..<first &+ count {
                                    let value = Scalar.Vector(repeating: values[element])
                                    sum = Scalar.Vector.multiplyAdd(x.load(places[element] &+ byte, Scalar.self), value, sum)
                                }
                                return sum
                            }
                            var byte = 0
                            while byte < whole {
                                y.store(sum(byte), byte, Scalar.self)
                                byte &+= 64
                            }
                            let rest = inner % Scalar.Vector.scalarCount
                            if rest > 0 { y.store(first: rest, of: sum(byte), byte, Scalar.self) }
                            first &+= count
                            y += inner &* size
                        }
                    }
                }
            }
        }
        extendLifetime(self)
        return result
    }
}
