// 3.3.4 Words and letters as vectors
//
// A symbol has no size and no order: letter 7 is not more than letter 3. So each symbol is given a vector of its own, a row
// of a table, and the rows are learned like any other weights. Looking a row up is the same as multiplying a row with a
// single 1 by the table, without the multiplications.

/// A vector for each symbol: y = E[token], the rows of a table that are looked up.
///
/// Source: document A, 3.3.4; Bengio, Ducharme, Vincent & Jauvin 2003.
public struct Embedding<Scalar: TensorScalar>: Parameterized {
    /// E, `[symbols, features]`.
    public var table: Tensor<Scalar>

    public init(table: Tensor<Scalar>) {
        require(table.rank == 2, "Embedding: a table [symbols, features] is needed, not one of shape \(table.shape)")
        self.table = table
    }

    /// Fresh vectors, normally distributed with standard deviation 1. Traps unless there are symbols and features.
    public init(symbols: Int, features: Int, random: inout Random) {
        requireSizes("Embedding", symbols, features)
        self.init(table: random.normal([symbols, features]))
    }

    /// The vectors of the tokens of all steps.
    ///
    /// - Parameter tokens: for each step one for each sequence, in 0..<symbols; any other number traps.
    /// - Returns: `[time, batch, features]`.
    public func callAsFunction(_ tokens: [[Int]]) -> Tensor<Scalar> {
        let batch = tokens.first?.count ?? 0
        require(
            batch > 0 && tokens.allSatisfy { $0.count == batch },
            "Embedding: every step needs a token for each sequence, and there must be at least one")
        return table.gathered(rows: tokens.flatMap { $0 }).reshaped([tokens.count, batch, table.shape[1]])
    }

    /// The vectors, and the backward pass to the table. Tokens have no gradient.
    ///
    /// ∂L/∂E[k] = Σ g_t over all places where the token is k
    public func forward(_ tokens: [[Int]]) -> (output: Tensor<Scalar>, backward: (Tensor<Scalar>) -> Embedding) {
        (self(tokens), { [shape = table.shape] g in
            let rows = tokens.flatMap { $0 }
            return Embedding(table: g.reshaped([rows.count, shape[1]]).summed(rows: rows, count: shape[0]))
        })
    }

    public var parameters: [Parameter<Self>] { [Parameter("table", \.table)] }
}

extension Embedding where Scalar == Float {
    /// Fresh vectors of `Float`, normally distributed with standard deviation 1.
    public init(symbols: Int, features: Int, random: inout Random) {
        requireSizes("Embedding", symbols, features)
        self.init(table: random.normal([symbols, features]))
    }
}
