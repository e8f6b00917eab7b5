// The table of contents.

/// A chapter of the book: a module, a page, a run.
public struct Chapter: Sendable {
    /// The word that names it on the command line.
    public let name: String
    public let number: String
    public let title: String
    /// The module with its code.
    public let module: String
    /// The page with its text.
    public let page: String
    /// What its run shows, in a sentence.
    public let summary: String
    /// Tells the chapter's story.
    public let run: @Sendable (Story) throws -> RunReport

    /// The chapters that are written, in reading order.
    public static let all = [
        Chapter(
            name: "feedforward", number: "3.1", title: "Feedforward networks", module: "FeedForward",
            page: "Docs/3.1-FeedForward.md",
            summary: "a network learns handwritten digits, vowels, tables of patients and the languages of words",
            run: runFeedForward),
        Chapter(
            name: "convolution", number: "3.2", title: "Convolutional networks", module: "Convolution",
            page: "Docs/3.2-Convolution.md",
            summary: "windows that slide over images read digits, find lesions, recognise traffic signs, detect motion",
            run: runConvolution),
        Chapter(
            name: "recurrent", number: "3.3", title: "Recurrent networks", module: "Recurrent",
            page: "Docs/3.3-Recurrent.md",
            summary: "networks that read step by step remember, write prose, translate dates, forecast, recognise vowels",
            run: runRecurrent),
        Chapter(
            name: "lstm", number: "3.4", title: "Long short-term memory", module: "LSTM", page: "Docs/3.4-LSTM.md",
            summary: "gates that keep and forget: adding distant numbers, writing, forecasting, composing, predicting film",
            run: runLSTM),
        Chapter(
            name: "speed", number: "S", title: "The speed of the machine", module: "SIMDTensor", page: "Docs/Speed.md",
            summary: "what limits this machine, how a matrix product approaches that limit, how cost grows with size",
            run: runSpeed),
    ]
}
