// 3.4 Long short-term memory, run.
//
// The story follows the chapter: what lies far back, the gates one by one, what they do in a trained network, and what such
// networks are used for. Each section measures a claim of the chapter; the functions that measure stand in the other files
// of this folder, and the tests call the same ones.

import Figures
import LSTM

/// Runs the chapter: what is shown, the trainings, the figures for the claims, the pictures.
@Sendable
func runLSTM(_ story: Story) throws -> RunReport {
    let start = ContinuousClock.now
    story.heading("3.4 Long short-term memory")
    story.tell(
        """
        A plain recurrent network rewrites its state at every step, and what lies far back is lost before the network \
        can learn that it is needed. An LSTM has a second state beside the first, the cell, which is kept from step to \
        step unless a gate says otherwise; and the gates learn when. This run shows what that makes possible, what each \
        gate does, and what such networks write, predict, compose and see.
        """)
    try tellLongMemory(story)
    try tellGatesOfLSTM(story)
    try tellForgetting(story)
    try tellWriting(story)
    try tellSeries(story)
    try tellMusic(story)
    try tellVideo(story)
    return story.end(
        .lstm, since: start, more: "The loop over time, which it shares with the other cells, is in Sources/Recurrent.")
}
