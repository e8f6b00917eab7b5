// 3.3.1 Read from both ends
//
// What a step means may depend on what comes after it, as a word does in a sentence. Where the whole sequence is available
// before an answer is needed, a second cell can read it from its end, and at every step the two together have read all of
// it.

/// Two unfolded cells, one reading forwards and one backwards; their outputs side by side, `[time, batch, 2·hidden]`, those
/// of the first in front.
///
/// Source: Schuster & Paliwal 1997.
public struct Bidirectional<Cell: RecurrentCell>: Layer {
    public typealias Scalar = Cell.Scalar
    public typealias States = (forwards: Cell.State, backwards: Cell.State)

    public var forwards: Unfolded<Cell>
    public var backwards: Unfolded<Cell>

    /// Two cells of one size.
    public init(forwards: Cell, backwards: Cell) {
        require(
            forwards.inputCount == backwards.inputCount && forwards.hiddenCount == backwards.hiddenCount,
            "Bidirectional: both cells need the same numbers of inputs and hidden units, not \(forwards.inputCount) and "
                + "\(forwards.hiddenCount) here and \(backwards.inputCount) and \(backwards.hiddenCount) there")
        self.forwards = Unfolded(forwards)
        self.backwards = Unfolded(backwards, direction: .backwards)
    }

    private init(_ forwards: Unfolded<Cell>, _ backwards: Unfolded<Cell>) {
        (self.forwards, self.backwards) = (forwards, backwards)
    }

    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> { self(x, lengths: nil).output }

    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        let (output, _, backward) = forward(x, lengths: nil)
        return (output, { g in backward(g, nil) })
    }

    /// The outputs, and each cell's state after reading everything: the one at the last step, the other at the first.
    ///
    /// - Parameter lengths: the number of steps of each sequence, if they differ; see `Unfolded`.
    public func callAsFunction(_ x: Tensor<Scalar>, lengths: [Int]?) -> (output: Tensor<Scalar>, states: States) {
        let (a, b) = (forwards(x, from: nil, lengths: lengths), backwards(x, from: nil, lengths: lengths))
        return (.concatenate([a.output, b.output], along: -1), (a.state, b.state))
    }

    /// The same for training.
    public func forward(_ x: Tensor<Scalar>, lengths: [Int]?) -> (
        output: Tensor<Scalar>, states: States,
        backward: (_ outputGradient: Tensor<Scalar>?, _ stateGradients: States?) -> Gradients<Scalar, Self>
    ) {
        let (a, aState, aBackward) = forwards.forward(x, from: nil, lengths: lengths)
        let (b, bState, bBackward) = backwards.forward(x, from: nil, lengths: lengths)
        let units = forwards.cell.hiddenCount
        return (.concatenate([a, b], along: -1), (aState, bState), { g, states in
            let a = aBackward(g?.slice(along: -1, 0..<units), states?.forwards)
            let b = bBackward(g?.slice(along: -1, units..<2 * units), states?.backwards)
            return Gradients(input: a.input + b.input, layer: Bidirectional(a.layer, b.layer))
        })
    }

    public var parameters: [Parameter<Self>] {
        forwards.parameters.map { $0.within(\Self.forwards, named: "forwards") }
            + backwards.parameters.map { $0.within(\Self.backwards, named: "backwards") }
    }

    public func outputShape(for inputShape: [Int]) -> [Int] {
        forwards.outputShape(for: inputShape).dropLast() + [2 * forwards.cell.hiddenCount]
    }

    public func multiplicationCount(for inputShape: [Int]) -> Int {
        forwards.multiplicationCount(for: inputShape) + backwards.multiplicationCount(for: inputShape)
    }
}
