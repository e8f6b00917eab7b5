// 3.3.1 and 3.3.2 The loop over time, forward and backward
//
// Two loops are all there is to a recurrent network besides its cell. In the forward pass the state is handed from step to
// step. In the backward pass the gradient with respect to the state is, from the last step to the first: that is
// backpropagation through time (BPTT, 随时间反向传播).
//
// Here they are written as in the equations. Networks use `Unfolded`, which computes the same thing faster.

extension RecurrentCell {
    /// The forward pass: state_t from x_t and state_{t−1}, for t = 1, …, T.
    ///
    /// - Parameters:
    ///   - x: `[time, batch, inputs]`.
    ///   - start: the state before the first step.
    /// - Returns: what the cell did, step by step; the last step's `after` is the final state.
    public func forwardThroughTime(_ x: Tensor<Scalar>, from start: State) -> [Trace<Self>] {
        var trace = [Trace<Self>]()
        var state = start
        for t in 0..<x.shape[0] {
            let (next, gates) = step(preActivations(x[t]), from: state)
            trace.append(Trace(before: state, gates: gates, after: next))
            state = next
        }
        return trace
    }

    /// The backward pass: ∂L/∂x_t and ∂L/∂θ for t = T, …, 1, and ∂L/∂state_0.
    ///
    /// - Parameters:
    ///   - x: the inputs, `[time, batch, inputs]`.
    ///   - trace: what `forwardThroughTime` returned for them.
    ///   - outputGradient: ∂L/∂h_t as far as the loss uses the output of step t itself, `[time, batch, hidden]`.
    ///   - stateGradient: ∂L/∂state_T, as far as anything continues from the final state; zero if nil.
    /// - Source: document A, 3.3.2; Rumelhart, Hinton & Williams 1986; Werbos 1990.
    public func backwardThroughTime(
        _ x: Tensor<Scalar>, _ trace: [Trace<Self>], _ outputGradient: Tensor<Scalar>, _ stateGradient: State? = nil
    ) -> (input: Tensor<Scalar>, state: State, cell: Self) {
        let backwardStep = backwardStep()
        var inputGradient = Tensor<Scalar>(zeros: x.shape)
        var cellGradient = zeroed
        var g = stateGradient ?? State(zeros: [x.shape[1], hiddenCount])
        for t in (0..<x.shape[0]).reversed() {
            g.output += outputGradient[t]  // ∂L/∂h_t: through the output of step t, and through the state it hands on
            let (δ, before) = backwardStep(g, trace[t])
            let gradients = gradients(x[t], trace[t], δ)
            inputGradient[t] = gradients.input
            cellGradient.add(gradients.layer)  // every step uses the same parameters: its share is added
            g = before
        }
        return (inputGradient, g, cellGradient)
    }
}
