// The table of contents.

/// A chapter of the book: a module, a page, a run.
public struct Chapter: Sendable {
    /// The word that names it on the command line.
    public let name: String
    public let number: String
    public let title: String
    /// The module with its code.
    public let module: String
    /// The files of the module in reading order, without “.swift”.
    public let files: [String]
    /// The page with its text.
    public let page: String
    /// What its run shows, in a sentence.
    public let summary: String
    /// Tells the chapter's story.
    public let run: @Sendable (Story) throws -> RunReport

    /// The chapters that are written, in reading order.
    public static let all = [feedForward, convolution, recurrent, lstm, speed]

    static let feedForward = Chapter(
        name: "feedforward", number: "3.1", title: "Feedforward networks", module: "FeedForward",
        files: [
            "Layer", "Dense", "Initialization", "Activations", "Sequential", "Losses", "Optimizers", "GradientCheck",
            "Dropout", "Clipping", "Schedules", "Metrics", "Summary",
        ],
        page: "Docs/3.1-FeedForward.md",
        summary: "a network learns handwritten digits, vowels, tables of patients and the languages of words",
        run: runFeedForward)

    static let convolution = Chapter(
        name: "convolution", number: "3.2", title: "Convolutional networks", module: "Convolution",
        files: [
            "Window", "Conv2D", "Conv1D", "ConvTranspose2D", "Pooling", "Upsampling", "Flatten", "Normalization",
            "Dropout2D", "ReceptiveField", "Saliency",
        ],
        page: "Docs/3.2-Convolution.md",
        summary: "windows that slide over images read digits, find lesions and traffic signs, see where things move",
        run: runConvolution)

    static let recurrent = Chapter(
        name: "recurrent", number: "3.3", title: "Recurrent networks", module: "Recurrent",
        files: [
            "Cell", "RNNCell", "Unfolding", "Bidirectional", "Sequences", "GradientFlow", "GRUCell", "Embedding",
            "EncoderDecoder",
        ],
        page: "Docs/3.3-Recurrent.md",
        summary: "networks that read step by step remember, write prose, translate dates, forecast, hear vowels",
        run: runRecurrent)

    static let lstm = Chapter(
        name: "lstm", number: "3.4", title: "Long short-term memory", module: "LSTM", files: ["LSTMCell"],
        page: "Docs/3.4-LSTM.md",
        summary: "gates that keep and forget add numbers from far back, write, forecast, compose and foretell films",
        run: runLSTM)

    /// Of the tensor it is about the products alone.
    static let speed = Chapter(
        name: "speed", number: "S", title: "The speed of the machine", module: "SIMDTensor",
        files: ["ProductLadder", "MatrixKernel", "MatrixProduct"], page: "Docs/Speed.md",
        summary: "what this machine can do at most, how a matrix product comes near to it, what size costs",
        run: runSpeed)
}
