// More than one thread.
//
// A product of matrices is cut into some dozens of tasks, of which every thread has a share: the thread that called, and
// helpers. Who has finished its own takes from the others'. To wake a thread takes some fifty microseconds, as long as a
// product of a million multiplications. A helper therefore does not fall asleep when there is nothing left to do: for a
// moment it watches for the next section, and a training step, which is one section after the other, meets it awake. The
// caller never waits for a helper that has not come; it does the work itself.
//
// The helpers' threads are started here and not by Dispatch, which, where the system gives no more threads (a limit of
// processes), tries again for ever and lets the caller wait. A helper that cannot be started is done without.

import Dispatch
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif
import Synchronization

/// How many threads the tensor may use. Results do not depend on it, bit for bit.
public enum Threads {
    private static let setting = Atomic<Int>(available)

    /// The number of processors the program may use.
    public static let available = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

    /// The number of threads used for large tensors; at first as many as there are processors.
    public static var count: Int {
        get { setting.load(ordering: .relaxed) }
        set {
            require(newValue >= 1, "Threads.count: at least one thread is needed, but \(newValue) was set")
            setting.store(newValue, ordering: .relaxed)
        }
    }
}

/// Calls `body` once for each of the tasks 0, 1, …, on several threads if `worthwhile`, in any order, and returns when all
/// are done. Inside a task, and while another thread has a section open, it is the calling thread that does them all.
@inline(__always)
func parallel(tasks: Int, if worthwhile: Bool, _ body: (_ task: Int) -> Void) {
    guard worthwhile && tasks > 1 && Threads.count > 1 else {
        for task in 0..<tasks { body(task) }
        return
    }
    withoutActuallyEscaping(body) { Team.shared.run(tasks: tasks, $0) }
}

/// Calls `body` for parts of `range` that together cover it, each beginning at a multiple of `step` from its start, on
/// several threads if `worthwhile`.
@inline(__always)
func parallel(_ range: Range<Int>, step: Int, if worthwhile: Bool, _ body: (_ part: Range<Int>) -> Void) {
    guard worthwhile && Threads.count > 1 else { return body(range) }
    // Four parts a thread: if one thread is disturbed, the others take more of them.
    let steps = (range.count &+ step &- 1) / step
    let tasks = min(steps, 4 &* Threads.count)
    parallel(tasks: tasks, if: true) { task in
        let (first, last) = (steps &* task / tasks, steps &* (task &+ 1) / tasks)
        body(range.lowerBound &+ first &* step..<min(range.upperBound, range.lowerBound &+ last &* step))
    }
}

/// The calling thread and its helpers.
private final class Team: @unchecked Sendable {
    static let shared = Team()

    /// The state of the section: a number that grows with each, a bit that is set while there are tasks to be taken, and
    /// below it how many helpers are inside. A helper enters by adding one while the bit is set; the caller ends the
    /// section by clearing the bit and waiting for zero. Between the two, what the section consists of does not change.
    private let state = Atomic<UInt>(0)
    private static let open: UInt = 1 << 16
    private static let oneSection: UInt = 1 << 17
    private static let helpers: UInt = open - 1

    /// Held from the opening of a section to its end.
    private let isBusy = Atomic<Bool>(false)

    // What the section consists of; written before it is opened.
    private var body: (Int) -> Void = { _ in }
    private var tasks = 0
    private var shares = 0

    /// The next task of each share, each in a cache line of its own. A thread has the same share in every section: what it
    /// computed in one is in its own cache in the next.
    private let next: UnsafeMutablePointer<Atomic<Int>>
    private static let distance = 64 / MemoryLayout<Int>.stride
    private static let mostShares = 64

    /// A bit for each helper that is working or watching, or that the system had no thread for.
    private let awake = Atomic<UInt64>(0)

    /// What wakes each helper; none of one that has not been started yet. Only the caller of a section looks at them.
    private var alarms = [DispatchSemaphore?](repeating: nil, count: mostShares)

    /// So long a helper watches for the next section.
    private static let patience = Duration.microseconds(300)

    private init() {
        next = .allocate(capacity: Self.mostShares * Self.distance)
        for place in 0..<Self.mostShares * Self.distance { (next + place).initialize(to: Atomic(0)) }
    }

