// What happens to a file that is being written when the program is told to end.
//
// A signal handler may do next to nothing: it can interrupt the program anywhere, in the middle of an allocation too. And a
// thread of its own that would wait for signals is not to be had where the system gives no more threads. So handler and
// writer leave each other a note. Each first leaves its own and then looks for the other's: at least one of the two sees
// both, and no file is begun that the end of the program would cut off.

import Synchronization

/// Lets a file be written to its end before the program ends.
public enum Interruption {
    /// The signal that has come; 0 before.
    private static let signal = Atomic<Int32>(0)
    private static let isWriting = Atomic<Bool>(false)
    private static let end = Mutex<@Sendable (Int32) -> Never>({ _ in fatalError("Interruption: no one says how to end") })

    /// Says how the program is to be ended after a file that was being written when a signal came.
    public static func afterFiles(_ end: @escaping @Sendable (Int32) -> Never) { self.end.withLock { $0 = end } }

    /// To be called by the handler of a signal: whether the program may be ended at once. If not, it ends after the file.
    public static func mayEndNow(_ signal: Int32) -> Bool {
        self.signal.store(signal, ordering: .sequentiallyConsistent)
        return !isWriting.load(ordering: .sequentiallyConsistent)
    }

    /// Writes a file; if a signal comes meanwhile, the program ends when the file is whole, and if one has come, before it is
    /// begun. Only one thread writes files.
    static func heldOff<Failure>(_ write: () throws(Failure) -> Void) throws(Failure) {
        isWriting.store(true, ordering: .sequentiallyConsistent)
        endIfSignalled()
        defer {
            isWriting.store(false, ordering: .sequentiallyConsistent)
            endIfSignalled()
        }
        try write()
    }

    private static func endIfSignalled() {
        let signal = signal.load(ordering: .sequentiallyConsistent)
        if signal != 0 { end.withLock { $0 }(signal) }
    }
}
