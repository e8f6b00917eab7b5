// 3.3 Recurrent networks, run.
//
// The story follows the chapter: what a state is good for, how the network is unfolded and used, what becomes of gradients
// in the backward pass through time, and what recurrent networks are used for. Each section measures claims of the chapter;
// the functions that measure stand in the other files of this folder, and the tests call the same ones.

import Figures
import Recurrent

/// Runs the chapter: what is shown, the trainings, the figures for the claims, the pictures.
@Sendable
func runRecurrent(_ story: Story) throws -> RunReport {
    let start = ContinuousClock.now
    story.heading("3.3 Recurrent networks")
    story.tell(
        """
        A sentence, a melody, a year of measurements: what comes now has to be understood from what came before. A \
        recurrent network reads a sequence step by step and keeps a state; at each step the state and the new input give \
        the next state. This run shows what such a state holds, how the network learns through time, where that is hard, \
        and what it is used for.
        """)
    try tellOrder(story)
    try tellUnfolding(story)
    try tellMemory(story)
    try tellTasks(story)
    tellThroughTime(story)
    try tellDecay(story)
    try tellGates(story)
    try tellProse(story)
    try tellForecasts(story)
    try tellSpokenAndMoving(story)
    return story.end(.recurrent, since: start)
}