    /// Not inlined, so that what calls it stays short.
    @inline(never)
    func run(tasks: Int, _ body: @escaping (Int) -> Void) {
        guard !isBusy.exchange(true, ordering: .acquiring) else {
            for task in 0..<tasks { body(task) }
            return
        }
        (self.body, self.tasks, shares) = (body, tasks, min(Threads.count, tasks, Self.mostShares))
        for share in 0..<shares { next[share * Self.distance].store(firstTask(of: share), ordering: .relaxed) }
        state.wrappingAdd(Self.oneSection | Self.open, ordering: .releasing)
        // Bits 1, 2, … of as many helpers as there are further shares.
        let wanted = UInt64.max >> UInt64(Self.mostShares - shares) & ~1
        let missing = wanted & ~awake.bitwiseOr(wanted, ordering: .relaxed).oldValue
        for helper in 1..<shares where missing >> UInt64(helper) & 1 == 1 {
            wake(helper)
        }
        work(0)
        state.bitwiseAnd(~Self.open, ordering: .relaxed)
        var polls = 0
        while state.load(ordering: .acquiring) & Self.helpers != 0 { Self.pause(&polls) }
        self.body = { _ in }
        isBusy.store(false, ordering: .releasing)
    }

    private func firstTask(of share: Int) -> Int { share &* tasks / shares }

    /// Does the tasks of a share, then what is left of the others.
    private func work(_ own: Int) {
        for turn in 0..<shares {
            let share = (own &+ turn) % shares
            let end = firstTask(of: share &+ 1)
            while true {
                let task = next[share &* Self.distance].wrappingAdd(1, ordering: .relaxed).oldValue
                guard task < end else { break }
                body(task)
            }
        }
    }

    private func wake(_ helper: Int) {
        if let alarm = alarms[helper] {
            alarm.signal()
        } else {
            let alarm = DispatchSemaphore(value: 0)
            alarms[helper] = alarm
            startThread {
                while true {
                    self.help(helper)
                    alarm.wait()
                }
            }
        }
    }

    /// Helps with one section after the other, until none has come for a while.
    private func help(_ helper: Int) {
        let clock = ContinuousClock()
        var (last, polls, deadline) = (UInt.max, 0, clock.now + Self.patience)
        while true {
            let now = state.load(ordering: .acquiring)
            // In a section in which this helper has been there is nothing left to take.
            if now & Self.open != 0, now / Self.oneSection != last {
                if state.compareExchange(expected: now, desired: now + 1, ordering: .acquiring).exchanged {
                    last = now / Self.oneSection
                    // If fewer threads are wanted now, there is no share for it.
                    if helper < shares { work(helper) }
                    state.wrappingSubtract(1, ordering: .releasing)
                    (polls, deadline) = (0, clock.now + Self.patience)
                }
            } else if Self.pause(&polls), clock.now > deadline {
                break
            }
        }
        awake.bitwiseAnd(~(1 << UInt64(helper)), ordering: .relaxed)
    }

    /// Called between two looks at a variable that another thread is about to change: at first a glance after the other,
    /// then with a chance for whoever else wants the processor. Says whether it gave that chance.
    @discardableResult
    private static func pause(_ polls: inout Int) -> Bool {
        polls &+= 1
        guard polls % 64 == 0 else { return false }
        sched_yield()
        return true
    }
}

/// Starts a thread that runs `body`. If the system has none to give, nothing happens.
private func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Start {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let start = Unmanaged.passRetained(Start(body))
    #if canImport(Glibc)
    var thread = pthread_t()
    #else
    var thread: pthread_t?
    #endif
    let error = pthread_create(
        &thread, nil,
        { argument in
            #if canImport(Darwin)
            // As urgent as what a person waits for: on the fast cores.
            pthread_set_qos_class_self_np(QOS_CLASS_USER_INITIATED, 0)
            #endif
            // A pointer that is optional on some systems and not on others.
            let start: UnsafeMutableRawPointer? = argument
            Unmanaged<Start>.fromOpaque(start!).takeRetainedValue().body()
            return nil
        }, start.toOpaque())
    if error != 0 { start.release() }
}
