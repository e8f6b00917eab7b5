// 3.3.3 Vanishing and exploding gradients (梯度消失与梯度爆炸)
//
// In the backward pass through time a gradient is multiplied at every step by the derivative of the state with respect to
// the previous state. For the linear cell that is U itself: after k steps it is Uᵏ, whose size changes as ρᵏ, where ρ is the
// largest magnitude of an eigenvalue of U. If ρ is below 1 the gradient vanishes, exponentially, and what lies far back is
// not learned; above 1 it explodes. Clipping (`clip(norm:)`) helps against exploding; against vanishing, a state that is
// handed on without being multiplied, as in gated cells.

extension Unfolded {
    /// How strongly the last output depends on the state at every step before: ‖∂h_T/∂s_t‖ for t = T, T − 1, …, 0, with s
    /// the whole state, in the Frobenius norm (the square root of the sum of all squares). The first number is √hidden,
    /// since h_T depends on itself like the identity.
    ///
    /// Source: Hochreiter 1991; Bengio, Simard & Frasconi 1994; Pascanu, Mikolov & Bengio 2013, equation 5.
    ///
    /// - Parameters:
    ///   - x: one sequence, `[time, 1, inputs]`.
    ///   - state: the initial state, `[1, hidden]`; zeros if nil.
    public func stateGradientNorms(_ x: Tensor<Scalar>, from state: State? = nil) -> [Scalar] {
        require(
            x.rank == 3 && x.shape[1] == 1,
            "stateGradientNorms: one sequence [time, 1, \(cell.inputCount)] is expected, but the shape is \(x.shape)")
        // Row k of the Jacobian matrix is the gradient of unit k of the output: the sequence is repeated once for each unit,
        // and the backward pass of each begins with a single 1.
        let units = cell.hiddenCount
        func repeated(_ tensor: Tensor<Scalar>) -> Tensor<Scalar> { tensor.broadcast(to: [units, tensor.shape[1]]) }
        let trace = trace(
            .stack((0..<x.shape[0]).map { repeated(x[$0]) }), from: state?.map(repeated))
        let backwardStep = cell.backwardStep()
        var g = State(zeros: [units, units])
        g.output = Tensor(identity: units)
        var norms = [norm(of: g)]
        let times = direction == .forwards ? Array((0..<x.shape[0]).reversed()) : Array(0..<x.shape[0])
        for time in times {
            g = backwardStep(g, trace[time]).state
            norms.append(norm(of: g))
        }
        return norms
    }

    private func norm(of state: State) -> Scalar {
        var norms = [Scalar]()
        state.forEach { norms.append($0.norm()) }
        return Tensor(norms).norm()
    }
}
